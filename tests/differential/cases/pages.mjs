/** Items page by page, in both orders. */
import { crashed, differs, missing, refused } from "../expect.mjs";
import { done, say, script } from "../world.mjs";

const many = (count) => script(...Array.from({ length: count }, (_, place) => say(`m${place}`, `text ${place}`)));

export const cases = [
  ...["asc", "desc"].flatMap((order) =>
    [1, 2, 5, 20].map((limit) => ({
      name: `items.list: ${order}, ${limit} at a time`,
      async play(site) {
        const id = await site.thread(many(6));
        let after;
        for (let number = 0; number < 8; number += 1) {
          const answer = await site.op(`page ${number}`, "items.list", { thread_id: id, limit, order, ...(after ? { after } : {}) });
          after = answer.json.after;
          if (!after) break;
        }
      },
    })),
  ),
  {
    name: "items.list: the default order and limit of many",
    async play(site) {
      const id = await site.thread(many(30));
      const first = await site.op("first", "items.list", { thread_id: id });
      await site.op("second", "items.list", { thread_id: id, after: first.json.after, limit: null, order: "desc" });
      await site.op("zero", "items.list", { thread_id: id, limit: 0 });
      await site.op("text", "items.list", { thread_id: id, limit: "3" });
    },
  },
  {
    name: "items.list: after the last",
    async play(site) {
      const id = await site.thread(many(2));
      await site.op("page", "items.list", { thread_id: id, order: "asc", after: "m1" });
    },
  },
  {
    name: "items.list: more than a hundred",
    async play(site) {
      const id = await site.thread(many(110));
      await site.op("page", "items.list", { thread_id: id, limit: 105 });
    },
    differs: { page: differs("page-limits", (answer) => answer.json.data.length === 100, (answer) => answer.json.data.length === 105) },
  },
  {
    name: "items.list: a negative limit",
    async play(site) {
      const id = await site.thread();
      await site.op("page", "items.list", { thread_id: id, limit: -3 });
    },
    differs: { page: differs("page-limits", refused(400)) },
  },
  {
    name: "items.list: an unknown cursor",
    async play(site) {
      const id = await site.thread();
      await site.op("page", "items.list", { thread_id: id, after: "msg_00000000" });
    },
    differs: { page: differs("checked-first", refused(400), crashed) },
  },
  {
    name: "items.list: after a hidden item",
    async play(site) {
      const id = await site.thread(script(say("m1", "a"), done("hidden_context_item", "h", { content: "x" }), say("m2", "b")));
      await site.op("page", "items.list", { thread_id: id, order: "asc", after: "h" });
    },
    differs: { page: differs("hidden-everywhere", refused(400), (answer) => answer.json.data.length === 1) },
  },
  {
    name: "items.list: unknown thread",
    play: (site) => site.op("page", "items.list", { thread_id: "thr_00000000" }),
    differs: { page: missing },
  },
];
