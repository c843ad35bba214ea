/** What is stored and what is hidden, beyond what a stream shows. */
import { differs, failed, kinds, streamed } from "../expect.mjs";
import { done, event, input, item, say, script } from "../world.mjs";

const hidden = (id, type = "hidden_context_item") => done(type, id, { content: "for the model" });
const rows = (answer) => answer.json.data;
const texts = (answer) => rows(answer).flatMap((row) => row.content ?? []).map((part) => part.text);
const leaks = (answer) => answer.events.slice(2).some((one) => JSON.stringify(one).includes("for the model"));

export const cases = [
  ...["hidden_context_item", "sdk_hidden_context"].map((type) => ({
    name: `hidden items: ${type} in a stream and a reload`,
    async play(site) {
      const id = await site.thread(script(say("m1", "a"), hidden("h", type), say("m2", "b")), "ada", "create");
      await site.reload(id);
      await site.op("get", "threads.get_by_id", { thread_id: id });
    },
  })),
  ...[
    ["added", event("thread.item.added", { item: item("hidden_context_item", "h", { content: "for the model" }) })],
    ["replaced", event("thread.item.replaced", { item: item("sdk_hidden_context", "h", { content: "for the model" }) })],
  ].map(([what, step]) => ({
    name: `hidden items: ${what}`,
    play: (site) => site.thread(script(step), "ada", "create"),
    differs: { create: differs("hidden-everywhere", (answer) => streamed(answer) && !leaks(answer), leaks) },
  })),
  {
    name: "hidden items: removed",
    play: (site) => site.thread(script(hidden("h"), event("thread.item.removed", { item_id: "h" })), "ada", "create"),
    differs: {
      create: differs(
        "hidden-everywhere",
        (answer) => !kinds(answer).includes("thread.item.removed"),
        (answer) => kinds(answer).includes("thread.item.removed"),
      ),
    },
  },
  {
    name: "hidden items: a page of nothing else",
    async play(site) {
      const id = await site.thread(script(hidden("h1"), hidden("h2"), say("m", "x")));
      await site.op("page", "items.list", { thread_id: id, limit: 2, order: "asc", after: (await site.items(id))[0].id });
    },
    differs: {
      page: differs("full-pages", (answer) => rows(answer).length === 1 && !answer.json.has_more, (answer) => rows(answer).length === 0 && answer.json.has_more),
    },
  },
  {
    name: "an item that is done twice",
    async play(site) {
      const id = await site.thread(script(say("m", "first"), say("m", "second")), "ada", "create");
      await site.reload(id);
    },
    differs: {
      create: differs("written-over", (answer) => streamed(answer) && !failed(answer), failed),
      reload: differs("written-over", (answer) => texts(answer).at(-1) === "second", (answer) => texts(answer).at(-1) === "first"),
    },
  },
  {
    name: "an item of another thread",
    async play(site) {
      const id = await site.thread(script(event("thread.item.done", { item: { ...item("assistant_message", "m", { content: [] }), thread_id: "thr_00000000" } })), "ada", "create");
      await site.reload(id);
    },
    differs: {
      create: differs("own-thread-only", failed, (answer) => streamed(answer) && !failed(answer)),
      reload: differs("own-thread-only", (answer) => rows(answer).length === 1, (answer) => rows(answer).length === 2),
    },
  },
  {
    name: "a widget that an action changes",
    async play(site) {
      const id = await site.thread(script(done("widget", "w", { widget: { type: "Card", children: [] } })));
      const steps = [event("thread.item.updated", { item_id: "w", update: { type: "widget.root.updated", widget: { type: "Card", status: { text: "Saved" }, children: [] } } })];
      await site.op("action", "threads.custom_action", { thread_id: id, item_id: "w", action: { type: "save", payload: { script: steps } } });
      await site.reload(id);
    },
    differs: {
      reload: differs("updates-stored", (answer) => rows(answer)[1].widget.status?.text === "Saved", (answer) => rows(answer)[1].widget.status === undefined),
    },
  },
  {
    name: "a widget that a synchronous action changes",
    async play(site) {
      const id = await site.thread(script(done("widget", "w", { widget: { type: "Card", children: [] } })));
      const changed = item("widget", "w", { widget: { type: "Card", size: "lg", children: [] } });
      await site.op("sync action", "threads.sync_custom_action", { thread_id: id, item_id: "w", action: { type: "save", payload: { updated_item: changed } } });
      await site.reload(id);
    },
    differs: {
      reload: differs("updates-stored", (answer) => rows(answer)[1].widget.size === "lg", (answer) => rows(answer)[1].widget.size === undefined),
    },
  },
  {
    name: "a synchronous action that answers with a hidden item",
    async play(site) {
      const id = await site.thread();
      const secret = item("hidden_context_item", "h", { content: "for the model" });
      await site.op("sync action", "threads.sync_custom_action", { thread_id: id, action: { type: "a", payload: { updated_item: secret } } });
    },
    differs: {
      "sync action": differs("hidden-everywhere", (answer) => answer.json.updated_item === undefined, (answer) => answer.json.updated_item?.content === "for the model"),
    },
  },
  {
    name: "a turn that fails in the middle of a text",
    async play(site) {
      const id = await site.thread(
        script(
          event("thread.item.added", { item: item("assistant_message", "m", { content: [] }) }),
          event("thread.item.updated", { item_id: "m", update: { type: "assistant_message.content_part.text_delta", content_index: 0, delta: "half of" } }),
          { raise: "custom", message: "No more.", allow_retry: true },
        ),
        "ada",
        "create",
      );
      await site.reload(id);
    },
    differs: { reload: differs("partial-kept", (answer) => texts(answer).at(-1) === "half of", (answer) => rows(answer).length === 1) },
  },
  {
    name: "a reader who leaves in the middle of an answer",
    async play(site) {
      const id = await site.thread();
      await site.leave("threads.add_user_message", { thread_id: id, input: script({ sleep_ms: 1000 }, say("m", "said to nobody")) }, 300);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await site.reload(id);
    },
    differs: { reload: differs("leaving-is-not-stopping", (answer) => texts(answer).at(-1) === "said to nobody", (answer) => texts(answer).at(-1) !== "said to nobody") },
  },
  {
    name: "a rename while the thread is answered",
    async play(site) {
      const id = await site.thread();
      const slow = site.op(null, "threads.add_user_message", { thread_id: id, input: script({ sleep_ms: 800 }, { thread: { metadata: { a: 1 } } }, say("m", "x")) });
      await new Promise((resolve) => setTimeout(resolve, 300));
      await site.op("rename", "threads.update", { thread_id: id, title: "Renamed" });
      await slow;
      await site.op("list", "threads.list", {});
    },
    differs: { list: differs("field-by-field", (answer) => rows(answer)[0].title === "Renamed", (answer) => rows(answer)[0].title === undefined) },
  },
  {
    name: "a thread that is deleted while it is answered",
    async play(site) {
      const id = await site.thread();
      const slow = site.op("stream", "threads.add_user_message", { thread_id: id, input: script({ sleep_ms: 800 }, { thread: { title: "Back again" } }) });
      await new Promise((resolve) => setTimeout(resolve, 300));
      await site.op(null, "threads.delete", { thread_id: id });
      await slow;
      await site.op("list", "threads.list", {});
    },
    differs: {
      stream: differs("field-by-field", (answer) => answer.events.at(-1).code === "custom", (answer) => answer.events.at(-1).type === "thread.updated"),
      list: differs("field-by-field", (answer) => rows(answer).length === 0, (answer) => rows(answer).length === 1),
    },
  },
  {
    name: "items.feedback: up and down",
    async play(site) {
      const id = await site.thread();
      const item_ids = (await site.items(id)).map((row) => row.id);
      await site.op("up", "items.feedback", { thread_id: id, item_ids, kind: "positive" });
      await site.op("down", "items.feedback", { thread_id: id, item_ids: item_ids.slice(1), kind: "negative" });
      await site.op("none", "items.feedback", { thread_id: id, item_ids: [], kind: "negative" });
    },
  },
  {
    name: "items.feedback: on what is not there",
    async play(site) {
      const id = await site.thread(input("x"));
      await site.op("item", "items.feedback", { thread_id: id, item_ids: ["msg_00000000"], kind: "positive" });
      await site.op("thread", "items.feedback", { thread_id: "thr_00000000", item_ids: [], kind: "positive" });
    },
    differs: {
      item: differs("feedback-checked", (answer) => answer.status === 404, (answer) => answer.status === 200),
      thread: differs("feedback-checked", (answer) => answer.status === 404, (answer) => answer.status === 200),
    },
  },
];
