/** Threads as such: made, read, listed, renamed, deleted. */
import { crashed, differs, missing, refused, accepted } from "../expect.mjs";
import { input, script, say } from "../world.mjs";

const page = (params) => ["threads.list", params];

export const cases = [
  {
    name: "threads.create: a thread with an answer",
    async play(site) {
      const id = await site.thread(input("hello"), "ada", "create");
      await site.op("get", "threads.get_by_id", { thread_id: id });
    },
  },
  {
    name: "threads.create: times have a zone",
    async play(site) {
      const answer = await site.op(null, "threads.create", { input: input("hello") });
      const times = answer.events.flatMap((event) => [event.thread?.created_at, event.item?.created_at]).filter(Boolean);
      site.note("zone", times.every((time) => time.endsWith("Z")));
    },
    differs: { zone: differs("utc-times", (zone) => zone === true, (zone) => zone === false) },
  },
  {
    name: "threads.create: ids cannot be guessed",
    async play(site) {
      const answer = await site.op(null, "threads.create", { input: input("hello") });
      const ids = answer.events.map((event) => (event.thread ?? event.item)?.id).filter(Boolean);
      site.note("prefixes", ids.map((id) => id.split("_")[0]));
      site.note("digits", ids.map((id) => id.split("_")[1].length));
    },
    differs: {
      digits: differs("full-width-ids", (digits) => digits.every((n) => n === 32), (digits) => digits.every((n) => n === 8)),
    },
  },
  {
    name: "threads.create: an empty message",
    play: (site) => site.op("create", "threads.create", { input: input("", { content: [] }) }),
  },
  {
    name: "threads.get_by_id: unknown",
    play: (site) => site.op("get", "threads.get_by_id", { thread_id: "thr_00000000" }),
    differs: { get: missing },
  },
  {
    name: "threads.get_by_id: the oldest twenty of many items",
    async play(site) {
      const steps = Array.from({ length: 24 }, (_, place) => say(`m${place}`, `text ${place}`));
      const id = await site.thread(script(...steps));
      await site.op("get", "threads.get_by_id", { thread_id: id });
    },
  },
  { name: "threads.list: none", play: (site) => site.op("list", ...page({})) },
  {
    name: "threads.list: three, newest first",
    async play(site) {
      for (const text of ["one", "two", "three"]) await site.thread(input(text));
      await site.op("list", ...page({}));
      await site.op("ascending", ...page({ order: "asc" }));
    },
  },
  ...["asc", "desc"].map((order) => ({
    name: `threads.list: page by page, ${order}`,
    async play(site) {
      for (let place = 0; place < 5; place += 1) await site.thread(input(`t${place}`));
      let after;
      for (let number = 0; number < 3; number += 1) {
        const answer = await site.op(`page ${number}`, ...page({ limit: 2, order, ...(after ? { after } : {}) }));
        after = answer.json.after;
      }
      site.note("end", after ?? "none");
    },
  })),
  {
    name: "threads.list: limits that mean the default, and one as text",
    async play(site) {
      for (let place = 0; place < 22; place += 1) await site.thread(input("x"));
      for (const limit of [0, null, "5", 21]) await site.op(`limit ${limit}`, ...page({ limit }));
    },
  },
  {
    name: "threads.list: a negative limit",
    async play(site) {
      await site.thread();
      await site.op("list", ...page({ limit: -1 }));
    },
    differs: { list: differs("page-limits", refused(400)) },
  },
  {
    name: "threads.list: an unknown cursor",
    async play(site) {
      await site.thread();
      await site.op("list", ...page({ after: "thr_00000000" }));
    },
    differs: { list: differs("checked-first", refused(400), crashed) },
  },
  ...["A title", "", "<b>é\u2028\u{1F600}</b>"].map((title) => ({
    name: `threads.update: ${JSON.stringify(title)}`,
    async play(site) {
      const id = await site.thread();
      await site.op("rename", "threads.update", { thread_id: id, title });
      await site.op("get", "threads.get_by_id", { thread_id: id });
    },
  })),
  {
    name: "threads.update: unknown",
    play: (site) => site.op("rename", "threads.update", { thread_id: "thr_00000000", title: "x" }),
    differs: { rename: missing },
  },
  {
    name: "threads.delete: gone from every list",
    async play(site) {
      const [first, second] = [await site.thread(), await site.thread()];
      await site.op("delete", "threads.delete", { thread_id: first });
      await site.op("again", "threads.delete", { thread_id: first });
      await site.op("list", ...page({}));
      await site.op("other", "threads.get_by_id", { thread_id: second });
      await site.op("get", "threads.get_by_id", { thread_id: first });
    },
    differs: { get: missing },
  },
  {
    name: "threads.delete: unknown",
    play: (site) => site.op("delete", "threads.delete", { thread_id: "thr_00000000" }),
    differs: { delete: differs("not-found", refused(404), accepted) },
  },
  {
    name: "a script changes title, status, domains and metadata",
    async play(site) {
      const id = await site.thread(
        script(
          { thread: { title: "One" } },
          say("m1", "a"),
          { thread: { title: "Two", allowed_image_domains: ["a.example"], metadata: { secret: 1 } } },
          say("m2", "b"),
          { thread: { status: { type: "locked", reason: "done" } } },
        ),
        "ada",
        "create",
      );
      await site.op("get", "threads.get_by_id", { thread_id: id });
      await site.op("list", ...page({}));
    },
  },
  {
    name: "a title that stays the same is not announced",
    async play(site) {
      const id = await site.thread(script({ thread: { title: "One" } }));
      await site.op("again", "threads.add_user_message", { thread_id: id, input: script({ thread: { title: "One" } }, say("m", "x")) });
    },
  },
];
