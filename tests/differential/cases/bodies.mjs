/** Bodies that are no requests, or requests with something missing, too much or of another kind. */
import { broken, crashed, differs, refused } from "../expect.mjs";
import { input } from "../world.mjs";

const bad = differs("bad-request", refused(400), crashed);

const malformed = {
  "nothing": "",
  "no JSON": "{",
  "a list": "[]",
  "a text": '"threads.list"',
  "no type": '{"params": {}}',
  "no params": '{"type": "threads.list"}',
  "params that are null": '{"type": "threads.list", "params": null}',
  "params that are a list": '{"type": "threads.list", "params": []}',
  "an unknown type": '{"type": "threads.run", "params": {}}',
  "a type that is a number": '{"type": 5, "params": {}}',
  "an order that is none": '{"type": "threads.list", "params": {"order": "up"}}',
  "an order that is the key of an object": '{"type": "threads.list", "params": {"order": {"asc": null}}}',
  "a limit that is a word": '{"type": "threads.list", "params": {"limit": "many"}}',
  "a limit that is a fraction": '{"type": "threads.list", "params": {"limit": 1.5}}',
  "a thread id that is a number": '{"type": "threads.get_by_id", "params": {"thread_id": 5}}',
  "a title that is null": '{"type": "threads.update", "params": {"thread_id": "x", "title": null}}',
  "a kind of feedback that is none": '{"type": "items.feedback", "params": {"thread_id": "x", "item_ids": [], "kind": "meh"}}',
  "a kind of feedback that is the key of an object": '{"type": "items.feedback", "params": {"thread_id": "x", "item_ids": [], "kind": {"positive": null}}}',
  "a tool output without a result": '{"type": "threads.add_client_tool_output", "params": {"thread_id": "x"}}',
  "an action that is a list": '{"type": "threads.custom_action", "params": {"thread_id": "x", "action": []}}',
  "an input that is a list": '{"type": "threads.create", "params": {"input": [[], [], null, {}]}}',
  "a list that holds what a request has": '["threads.list", {}, {}]',
  "a part of a message that is a list": '{"type": "threads.create", "params": {"input": {"content": [["input_text", "x"]], "attachments": [], "inference_options": {}}}}',
  "inference options that are a list": '{"type": "threads.create", "params": {"input": {"content": [], "attachments": [], "inference_options": [null, "m"]}}}',
  "a tool choice that is a list": '{"type": "threads.create", "params": {"input": {"content": [], "attachments": [], "inference_options": {"tool_choice": ["x"]}}}}',
  "an answer that is a list": '{"type": "threads.add_structured_input", "params": {"thread_id": "x", "item_id": "y", "input": {"answers": {"q": [["x"], false]}}}}',
  "a status of answers that is none": '{"type": "threads.add_structured_input", "params": {"thread_id": "x", "item_id": "y", "input": {"status": "pending"}}}',
  "a status of answers that is the key of an object": '{"type": "threads.add_structured_input", "params": {"thread_id": "x", "item_id": "y", "input": {"status": {"skipped": null}}}}',
  "a size that is a word": '{"type": "attachments.create", "params": {"name": "a", "size": "big", "mime_type": "b"}}',
};

const required = {
  "threads.create": { input: input("x") },
  "threads.add_user_message": { thread_id: "x", input: input("x") },
  "threads.add_structured_input": { thread_id: "x", item_id: "y", input: {} },
  "threads.retry_after_item": { thread_id: "x", item_id: "y" },
  "items.list": { thread_id: "x" },
  "items.feedback": { thread_id: "x", item_ids: [], kind: "positive" },
  "attachments.create": { name: "a", size: 1, mime_type: "b" },
  "attachments.delete": { attachment_id: "x" },
  "input.transcribe": { audio_base64: "", mime_type: "x" },
};

const inputs = {
  "no content": { content: undefined },
  "no attachments": { attachments: undefined },
  "no inference options": { inference_options: undefined },
  "a part of an unknown type": { content: [{ type: "input_video", text: "x" }] },
  "a part without its text": { content: [{ type: "input_text" }] },
  "a text that is a number": { content: [{ type: "input_text", text: 5 }] },
};

export const cases = [
  ...Object.entries(malformed).map(([what, body]) => ({
    name: `a body with ${what}`,
    play: (site) => site.send("answer", "ada", body),
    differs: { answer: bad },
  })),
  ...Object.entries(required).map(([type, params]) => ({
    name: `${type}: each field is missing in turn`,
    async play(site) {
      for (const name of Object.keys(params)) await site.op(name, type, { ...params, [name]: undefined });
    },
    differs: Object.fromEntries(Object.keys(params).map((name) => [name, bad])),
  })),
  ...Object.entries(inputs).map(([what, more]) => ({
    name: `a message with ${what}`,
    play: (site) => site.op("create", "threads.create", { input: input("x", more) }),
    differs: { create: bad },
  })),
  {
    name: "unknown fields at every level, and metadata",
    async play(site) {
      const more = { metadata: { userInfo: { name: "Ada" } }, unknown: [1] };
      await site.op("create", "threads.create", { input: input("x", { metadata: { a: 1 } }), unknown: 1 }, "ada", more);
      await site.op("list", "threads.list", { unknown: {} }, "ada", { metadata: {} });
      await site.op("text", "threads.create", { input: input("x", { metadata: "a text" }) });
    },
  },
  {
    name: "numbers and truth values written as Python takes them",
    async play(site) {
      for (const limit of [true, "1_0", "5.0", "999999999999999999999"]) {
        await site.op(`limit ${JSON.stringify(limit)}`, "threads.list", { limit });
      }
      const tag = { type: "input_tag", id: "t", text: "t", data: {}, interactive: "yes" };
      await site.op("truth", "threads.create", { input: input("x", { content: [tag] }) });
    },
    differs: Object.fromEntries(
      ["limit true", 'limit "1_0"', 'limit "5.0"', 'limit "999999999999999999999"', "truth"].map((label) => [
        label,
        differs("plain-values", refused(400), (answer) => answer.status === 200),
      ]),
    ),
  },
  {
    name: "an action without a type",
    play: (site) => site.op("action", "threads.custom_action", { thread_id: "thr_00000000", action: {} }),
    differs: { action: differs("action-type-required", refused(400), broken) },
  },
  {
    name: "metadata that is null",
    play: (site) => site.op("list", "threads.list", {}, "ada", { metadata: null }),
    differs: { list: differs("null-metadata", (answer) => answer.status === 200, crashed) },
  },
  {
    name: "another content type, and none",
    async play(site) {
      const body = { type: "threads.list", params: {} };
      await site.send("text", "ada", body, { headers: { "content-type": "text/plain" } });
      await site.send("form", "ada", body, { headers: { "content-type": "application/x-www-form-urlencoded" } });
    },
  },
  {
    name: "another method",
    play: (site) => site.send("get", "ada", undefined, { method: "GET" }),
  },
];
