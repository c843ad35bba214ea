/** Messages of the reader: their parts, another one, and one answered again. */
import { accepted, broken, differs, missingStream, refused, streamed } from "../expect.mjs";
import { done, event, input, item, say, script } from "../world.mjs";

const tag = { type: "input_tag", id: "t1", text: "Ada", data: { a: null, b: [1, null] }, group: "people", interactive: true };

const add = (site, label, thread_id, message, user) => site.op(label, "threads.add_user_message", { thread_id, input: message }, user);

export const cases = [
  ...[
    ["a tag", { content: [tag, { type: "input_text", text: " hi" }] }],
    ["a tag with defaults", { content: [{ type: "input_tag", id: "t", text: "x", data: {} }] }],
    ["a quote", { quoted_text: "the passage" }],
    ["a null quote", { quoted_text: null }],
    ["a tool and a model", { inference_options: { tool_choice: { id: "search" }, model: "large" } }],
    ["nulls in its options", { inference_options: { tool_choice: null, model: null } }],
    ["unknown fields", { unknown: 1, inference_options: { unknown: {} } }],
    ["two texts", { content: [{ type: "input_text", text: "one" }, { type: "input_text", text: "two" }] }],
  ].map(([what, more]) => ({
    name: `a message with ${what}`,
    async play(site) {
      const id = await site.thread(input("hello"));
      await add(site, "add", id, input("hi", more));
      await site.reload(id);
    },
  })),
  {
    name: "a tag without data",
    async play(site) {
      const id = await site.thread();
      await add(site, "add", id, input("x", { content: [{ type: "input_tag", id: "t", text: "x" }] }));
    },
    differs: { add: differs("tag-data-optional", streamed, (answer) => answer.status === 500) },
  },
  ...[
    ["line breaks of every kind", "a\nb\r\nc\u2028d\u2029e"],
    ["control characters and quotes", 'data: x\n\n: y "q" \\ \u0001\t'],
    ["other scripts and pictures", "日本語 العربية \u{1F600}\u{1F468}\u200D\u{1F469}"],
    ["200 kB", "wörter ".repeat(28_000)],
  ].map(([what, text]) => ({
    name: `text with ${what}`,
    async play(site) {
      const id = await site.thread();
      await add(site, "add", id, input(text));
      await site.reload(id);
    },
  })),
  {
    name: "a body of 1 MB",
    async play(site) {
      const id = await site.thread();
      await add(site, "add", id, input("x".repeat(1_000_000)));
    },
  },
  {
    name: "threads.add_user_message: unknown thread",
    play: (site) => add(site, "add", "thr_00000000", input("x")),
    differs: { add: missingStream },
  },
  ...["locked", "closed"].map((type) => ({
    name: `a ${type} thread`,
    async play(site) {
      const id = await site.thread(script({ thread: { status: { type, reason: "enough" } } }), "ada", "create");
      await add(site, "message", id, input("more"));
      const first = (await site.items(id))[0].id;
      await site.op("retry", "threads.retry_after_item", { thread_id: id, item_id: first });
      await site.op("action", "threads.custom_action", { thread_id: id, action: { type: "a" } });
      await site.op("sync action", "threads.sync_custom_action", { thread_id: id, action: { type: "a" } });
      await site.op("rename", "threads.update", { thread_id: id, title: "t" });
      await site.op("get", "threads.list", {});
      await site.op("delete", "threads.delete", { thread_id: id });
    },
    differs: {
      message: differs("locked-refuses", refused(403), streamed),
      retry: differs("locked-refuses", refused(403), streamed),
      action: differs("locked-refuses", refused(403), streamed),
      "sync action": differs("locked-refuses", refused(403), accepted),
    },
  })),
  {
    name: "a second message while the first is answered",
    async play(site) {
      const id = await site.thread();
      const slow = add(site, null, id, script({ sleep_ms: 1500 }, say("slow", "late")));
      await new Promise((resolve) => setTimeout(resolve, 500));
      await add(site, "second", id, input("meanwhile"));
      await slow;
    },
    differs: { second: differs("one-turn-per-thread", refused(409), streamed) },
  },
  {
    name: "threads.retry_after_item: the answer is replaced",
    async play(site) {
      const id = await site.thread(input("one"));
      await add(site, "two", id, input("two"));
      const items = await site.items(id);
      await site.op("retry", "threads.retry_after_item", { thread_id: id, item_id: items[0].id });
      await site.reload(id);
    },
  },
  {
    name: "threads.retry_after_item: the last message",
    async play(site) {
      const id = await site.thread(input("one", { quoted_text: "q" }));
      await add(site, null, id, input("two"));
      const items = await site.items(id);
      await site.op("retry", "threads.retry_after_item", { thread_id: id, item_id: items[2].id });
      await site.reload(id);
    },
  },
  {
    name: "threads.retry_after_item: more than a page back",
    async play(site) {
      const steps = Array.from({ length: 25 }, (_, place) => say(`m${place}`, `text ${place}`));
      const id = await site.thread(input("first"));
      await add(site, null, id, script(...steps));
      const first = (await site.items(id))[0].id;
      await site.op("retry", "threads.retry_after_item", { thread_id: id, item_id: first });
      await site.reload(id);
    },
  },
  {
    name: "threads.retry_after_item: widgets, hidden items and tool calls go too",
    async play(site) {
      const id = await site.thread(input("first"));
      await add(
        site,
        null,
        id,
        script(
          done("widget", "w", { widget: { type: "Card" } }),
          done("hidden_context_item", "h", { content: "x" }),
          done("client_tool_call", "c", { call_id: "k", name: "n", arguments: {} }),
        ),
      );
      const first = (await site.items(id))[0].id;
      await site.op("retry", "threads.retry_after_item", { thread_id: id, item_id: first });
      await site.reload(id);
    },
  },
  {
    name: "threads.retry_after_item: an unknown item",
    async play(site) {
      const id = await site.thread();
      await site.op("retry", "threads.retry_after_item", { thread_id: id, item_id: "msg_00000000" });
      await site.reload(id);
    },
    differs: { retry: differs("checked-first", refused(404), (answer) => answer.status === 200 && answer.events.length === 0) },
  },
  {
    name: "threads.retry_after_item: an answer",
    async play(site) {
      const id = await site.thread();
      const answer = (await site.items(id))[1].id;
      await site.op("retry", "threads.retry_after_item", { thread_id: id, item_id: answer });
      await site.reload(id);
    },
    differs: { retry: differs("checked-first", refused(400), broken) },
  },
  {
    name: "threads.retry_after_item: unknown thread",
    play: (site) => site.op("retry", "threads.retry_after_item", { thread_id: "thr_00000000", item_id: "x" }),
    differs: { retry: missingStream },
  },
  {
    name: "a retry that fails",
    async play(site) {
      const flaky = script({ sleep_ms: 1 }, event("thread.item.added", { item: item("assistant_message", "m", { content: [] }) }), { raise: "stream" });
      const id = await site.thread(flaky);
      await site.op("plant", "threads.custom_action", { thread_id: id, action: { type: "a", payload: { script: [say("kept", "the old answer")] } } });
      const first = (await site.items(id))[0].id;
      await site.op("retry", "threads.retry_after_item", { thread_id: id, item_id: first });
      await site.reload(id);
    },
    differs: {
      reload: differs(
        "retry-restores",
        (answer) => answer.json.data.some((row) => row.id === "kept"),
        (answer) => answer.json.data.every((row) => row.id !== "kept"),
      ),
    },
  },
];
