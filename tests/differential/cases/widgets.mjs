/** Widgets: finished at once, streamed state by state, and changed by updates of their own. */
import { differs, failed, streamed } from "../expect.mjs";
import { event, item, script } from "../world.mjs";

const card = (...children) => ({ type: "Card", children });
const text = (id, value, more = {}) => ({ type: "Text", ...(id ? { id } : {}), value, ...more });
const markdown = (id, value, more = {}) => ({ ...text(id, value, more), type: "Markdown" });

/** Whether the action behind `cancel`, which names no handler, was given one. */
const handlers = (answer) => (JSON.stringify(answer).includes('"type":"no"') && /"cancel":\{"action":\{"handler":"server"/.test(JSON.stringify(answer)) ? "default" : "none");

/** Shows these states of a widget and compares the stream and what a reload shows. */
const shows = (name, states, more = {}) => ({
  name: `widgets: ${name}`,
  async play(site) {
    const id = await site.thread(script({ widget: states, ...more }), "ada", "create");
    await site.reload(id);
  },
});

export const cases = [
  shows("finished at once", [card(text(null, "hi"))]),
  shows("finished at once, with a text to copy", [card()], { copy_text: "copied" }),
  shows("one state, streamed", [card(text("t", "hi"))], { stream: true }),
  shows("text that grows", [card(text("t", "", { streaming: true })), card(text("t", "Hel", { streaming: true })), card(text("t", "Hello", { streaming: true }))]),
  shows("text that grows and is not streaming", [card(text("t", "a")), card(text("t", "ab"))]),
  shows("text that stops streaming", [card(text("t", "a", { streaming: true })), card(text("t", "ab", { streaming: false }))]),
  shows("text that stops streaming without growing", [card(text("t", "a", { streaming: true })), card(text("t", "a", { streaming: false }))]),
  shows("Markdown that grows", [card(markdown("t", "a", { streaming: true })), card(markdown("t", "a*b*", { streaming: true }))]),
  shows("two texts that grow at once", [card(text("a", "1"), markdown("b", "1")), card(text("a", "12"), markdown("b", "13"))]),
  shows("text that grows without an id", [card(text(null, "a")), card(text(null, "ab"))]),
  shows("text that shrinks", [card(text("t", "abc")), card(text("t", "ab"))]),
  shows("text that changes its id", [card(text("a", "x")), card(text("b", "x"))]),
  shows("text that changes its key", [card(text("a", "x", { key: "k" })), card(text("a", "x", { key: "l" }))]),
  shows("text that changes its weight", [card(text("a", "x")), card(text("a", "xy", { weight: "bold" }))]),
  shows("a caption that grows", [card({ type: "Caption", id: "c", value: "a" }), card({ type: "Caption", id: "c", value: "ab" })]),
  shows("a child more", [card(text("a", "x")), card(text("a", "x"), text("b", "y"))]),
  shows("a child less", [card(text("a", "x"), text("b", "y")), card(text("a", "x"))]),
  shows("children in another order", [card(text("a", "x"), text("b", "x")), card(text("b", "x"), text("a", "x"))]),
  shows("a child of another type", [card({ type: "Divider" }), card({ type: "Spacer" })]),
  shows("text deep in the tree", [card({ type: "Row", children: [{ type: "Col", children: [text("t", "a")] }] }), card({ type: "Row", children: [{ type: "Col", children: [text("t", "ab")] }] })]),
  shows("another root", [card(), { type: "ListView", children: [] }]),
  shows("a root that changes", [card(text("a", "x")), { ...card(text("a", "x")), size: "lg" }]),
  shows("the same state twice", [card(text("a", "x")), card(text("a", "x"))]),
  shows("growth, a change, growth", [card(text("a", "x")), card(text("a", "xy")), { ...card(text("a", "xy")), size: "sm" }, { ...card(text("a", "xyz")), size: "sm" }]),
  shows("a list", [{ type: "ListView", children: [{ type: "ListViewItem", children: [text(null, "one")] }], limit: 3, status: { text: "S" } }]),
  shows("a basic root of unknown components", [{ type: "Basic", children: [{ type: "Foo", bar: { a: null, b: [null, 1] } }] }]),
  shows("nulls at every depth", [{ type: "Basic", children: [{ type: "Foo", baz: null, deep: { a: null } }], key: null }]),
  shows("an only child that is no list", [{ type: "Basic", children: { type: "Foo", value: "x" } }]),
  shows("an only child whose text grows", [{ type: "Basic", children: text("t", "a") }, { type: "Basic", children: text("t", "ab") }]),
  {
    ...shows("a form with buttons and actions", [
    {
      type: "Card",
      asForm: true,
      confirm: { label: "Yes", action: { type: "yes", payload: { a: 1 } } },
      cancel: { label: "No", action: { type: "no" } },
      children: [
        { type: "Input", name: "n", placeholder: "p" },
        { type: "Select", name: "s", options: [{ value: "a", label: "A" }] },
        { type: "Checkbox", name: "c", label: "C" },
        { type: "Button", label: "Go", onClickAction: { type: "go", handler: "server", loadingBehavior: "self", streaming: false } },
      ],
    },
    ]),
    differs: Object.fromEntries(
      ["create", "reload"].map((label) => [
        label,
        differs("widgets-as-written", (answer) => !handlers(answer).includes("default"), (answer) => handlers(answer).includes("default")),
      ]),
    ),
  },
  shows("pictures, icons and a chart", [
    card(
      { type: "Image", src: "https://a.example/i.png", alt: "i" },
      { type: "Icon", name: "star" },
      { type: "Badge", label: "b", color: "info" },
      { type: "Chart", data: [{ x: "a", y: 1 }], series: [{ type: "bar", dataKey: "y" }], xAxis: "x" },
    ),
  ]),
  shows("a root that is none", [{ type: "Foo" }]),
  {
    name: "widgets: updates of their own",
    async play(site) {
      const start = card(text("t", "a", { streaming: true }), { type: "Badge", id: "b", label: "B" });
      const update = (fields) => event("thread.item.updated", { item_id: "w", update: fields });
      const id = await site.thread(
        script(
          event("thread.item.added", { item: item("widget", "w", { widget: start }) }),
          update({ type: "widget.streaming_text.value_delta", component_id: "t", delta: "b", done: false }),
          update({ type: "widget.streaming_text.value_delta", component_id: "t", delta: "c", done: true }),
          update({ type: "widget.component.updated", component_id: "b", component: { type: "Badge", id: "b", label: "C" } }),
          update({ type: "widget.root.updated", widget: card() }),
          event("thread.item.done", { item: item("widget", "w", { widget: card(text("t", "abc")), copy_text: "abc" }) }),
        ),
        "ada",
        "create",
      );
      await site.reload(id);
    },
  },
  {
    name: "widgets: a prop that is new in a free component",
    async play(site) {
      const foo = (more) => ({ type: "Basic", children: [{ type: "Foo", ...more }] });
      await site.thread(script({ widget: [foo({}), foo({ bar: 1 })] }), "ada", "create");
    },
    differs: { create: differs("free-props", (answer) => streamed(answer) && !failed(answer), failed) },
  },
];
