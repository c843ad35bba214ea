// The entry points in Node, where there is no page: importing them and calling them must do no harm.
import assert from "node:assert/strict";
import { test } from "node:test";

import { makeRing, settle } from "./ring.mjs";

const chat = (type) => ({ method: "POST", body: JSON.stringify({ type, params: { input: {} } }) });

test("without a page there is no page context and no popover, and waiting for the element says why", async () => {
  const docent = await import("docent");
  assert.deepEqual(Object.keys(docent).sort(), ["askSelection", "createFetch", "pageContext", "whenElementReady"]);
  assert.equal(await docent.pageContext(), null);
  const handle = docent.askSelection({ onAsk() {} });
  await handle.ready;
  assert.equal(handle.ask(), false);
  handle.destroy();
  await assert.rejects(docent.whenElementReady(), { name: "DocentError", code: "no_document" });
});

test("a fetch made in Node adds token and metadata, and waits for the wasm by itself", async () => {
  const { createFetch } = await import("docent");
  const calls = [];
  const fetch = async (input, init) => (calls.push(new Request(input, init)), new Response("answer"));
  const apiUrl = "http://localhost:9360/chatkit";
  const send = createFetch({ apiUrl, token: async () => "t", developmentUserId: "u", userInfo: () => ({ plan: "pro" }), fetch });
  const [answer] = await Promise.all([send(apiUrl, chat("threads.create")), send(apiUrl, chat("threads.list"))]);
  assert.equal(await answer.text(), "answer");
  const created = calls.find((call) => call.headers.get("x-user-id") === "u" && call.headers.get("authorization") === "Bearer t");
  assert.ok(created);
  const bodies = await Promise.all(calls.map((call) => call.json()));
  const metadata = { userInfo: { plan: "pro" } };
  assert.deepEqual(bodies.find((body) => body.type === "threads.create"), { type: "threads.create", params: { input: { metadata } }, metadata });
  assert.deepEqual(bodies.find((body) => body.type === "threads.list"), { type: "threads.list", params: { input: {} } });
});

test("a wrong option is an Error with a code, told by the first request", async () => {
  const { createFetch } = await import("docent");
  await assert.rejects(createFetch({})("http://localhost:9360/"), (error) => {
    assert.ok(error instanceof Error);
    assert.equal(error.name, "DocentError");
    assert.equal(error.code, "invalid_option");
    return /apiUrl/.test(error.message);
  });
});

test("a wasm that cannot be loaded becomes a response that the chat can show", async (context) => {
  const error = context.mock.method(console, "error", () => {});
  const { connect } = await import("../../pkg/entry.js?unloadable");
  const blocked = () => Promise.reject(new Error("blocked by policy"));
  const { createFetch } = connect({ core: blocked, page: blocked });
  const response = await createFetch({ apiUrl: "http://localhost:9360/" })("http://localhost:9360/");
  assert.equal(response.status, 503);
  assert.equal((await response.json()).error.code, "wasm_unavailable");
  assert.match(error.mock.calls[0].arguments[0].message, /blocked by policy.*wasm-unsafe-eval/s);
});

test("a fetch whose own callbacks lead back to it is let go once nobody holds it", async () => {
  const { createFetch } = await import("docent");
  const answers = [];
  const use = async () => {
    const ring = makeRing(createFetch);
    answers.push(await (await ring.ask()).text(), ring.asked);
    return new WeakRef(ring);
  };
  const used = await use();
  assert.deepEqual(answers, ["answer", 4], "token, user, session and fetch were asked");
  await settle(() => !used.deref());
  assert.equal(used.deref(), undefined);

  // Nobody holds this one but its own request, which asks for the token again after a 401.
  let refuse;
  const sent = [];
  const answer = makeRing(createFetch, async (_, init) => {
    sent.push(new Headers(init.headers).get("authorization"));
    return sent.length > 1 ? new Response("in the end") : new Promise((resolve) => (refuse = () => resolve(new Response("", { status: 401 }))));
  }).ask();
  await settle(() => false);
  refuse();
  assert.equal(await (await answer).text(), "in the end");
  assert.deepEqual(sent, ["Bearer t", "Bearer u"]);
});
