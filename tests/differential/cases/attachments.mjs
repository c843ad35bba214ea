/** Attachments: announced, uploaded, sent, deleted. */
import { accepted, broken, differs, missingStream, refused, streamed } from "../expect.mjs";
import { input } from "../world.mjs";

const PNG = "\x89PNG\r\n\x1a\nrest";
const png = Uint8Array.from(PNG, (letter) => letter.charCodeAt(0));
const create = (site, label, params) => site.op(label, "attachments.create", params);
const withFiles = (...attachments) => input("see attached", { attachments });

export const cases = [
  ...[
    ["a text", "a.txt", "text/plain"],
    ["a picture", "a.png", "image/png"],
    ["a file with a name in other letters", "日本 \"x\".pdf", "application/pdf"],
    ["a file of no known type", "a.bin", "application/x-unknown"],
  ].map(([what, name, mime_type]) => ({
    name: `attachments.create: ${what}`,
    play: (site) => create(site, "create", { name, mime_type, size: 12 }),
  })),
  { name: "attachments.create: a size as text", play: (site) => create(site, "create", { name: "a", mime_type: "text/plain", size: "12" }) },
  {
    name: "attachments.create: a negative size, and no name",
    async play(site) {
      await create(site, "size", { name: "a", mime_type: "text/plain", size: -1 });
      await create(site, "name", { name: "", mime_type: "text/plain", size: 1 });
    },
    differs: {
      size: differs("announcements-checked", refused(400), accepted),
      name: differs("announcements-checked", refused(400), accepted),
    },
  },
  {
    name: "attachments.create: too large",
    play: (site) => create(site, "create", { name: "a", mime_type: "text/plain", size: 1e12 }),
    differs: { create: differs("announcements-checked", refused(413), accepted) },
  },
  {
    name: "attachments: in the first message",
    async play(site) {
      const file = await site.file();
      const id = await site.thread(withFiles(file), "ada", "create");
      await site.reload(id);
      await site.op("get", "threads.get_by_id", { thread_id: id });
    },
  },
  {
    name: "attachments: a picture and a text in a later message",
    async play(site) {
      const [first, second] = [await site.file("a.png", "image/png", png), await site.file("b.txt", "text/plain", "b")];
      const id = await site.thread();
      await site.op("add", "threads.add_user_message", { thread_id: id, input: withFiles(first, second) });
      await site.reload(id);
    },
  },
  {
    name: "attachments: the same again in the same thread",
    async play(site) {
      const file = await site.file();
      const id = await site.thread(withFiles(file));
      await site.op("add", "threads.add_user_message", { thread_id: id, input: withFiles(file) });
    },
  },
  {
    name: "attachments: in two threads",
    async play(site) {
      const file = await site.file();
      await site.thread(withFiles(file));
      await site.op("second", "threads.create", { input: withFiles(file) });
    },
    differs: { second: differs("one-thread-per-attachment", refused(409), streamed) },
  },
  {
    name: "attachments: not uploaded yet",
    async play(site) {
      const file = await site.file("a.txt", "text/plain", "x", { upload: false });
      await site.op("create", "threads.create", { input: withFiles(file) });
    },
    differs: { create: differs("uploaded-first", refused(409), streamed) },
  },
  {
    name: "attachments: an unknown one leaves no thread behind",
    async play(site) {
      await site.op("create", "threads.create", { input: withFiles("atc_00000000") });
      await site.op("list", "threads.list", {});
    },
    differs: {
      create: missingStream,
      list: differs("all-or-nothing", (answer) => answer.json.data.length === 0, (answer) => answer.json.data.length === 1),
    },
  },
  {
    name: "attachments: an unknown one in a later message",
    async play(site) {
      const id = await site.thread();
      await site.op("add", "threads.add_user_message", { thread_id: id, input: withFiles("atc_00000000") });
      await site.reload(id);
    },
    differs: { add: { ...missingStream, reference: broken } },
  },
  {
    name: "attachments.delete: one, again, and an unknown one",
    async play(site) {
      const file = await site.file();
      await site.op("delete", "attachments.delete", { attachment_id: file });
      await site.op("again", "attachments.delete", { attachment_id: file });
      await site.op("unknown", "attachments.delete", { attachment_id: "atc_00000000" });
      await site.op("create", "threads.create", { input: withFiles(file) });
    },
    differs: { create: missingStream },
  },
  {
    name: "attachments.delete: the message keeps what it says of it",
    async play(site) {
      const file = await site.file();
      const id = await site.thread(withFiles(file));
      await site.op("delete", "attachments.delete", { attachment_id: file });
      await site.reload(id);
    },
  },
  {
    name: "attachments: another user's",
    async play(site) {
      const file = await site.file();
      await site.op("foreign", "threads.create", { input: withFiles(file) }, "bob");
      await site.op("foreign delete", "attachments.delete", { attachment_id: file }, "bob");
      await site.op("own", "threads.create", { input: withFiles(file) });
    },
    differs: { foreign: missingStream },
  },
];
