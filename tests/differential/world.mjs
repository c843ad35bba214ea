/** One case's view of one server: requests with what was seen of them, and short forms for building them. */
import { request } from "node:http";

/** A message of this text. */
export const input = (text, more = {}) => ({
  content: [{ type: "input_text", text }],
  attachments: [],
  inference_options: {},
  ...more,
});

/** A message that makes the handler run these steps. */
export const script = (...steps) => input(JSON.stringify({ script: steps }));

/** An item of the running thread. */
export const item = (type, id, fields = {}) => ({
  id,
  thread_id: "$thread",
  created_at: "2026-01-01T00:00:00Z",
  type,
  ...fields,
});

/** A step that emits this event. */
export const event = (type, fields = {}) => ({ event: { type, ...fields } });

/** A step that finishes this item. */
export const done = (type, id, fields) => event("thread.item.done", { item: item(type, id, fields) });

/** A step that finishes an assistant message. */
export const say = (id, text, annotations = []) =>
  done("assistant_message", id, { content: [{ type: "output_text", text, annotations }] });

/** A server as one case sees it. Users carry the case's name, so that cases never meet. */
export function world(base, name) {
  const seen = [];
  const userOf = (user) => `${user}@${name.replace(/[^\x21-\x7e]/g, "-")}`;

  async function send(label, user, body, { method = "POST", headers = {} } = {}) {
    const sent = { method, headers: { "content-type": "application/json", ...headers } };
    if (user !== null) sent.headers["x-user-id"] = userOf(user);
    if (method === "POST") sent.body = typeof body === "string" ? body : JSON.stringify(body);
    const answer = seenOf(await exchange(`${base}/chatkit`, sent));
    if (label) seen.push({ label, answer });
    return answer;
  }

  return {
    base,
    seen,
    send,
    /** Sends an operation; `label` names the step, or is null where the answer is not compared. */
    op: (label, type, params, user = "ada", more = {}) => send(label, user, { type, params, ...more }),
    /** Begins an operation and leaves after so many milliseconds. */
    async leave(type, params, milliseconds, user = "ada") {
      const headers = { "content-type": "application/json", "x-user-id": userOf(user) };
      await exchange(`${base}/chatkit`, { method: "POST", headers, body: JSON.stringify({ type, params }) }, milliseconds);
    },
    /** Compares something that was worked out. */
    note: (label, answer) => seen.push({ label, answer }),
    /** Makes a thread whose first message is this one, and gives its id. */
    async thread(message = input("hello"), user = "ada", label = null) {
      const answer = await send(label, user, { type: "threads.create", params: { input: message } });
      return answer.events[0].thread.id;
    },
    /** The items a client sees, oldest first. */
    async items(thread_id, user = "ada") {
      const answer = await send(null, user, { type: "items.list", params: { thread_id, order: "asc", limit: 100 } });
      return answer.json?.data ?? [];
    },
    /** Compares what a reload shows. */
    async reload(thread_id, label = "reload", user = "ada") {
      return send(label, user, { type: "items.list", params: { thread_id, order: "asc", limit: 100 } });
    },
    /** Announces a file, uploads it unless told otherwise, and gives its id. */
    async file(name = "a.txt", mime_type = "text/plain", bytes = "hello", { upload = true, user = "ada", label = null } = {}) {
      const size = Buffer.byteLength(bytes);
      const answer = await send(label, user, { type: "attachments.create", params: { name, size, mime_type } });
      const { url, method, headers } = answer.json.upload_descriptor;
      if (upload) {
        const sent = await exchange(url, { method, headers: { "content-type": mime_type, ...headers }, body: bytes });
        if (sent.status !== 200) throw new Error(`the upload was answered with ${sent.status}`);
      }
      return answer.json.id;
    },
  };
}

/**
 * One request on a connection of its own: a server that fails may close a connection that others would be sent on. `leaveAfter`
 * hangs up after so many milliseconds.
 */
function exchange(url, { method, headers, body }, leaveAfter) {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (response) => {
      const chunks = [];
      const finish = (broken) => resolve({ status: response.statusCode, type: response.headers["content-type"], text: Buffer.concat(chunks).toString("utf8"), broken });
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => finish(false));
      response.on("error", () => finish(true));
    });
    sent.on("error", (error) => (leaveAfter ? resolve({}) : reject(error)));
    if (leaveAfter) setTimeout(() => sent.destroy(), leaveAfter);
    sent.end(body === undefined ? undefined : Buffer.from(body));
  });
}

/** What a client sees of a response. A body that breaks off is seen as broken. */
function seenOf({ status, type: contentType = "none", text, broken }) {
  const type = contentType.split(";")[0];
  const answer = { status, type };
  if (status === 200) answer.contentType = contentType;
  if (type === "text/event-stream") {
    const frames = text.split("\n\n");
    // Whole frames of one data line each: anything else is kept as it came, and so seen as a difference.
    answer.rest = [...frames.slice(0, -1).filter((frame) => !/^data: \{[^\n\r]*\}$/.test(frame)), frames.at(-1)];
    answer.events = frames.filter((frame) => frame.startsWith("data: ")).map((frame) => JSON.parse(frame.slice("data: ".length)));
    if (broken) answer.broken = true;
  } else if (type === "application/json") {
    // The words of an error are each server's own; that there is one, and its status, is what is compared.
    answer.json = status >= 400 ? "<error>" : JSON.parse(text);
  }
  return answer;
}
