/** What the reader's side answers: tools in the page, structured input, actions. */
import { broken, crashed, differs, failed, missing, missingStream, refused, streamed } from "../expect.mjs";
import { done, event, input, item, say, script } from "../world.mjs";

const call = (id, more = {}) => done("client_tool_call", id, { call_id: `call ${id}`, name: "tool", arguments: { q: 1 }, ...more });
const output = (site, label, thread_id, result, user) => site.op(label, "threads.add_client_tool_output", { thread_id, result }, user);
const answer = (site, label, thread_id, given, item_id = "s") => site.op(label, "threads.add_structured_input", { thread_id, item_id, input: given });
const action = (site, label, thread_id, payload, more = {}) => site.op(label, "threads.custom_action", { thread_id, action: { type: "go", payload }, ...more });

const questions = done("structured_input", "s", {
  inputs: [
    { type: "multiple_choice", id: "one", question: "One?", options: [{ value: "a" }, { value: "b" }] },
    { type: "multiple_choice", id: "many", question: "Many?", options: [{ value: "a" }], multiple: true },
    { type: "freeform", id: "free", question: "Free?" },
  ],
});

export const cases = [
  ...Object.entries({ text: "done", null: null, number: 0, false: false, object: { a: null, b: [1, null] }, list: [] }).map(([what, result]) => ({
    name: `threads.add_client_tool_output: ${what}`,
    async play(site) {
      const id = await site.thread(script(call("c")));
      await output(site, "output", id, result);
      await site.reload(id);
    },
  })),
  {
    name: "threads.add_client_tool_output: twice",
    async play(site) {
      const id = await site.thread(script(call("c")));
      await output(site, "first", id, 1);
      await output(site, "second", id, 2);
      await site.reload(id);
    },
    differs: { second: differs("checked-first", refused(409), broken) },
  },
  {
    name: "threads.add_client_tool_output: nothing waits",
    async play(site) {
      const id = await site.thread();
      await output(site, "output", id, 1);
    },
    differs: { output: differs("checked-first", refused(409), broken) },
  },
  {
    name: "threads.add_client_tool_output: two calls wait",
    async play(site) {
      const id = await site.thread(script(call("c1"), call("c2")));
      await output(site, "output", id, "x");
      await site.reload(id);
    },
  },
  {
    name: "threads.add_client_tool_output: a hidden item came after the call",
    async play(site) {
      const id = await site.thread(script(call("c"), done("hidden_context_item", "h", { content: "x" })));
      await output(site, "output", id, 1);
      await site.reload(id);
    },
    differs: {
      output: differs("newest-waiting-call", streamed, broken),
      reload: differs("newest-waiting-call", (seen) => seen.json.data[1].status === "completed", (seen) => seen.json.data[1].status === "pending"),
    },
  },
  {
    name: "threads.add_client_tool_output: a message came after the call",
    async play(site) {
      const id = await site.thread(script(call("c")));
      await site.op("message", "threads.add_user_message", { thread_id: id, input: input("never mind") });
      await output(site, "output", id, 1);
    },
    differs: { output: differs("checked-first", refused(409), broken) },
  },
  {
    name: "threads.add_client_tool_output: unknown thread",
    play: (site) => output(site, "output", "thr_00000000", 1),
    differs: { output: missingStream },
  },
  ...Object.entries({
    "every question": { status: "answered", answers: { one: { values: ["a"] }, many: { values: ["a", "free text"] }, free: { values: ["x"] } } },
    "some questions": { answers: { free: { values: ["x"] } } },
    "nothing": {},
    "two values for one choice": { answers: { one: { values: ["b", "a"] } } },
    "unknown questions": { answers: { other: { values: ["x"] }, one: { values: [] } } },
    "a skipped question": { answers: { one: { values: ["a"], skipped: true } } },
    "all skipped": { status: "skipped", answers: { one: { values: ["a"] } } },
  }).map(([what, given]) => ({
    name: `threads.add_structured_input: ${what}`,
    async play(site) {
      const id = await site.thread(script(questions));
      await answer(site, "answer", id, given);
      await site.reload(id);
    },
  })),
  {
    name: "threads.add_structured_input: twice",
    async play(site) {
      const id = await site.thread(script(questions));
      await answer(site, "first", id, {});
      await answer(site, "second", id, { answers: { free: { values: ["late"] } } });
      await site.reload(id);
    },
    differs: { second: differs("checked-first", refused(409), broken) },
  },
  {
    name: "threads.add_structured_input: an item that asks nothing, and none",
    async play(site) {
      const id = await site.thread(script(say("m", "x")));
      await answer(site, "message", id, {}, "m");
      await answer(site, "none", id, {}, "msg_00000000");
    },
    differs: { message: differs("checked-first", refused(400), broken), none: missingStream },
  },
  {
    name: "threads.custom_action: nothing, an event, an answer",
    async play(site) {
      const id = await site.thread();
      await action(site, "nothing", id, {});
      await action(site, "no payload", id, null);
      await action(site, "events", id, { script: [event("progress_update", { text: "a" }), say("m", "b"), { thread: { title: "T" } }] });
      await site.reload(id);
    },
  },
  {
    name: "threads.custom_action: from a widget, which it replaces and removes",
    async play(site) {
      const id = await site.thread(script(done("widget", "w", { widget: { type: "Card" } })));
      const replaced = event("thread.item.replaced", { item: item("widget", "w", { widget: { type: "Card", size: "sm" } }) });
      await action(site, "replace", id, { script: [replaced] }, { item_id: "w" });
      await site.reload(id, "replaced");
      await action(site, "remove", id, { script: [event("thread.item.removed", { item_id: "w" })] }, { item_id: "w" });
      await site.reload(id, "removed");
    },
  },
  {
    name: "threads.custom_action: from an item that is no widget",
    async play(site) {
      const id = await site.thread(script(say("m", "x")));
      await action(site, "action", id, {}, { item_id: "m" });
      await site.op("sync action", "threads.sync_custom_action", { thread_id: id, item_id: "m", action: { type: "go" } });
    },
    differs: { action: differs("checked-first", refused(400), failed), "sync action": differs("checked-first", refused(400), crashed) },
  },
  {
    name: "threads.custom_action: from what is not there",
    async play(site) {
      const id = await site.thread();
      await action(site, "item", id, {}, { item_id: "msg_00000000" });
      await action(site, "thread", "thr_00000000", {});
      await site.op("sync item", "threads.sync_custom_action", { thread_id: id, item_id: "msg_00000000", action: { type: "go" } });
      await site.op("sync thread", "threads.sync_custom_action", { thread_id: "thr_00000000", action: { type: "go" } });
    },
    differs: { item: missingStream, thread: missingStream, "sync item": missing, "sync thread": missing },
  },
  {
    name: "threads.sync_custom_action: nothing, and an item",
    async play(site) {
      const id = await site.thread(script(done("widget", "w", { widget: { type: "Card" } })));
      const sync = (label, payload) => site.op(label, "threads.sync_custom_action", { thread_id: id, item_id: "w", action: { type: "go", payload } });
      await sync("nothing", {});
      await sync("null", { updated_item: null });
      await sync("an item", { updated_item: item("widget", "w", { widget: { type: "Card", children: [{ type: "Text", value: "new" }] }, copy_text: "new" }) });
    },
  },
  ...[
    ["", "audio/webm"],
    ["AAECAw==", "audio/webm;codecs=opus"],
    ["AA\nEC\r\nAw==", "audio/mp4"],
    ["AAEC%Aw==", "audio/ogg;codecs=opus"],
    ["AA==AAAA", "audio/ogg"],
    ["_-", "x"],
  ].map(([audio_base64, mime_type]) => ({
    name: `input.transcribe: ${JSON.stringify(audio_base64)} of ${mime_type}`,
    play: (site) => site.op("text", "input.transcribe", { audio_base64, mime_type }),
  })),
  ...["AAA", "A", "A===", "\u00fc"].map((audio_base64) => ({
    name: `input.transcribe: wrong padding ${audio_base64}`,
    play: (site) => site.op("text", "input.transcribe", { audio_base64, mime_type: "audio/webm" }),
    differs: { text: differs("bad-request", refused(400), crashed) },
  })),
];
