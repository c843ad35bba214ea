/**
 * The way of a question, with mouse and keyboard, in the engine that `DOCENT_ENGINE` names: the same steps in Chromium,
 * Firefox and WebKit. What only one browser needs to show is in tests/e2e.
 */

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";

import { endServer, screenshots, startServer, until } from "../e2e/harness.mjs";
import { startEngine } from "./engine.mjs";
import { Reader } from "./reader.mjs";

const name = process.env.DOCENT_ENGINE ?? "chromium";
const guide = "/guides/identity/";
const passage = "the server reads it only when it listens on a loopback address";

let server;
let engine;
let reader;
before(async () => {
  [server, engine] = await Promise.all([startServer(), startEngine(name)]);
});
after(async () => {
  await engine?.close();
  await endServer(server);
});
beforeEach(async () => {
  // A new visitor: nothing remembered.
  await engine.open(server.origin);
  await engine.evaluate(() => {
    localStorage.clear();
    sessionStorage.clear();
  });
  reader = new Reader(engine, server.origin);
});

/** A test that leaves a picture when it fails. */
function steps(title, work) {
  test(`${name}: ${title}`, async () => {
    try {
      await work();
    } catch (error) {
      await mkdir(join(screenshots, "failed"), { recursive: true });
      await writeFile(join(screenshots, "failed", `${name}-${title.replace(/\W+/g, "-")}.png`), await engine.screenshot());
      throw error;
    }
  });
}

steps("a selected passage is asked about, answered with citations, and found again after a reload", async () => {
  await reader.open(guide);
  const selected = await reader.select("#content li", passage);
  await reader.pressAsk();
  await reader.seesQuote(selected);
  await reader.ask("When does the development id work?");
  assert.match(await reader.answer(), /loopback/);

  const [first] = await reader.messages();
  assert.equal(first.body.type, "threads.create");
  assert.equal(first.body.params.input.quoted_text, selected);
  assert.equal(first.headers["x-user-id"], "ada");

  const id = new URL(await reader.press("article a[href*='#']")).hash.slice(1);
  await until("the cited heading to be in view", async () => (await reader.all(`#content :is(h1, h2, h3)[id="${id}"]`))[0]?.isInView);

  await engine.reload();
  await reader.see("article", "When does the development id work?");
  assert.match(await reader.answer(), /loopback/, "the answer is still there");
});

steps("a second question goes to the same conversation and says from where it was asked", async () => {
  await reader.open(guide);
  await reader.openPanel();
  await reader.press("textarea");
  await reader.ask("What is a bearer token for?");
  await reader.answer();
  await engine.evaluate(() => document.getElementById("user-info").scrollIntoView({ block: "start", behavior: "instant" }));
  await reader.ask("And user info?");
  await reader.answer(2);
  const [first, second] = await reader.messages();
  assert.deepEqual([first.body.type, second.body.type], ["threads.create", "threads.add_user_message"]);
  for (const { body } of [first, second]) {
    assert.equal(body.metadata.pageContext.title, "Identity and sign-in");
    assert.equal(new URL(body.metadata.pageContext.url).pathname, guide);
    assert.deepEqual(body.metadata.userInfo, { name: "Ada", role: "reader" });
  }
  assert.notDeepEqual(first.body.metadata.pageContext.section, second.body.metadata.pageContext.section);
});

steps("the whole way works with the keyboard alone", async () => {
  await reader.open(guide);
  await reader.selectByCaret("#content li", passage);
  await reader.see("[role=toolbar] button", "Ask");
  await reader.key("Alt", "Shift", "q");
  await reader.seesQuote(passage);
  await reader.ask("When is it read?");
  await reader.answer();
  await reader.key("Escape");
  await reader.seeNo("#chat[data-open]");
});

steps("a server that is down is named, and after its return the question is sent again", async () => {
  await reader.open(guide);
  await reader.openPanel();
  await reader.press("textarea");
  await reader.ask("What is page context?");
  await reader.answer();
  await server.stop();
  await reader.ask("And what is removed?");
  assert.match((await reader.see("[role=alert]")).text, /could not be reached/);
  await server.start();
  await reader.press("[role=alert] button", "Try again");
  await reader.answer(2);
  await reader.seeNo("[role=alert]");
  await engine.reload();
  await reader.answer(2);
  assert.equal((await reader.all("article", "And what is removed?")).length, 1, "asked once, whatever was retried");
});

steps("the page keeps to what it serves itself", async () => {
  await reader.open(guide);
  await reader.openPanel();
  const strangers = await engine.evaluate(() => {
    const urls = performance.getEntriesByType("resource").map((entry) => new URL(entry.name));
    return urls.filter((url) => /^https?:$/.test(url.protocol) && url.origin !== location.origin).map(String);
  });
  assert.deepEqual(strangers, []);
});
