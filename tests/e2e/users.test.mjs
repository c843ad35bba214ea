/** Two users share a browser and a server, and nothing else. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { endServer, startBrowser, startServer, withPage } from "./harness.mjs";
import { chat, signInAs } from "./reader.mjs";

let server;
let browser;
before(async () => {
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
});
after(async () => {
  await browser?.close();
  await endServer(server);
});

async function call(user, type, params) {
  const headers = { "Content-Type": "application/json", ...(user ? { "X-User-ID": user } : {}) };
  const answer = await fetch(`${server.origin}/chatkit`, { method: "POST", headers, body: JSON.stringify({ type, params }) });
  return { status: answer.status, text: await answer.text() };
}

test("a second user sees nothing of the first, on the page and in the API", async () => {
  const secret = "Where does the database file live, said Ada?";
  await withPage({ browser, origin: server.origin, name: "users" }, async (page) => {
    await page.goto(`${server.origin}/guides/server/`);
    await chat(page).open();
    await chat(page).ask(secret);
    await chat(page).answer();
    const thread = await page.evaluate(() => localStorage.getItem("docent-demo:thread:ada"));
    assert.ok(thread, "the thread of the first user is remembered");

    await signInAs(page, "Grace");
    await chat(page).startScreen().waitFor();
    assert.equal(await chat(page).userMessage(secret).count(), 0);
    await chat(page).showHistory();
    await chat(page).history().getByText("No conversations yet").waitFor();

    await signInAs(page, "Ada");
    await chat(page).userMessage(secret).waitFor();

    assert.match((await call("ada", "threads.list", {})).text, new RegExp(thread));
    const listed = await call("grace", "threads.list", {});
    assert.equal(listed.status, 200);
    assert.doesNotMatch(listed.text, new RegExp(thread));

    const input = { content: [{ type: "input_text", text: "Hi" }], attachments: [], inference_options: {} };
    const attempts = [
      ["threads.get_by_id", { thread_id: thread }],
      ["items.list", { thread_id: thread }],
      ["threads.update", { thread_id: thread, title: "Mine" }],
      ["threads.add_user_message", { thread_id: thread, input }],
      ["items.feedback", { thread_id: thread, item_ids: [], kind: "positive" }],
    ];
    for (const [type, params] of attempts) {
      const stolen = await call("grace", type, params);
      const absent = await call("grace", type, { ...params, thread_id: "thr_00000000000070008000000000000000" });
      assert.equal(stolen.status, 404, `${type}: ${stolen.text}`);
      assert.deepEqual(stolen, absent, `${type} tells an existing thread from an absent one`);
    }
    await call("grace", "threads.delete", { thread_id: thread });
    assert.equal((await call("ada", "threads.get_by_id", { thread_id: thread })).status, 200, "still there for its owner");
  });
});

test("nobody is answered 401 with a reason, and the page asks to sign in instead of failing", async () => {
  const refused = await call(null, "threads.list", {});
  assert.equal(refused.status, 401);
  assert.match(JSON.parse(refused.text).error.message, /X-User-ID/);

  await withPage({ browser, origin: server.origin, name: "signed-out", user: "nobody" }, async (page) => {
    await page.goto(server.origin);
    await page.locator("[data-ask-toggle]").click();
    await page.getByRole("heading", { name: "Sign in to ask" }).waitFor();
    await page.getByRole("button", { name: "Continue as Grace" }).click();
    await chat(page).startScreen().waitFor();
  });
});

test("an identity that came through a proxy is refused", async () => {
  const answer = await fetch(`${server.origin}/chatkit`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-User-ID": "ada", "X-Forwarded-For": "203.0.113.7" },
    body: JSON.stringify({ type: "threads.list", params: {} }),
  });
  assert.equal(answer.status, 401);
  assert.match((await answer.json()).error.message, /proxy/);
});
