/** Every operation on another user's thread, and by nobody. */
import { accepted, crashed, differs, missing, missingStream, refused } from "../expect.mjs";
import { done, input, script } from "../world.mjs";

const rich = script(
  done("assistant_message", "m", { content: [{ type: "output_text", text: "secret", annotations: [] }] }),
  done("widget", "w", { widget: { type: "Card" } }),
  done("structured_input", "s", { inputs: [{ type: "freeform", id: "q", question: "?" }] }),
  done("client_tool_call", "c", { call_id: "k", name: "n", arguments: {} }),
);

const action = { type: "a", payload: {} };

/** How each operation on a thread is answered where the thread is somebody else's. */
const operations = [
  ["threads.add_user_message", { input: input("x") }, missingStream],
  ["threads.add_client_tool_output", { result: 1 }, missingStream],
  ["threads.add_structured_input", { item_id: "s", input: {} }, missingStream],
  ["threads.retry_after_item", { item_id: "m" }, missingStream],
  ["threads.custom_action", { item_id: "w", action }, missingStream],
  ["threads.sync_custom_action", { item_id: "w", action }, missing],
  ["threads.get_by_id", {}, missing],
  ["threads.update", { title: "mine" }, missing],
  ["items.list", {}, missing],
  ["items.feedback", { item_ids: ["m"], kind: "negative" }, differs("feedback-checked", refused(404), accepted)],
  ["threads.delete", {}, differs("not-found", refused(404), accepted)],
];

const alone = [
  ["threads.create", { input: input("x") }],
  ["threads.list", {}],
  ["attachments.create", { name: "a", size: 1, mime_type: "text/plain" }],
  ["attachments.delete", { attachment_id: "x" }],
  ["input.transcribe", { audio_base64: "", mime_type: "audio/webm" }],
];

export const cases = [
  ...operations.map(([type, params, how]) => ({
    name: `another user's thread: ${type}`,
    async play(site) {
      const id = await site.thread(rich);
      await site.op("foreign", type, { thread_id: id, ...params }, "bob");
      await site.reload(id);
    },
    differs: { foreign: how },
  })),
  {
    name: "another user's threads are in no list",
    async play(site) {
      const id = await site.thread();
      await site.op("list", "threads.list", {}, "bob");
      await site.op("own", "threads.list", {}, "ada");
      await site.op("cursor", "threads.list", { after: id }, "bob");
    },
    differs: { cursor: differs("checked-first", refused(400), crashed) },
  },
  ...[...operations.map(([type, params]) => [type, { thread_id: "x", ...params }]), ...alone].map(([type, params]) => ({
    name: `nobody: ${type}`,
    play: (site) => site.op("nobody", type, params, null),
  })),
];
