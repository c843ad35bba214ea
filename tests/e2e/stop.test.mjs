/** Stop and leave are two things: an answer that is stopped ends at the server, one that is left is written to its end. */

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import { endServer, startBrowser, startServer, until, withPage } from "./harness.mjs";
import { chat } from "./reader.mjs";

/** A model that says a word whenever it is told to, and knows whether anybody still listens. */
const model = createServer((request, response) => {
  request.resume();
  response.writeHead(200, { "content-type": "text/event-stream" });
  const say = (delta, finish_reason = null) =>
    response.write(`data: ${JSON.stringify({ id: "x", choices: [{ index: 0, delta, finish_reason }] })}\n\n`);
  const answer = {
    isOpen: true,
    say: (content) => say({ content }),
    end() {
      say({}, "stop");
      response.end("data: [DONE]\n\n");
    },
  };
  response.on("close", () => (answer.isOpen = false));
  answers.push(answer);
});
let answers = [];
let server;
let browser;
before(async () => {
  await new Promise((resolve) => model.listen(0, "127.0.0.1", resolve));
  const env = { DOCENT_MODEL_URL: `http://127.0.0.1:${model.address().port}/v1`, DOCENT_MODEL: "scripted" };
  [server, browser] = await Promise.all([startServer(env), startBrowser()]);
});
after(async () => {
  await browser?.close();
  await endServer(server);
  model.closeAllConnections();
  model.close();
});

/** Opens the chat and asks; gives the model's side once the reader sees that the answer has begun. */
async function begin(page) {
  answers = [];
  await page.goto(server.origin);
  await chat(page).open();
  await chat(page).ask("What is page context?");
  const answer = await until("the model to be asked", () => answers[0]);
  answer.say("The beginning");
  await chat(page).root().getByRole("article").filter({ hasText: "The beginning" }).waitFor();
  return answer;
}

/** Asks the server past the page. */
async function ask(request) {
  const headers = { "content-type": "application/json", "x-user-id": "ada" };
  return (await fetch(`${server.origin}/chatkit`, { method: "POST", headers, body: JSON.stringify(request) })).json();
}

test("Stop ends the server's turn, and what was said stays", async () => {
  await withPage({ browser, origin: server.origin, name: "stop" }, async (page) => {
    const answer = await begin(page);
    const cancelled = page.waitForResponse((response) => /\/chatkit\/runs\/run_\w+\/cancel$/.test(response.url()));
    await chat(page).root().getByRole("button", { name: "Stop", exact: true }).click();
    assert.equal((await cancelled).status(), 200);
    await until("the server to hang up on the model", () => !answer.isOpen);
    await page.reload();
    await chat(page).root().waitFor();
    assert.match(await (await chat(page).answer()).innerText(), /The beginning/, "it is stored");
  });
});

test("an answer whose conversation was left is written to its end", async () => {
  await withPage({ browser, origin: server.origin, name: "leave" }, async (page) => {
    const posts = [];
    page.on("request", (request) => posts.push(request.url()));
    const answer = await begin(page);
    await chat(page).root().getByRole("button", { name: "New conversation" }).click();
    await chat(page).startScreen().waitFor();
    answer.say(" and the end.");
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.ok(answer.isOpen, "the server still listens to the model");
    answer.end();
    await until("the answer to be stored", async () => {
      const [{ id }] = (await ask({ type: "threads.list", params: { limit: 1, order: "desc" } })).data;
      const thread = await ask({ type: "threads.get_by_id", params: { thread_id: id } });
      return JSON.stringify(thread).includes("and the end.");
    });
    await chat(page).showHistory();
    await chat(page).history().getByRole("button", { name: /^What is page context/ }).first().click();
    assert.match(await (await chat(page).answer()).innerText(), /The beginning and the end\./);
    assert.deepEqual(posts.filter((url) => url.endsWith("/cancel")), []);
  });
});
