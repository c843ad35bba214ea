/** Handlers that fail, each in its way. */
import { differs } from "../expect.mjs";
import { event, item, say, script } from "../world.mjs";

const holds = (answer, id) => answer.json.data.some((row) => row.id === id);

const shows = (name, ...steps) => ({
  name: `failures: ${name}`,
  async play(site) {
    const id = await site.thread(script(...steps), "ada", "create");
    await site.reload(id);
    await site.op("afterwards", "threads.add_user_message", { thread_id: id, input: script(say("after", "still here")) });
  },
});

export const cases = [
  shows("its own words", { raise: "custom", message: "Not today." }),
  shows("its own words, with a retry", say("m", "x"), { raise: "custom", message: "é\u2028 *no*", allow_retry: true }),
  shows("without words", { raise: "stream" }),
  shows("without words or retry", say("m", "x"), { raise: "stream", allow_retry: false }),
  shows("anything else", { raise: "panic" }),
  shows("anything else after an answer", say("m", "x"), event("progress_update", { text: "p" }), { raise: "panic" }),
  shows("after the thread was changed", { thread: { title: "T" } }, { raise: "custom", message: "No." }),
  {
    ...shows("after an item was announced", event("thread.item.added", { item: item("widget", "w", { widget: { type: "Card" } }) }), { raise: "stream" }),
    differs: { reload: differs("partial-kept", (answer) => holds(answer, "w"), (answer) => !holds(answer, "w")) },
  },
  shows("after blank text", event("thread.item.added", { item: item("assistant_message", "m", { content: [{ type: "output_text", text: " \n", annotations: [] }] }) }), { raise: "stream" }),
  shows("an event that is none", { event: { type: "no.such.event" } }),
  shows("an event without its fields", { event: { type: "notice" } }),
  shows("an item that is none", event("thread.item.done", { item: item("no_such_item", "x") })),
  {
    name: "failures: of an action",
    async play(site) {
      const id = await site.thread();
      await site.op("action", "threads.custom_action", { thread_id: id, action: { type: "a", payload: { script: [say("m", "x"), { raise: "panic" }] } } });
      await site.reload(id);
    },
  },
  {
    name: "failures: of a synchronous action",
    async play(site) {
      const id = await site.thread();
      await site.op("sync action", "threads.sync_custom_action", { thread_id: id, action: { type: "a", payload: { updated_item: { type: "no_such_item" } } } });
    },
    differs: {
      "sync action": differs("json-failures", (answer) => answer.status === 500 && answer.type === "application/json", (answer) => answer.status === 500 && answer.type === "text/plain"),
    },
  },
];
