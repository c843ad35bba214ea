/** Every event and every kind of item and update, as a handler emits it and as a reload shows it. */
import { differs, failed, kinds, streamed } from "../expect.mjs";
import { done, event, item, say, script } from "../world.mjs";

const url = { type: "url", title: "Page", url: "https://a.example/x" };
const task = { type: "custom", title: "Step", icon: "search", content: "*doing*", status_indicator: "loading" };

/** Runs the steps in a new thread and compares the stream and what a reload shows. */
const plays = (name, ...steps) => ({
  name,
  async play(site) {
    const id = await site.thread(script(...steps), "ada", "create");
    await site.reload(id);
  },
});

const added = (type, fields) => event("thread.item.added", { item: item(type, "i1", fields) });
const updated = (update) => event("thread.item.updated", { item_id: "i1", update });
const holds = (answer, id) => answer.json.data.some((row) => row.id === id);
const part = (text, annotations = []) => ({ type: "output_text", text, annotations });

export const cases = [
  plays("progress_update", event("progress_update", { text: "Searching" }), event("progress_update", { text: "More", icon: "globe" })),
  plays("progress_update with icons of others", event("progress_update", { text: "a", icon: "vendor:x" }), event("progress_update", { text: "b", icon: "lucide:y" })),
  {
    ...plays("progress_update with an icon nobody has", event("progress_update", { text: "a", icon: "no-such-icon" }), say("m", "x")),
    differs: {
      create: differs("any-icon", (answer) => kinds(answer).includes("progress_update"), failed),
      reload: differs("any-icon", (answer) => answer.json.data.length === 2, (answer) => answer.json.data.length === 1),
    },
  },
  plays("client_effect", event("client_effect", { name: "highlight" }), event("client_effect", { name: "go", data: { a: null, b: [1, null, { c: true }] } })),
  ...["info", "warning", "danger"].map((level) => plays(`notice: ${level}`, event("notice", { level, message: "*Note*", title: level === "info" ? undefined : "Title" }))),
  plays("stream_options again", event("stream_options", { stream_options: { allow_cancel: false } }), say("m", "x"), event("stream_options", { stream_options: { allow_cancel: true } })),
  plays("error events that a handler emits", event("error", { code: "custom", message: "No.", allow_retry: true }), event("error", {}), event("error", { code: "stream.error", allow_retry: false })),
  plays(
    "an assistant message written piece by piece",
    added("assistant_message", { content: [] }),
    updated({ type: "assistant_message.content_part.added", content_index: 0, content: part("") }),
    updated({ type: "assistant_message.content_part.text_delta", content_index: 0, delta: "Hel" }),
    updated({ type: "assistant_message.content_part.text_delta", content_index: 0, delta: "lo\u2028" }),
    updated({ type: "assistant_message.content_part.annotation_added", content_index: 0, annotation_index: 0, annotation: { type: "annotation", source: url, index: 3 } }),
    updated({ type: "assistant_message.content_part.done", content_index: 0, content: part("Hello\u2028", [{ type: "annotation", source: url, index: 3 }]) }),
    event("thread.item.done", { item: item("assistant_message", "i1", { content: [part("Hello\u2028", [{ type: "annotation", source: url, index: 3 }])] }) }),
  ),
  ...Object.entries({
    "a file": { type: "file", title: "F", filename: "a.pdf" },
    "a url with everything": { ...url, description: "d", timestamp: "2026", group: "g", attribution: "by" },
    "an entity": { type: "entity", title: "E", id: "e1" },
    "an entity with everything": { type: "entity", title: "E", id: "e1", icon: "user", label: "L", inline_label: "I", interactive: true, data: { a: null }, preview: "lazy", description: "d", group: "g" },
  }).map(([what, source]) => plays(`an annotation of ${what}`, say("m", "text", [{ type: "annotation", source, index: 0 }, { type: "annotation", source }]))),
  plays("an assistant message of two parts and of none", done("assistant_message", "m1", { content: [part("a"), part("b")] }), done("assistant_message", "m2", { content: [] })),
  plays("a user message that a handler writes", done("user_message", "u1", { content: [{ type: "input_text", text: "planted" }], attachments: [], inference_options: {} })),
  ...Object.entries({
    custom: { type: "custom" },
    "custom with everything": task,
    web_search: { type: "web_search", title: "Web", title_query: "q", queries: ["q", "r"], sources: [url], status_indicator: "complete" },
    "web_search with nothing": { type: "web_search" },
    thought: { type: "thought", content: "Hm.", title: "T" },
    file: { type: "file", title: "Files", sources: [{ type: "file", title: "F", filename: "a.pdf" }] },
    image: { type: "image", title: "Drawing" },
  }).map(([what, one]) => plays(`a task item: ${what}`, added("task", { task: one }), done("task", "i1", { task: one }))),
  plays(
    "a workflow with tasks",
    added("workflow", { workflow: { type: "custom", tasks: [task], expanded: true } }),
    updated({ type: "workflow.task.added", task_index: 1, task: { type: "thought", content: "a" } }),
    updated({ type: "workflow.task.updated", task_index: 0, task: { ...task, status_indicator: "complete" } }),
    event("thread.item.done", { item: item("workflow", "i1", { workflow: { type: "custom", tasks: [task, { type: "thought", content: "a" }], summary: { title: "Done", icon: "check" }, expanded: false } }) }),
  ),
  plays("workflows with a duration and without a summary", done("workflow", "w1", { workflow: { type: "reasoning", tasks: [], summary: { duration: 7 } } }), done("workflow", "w2", { workflow: { type: "reasoning", tasks: [] } })),
  plays(
    "a generated image that comes by and by",
    added("generated_image", {}),
    updated({ type: "generated_image.updated", image: { id: "g", url: "data:image/png;base64,AAAA" }, progress: 0.25 }),
    updated({ type: "generated_image.updated", image: { id: "g", url: "data:image/png;base64,AAAA" } }),
    event("thread.item.done", { item: item("generated_image", "i1", { image: { id: "g", url: "https://a.example/i.png" } }) }),
  ),
  plays("end_of_turn", say("m", "x"), done("end_of_turn", "e", {})),
  plays("a client tool call with nulls in its arguments", done("client_tool_call", "c", { call_id: "k", name: "n", arguments: { a: null, b: { c: null } } })),
  plays(
    "questions of every kind",
    done("structured_input", "s", {
      inputs: [
        { type: "multiple_choice", id: "one", question: "?", options: [{ value: "a" }, { value: "b" }] },
        { type: "multiple_choice", id: "many", question: "?", options: [{ value: "a" }], multiple: true },
        { type: "freeform", id: "free", question: "?", description: "d" },
      ],
    }),
  ),
  {
    ...plays("an item that is added and never done", added("widget", { widget: { type: "Card" } }), say("m", "x")),
    differs: { reload: differs("partial-kept", (answer) => holds(answer, "i1"), (answer) => !holds(answer, "i1")) },
  },
  plays("an item that is removed", say("m1", "a"), say("m2", "b"), event("thread.item.removed", { item_id: "m1" })),
  plays("an item that is removed though it never was", event("thread.item.removed", { item_id: "nothing" })),
  plays("an item that is replaced", say("m1", "a"), say("m2", "b"), event("thread.item.replaced", { item: item("assistant_message", "m1", { content: [part("changed")] }) })),
  plays("an item that is replaced though it never was", event("thread.item.replaced", { item: item("assistant_message", "m9", { content: [part("new")] }) })),
  plays("no events at all"),
  {
    name: "thread.created and thread.updated from a handler lose what is not for clients",
    async play(site) {
      const thread = { id: "$thread", created_at: "2026-01-01T00:00:00Z", title: "T", status: { type: "active" }, metadata: {}, items: { data: [], has_more: false } };
      await site.thread(script(event("thread.updated", { thread }), say("m", "x")), "ada", "create");
    },
  },
  {
    name: "thread.updated from a handler with metadata",
    async play(site) {
      const thread = { id: "$thread", created_at: "2026-01-01T00:00:00Z", metadata: { secret: 1 }, items: { data: [], has_more: false } };
      await site.thread(script(event("thread.updated", { thread })), "ada", "create");
    },
    differs: {
      create: differs(
        "hidden-everywhere",
        (answer) => streamed(answer) && !JSON.stringify(answer).includes('"secret":1}'),
        (answer) => JSON.stringify(answer).includes('"secret":1}'),
      ),
    },
  },
];
