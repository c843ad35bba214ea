/** The whole way of a question: select, ask, read the answer as it streams, follow the citation, find it again. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { endServer, startBrowser, startServer, until, withPage } from "./harness.mjs";
import { chat, dragOver, popover, record, selectByCaret } from "./reader.mjs";

let server;
let browser;
before(async () => {
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
});
after(async () => {
  await browser?.close();
  await endServer(server);
});

const guide = "/guides/identity/";
const passage = "the server reads it only when it listens on a loopback address";
const paragraph = (page) => page.locator("#content li", { hasText: passage });

test("a selected passage is quoted, answered with citations, and found again after a reload", async () => {
  await withPage({ browser, origin: server.origin, name: "whole-flow" }, async (page) => {
    await page.goto(server.origin + guide);
    await dragOver(page, paragraph(page), passage);
    await popover(page).click();

    await chat(page).quote(passage).waitFor();
    await chat(page).focused();
    await chat(page).ask("When does the development id work?");
    const answer = await chat(page).answer();
    assert.match(await answer.innerText(), /loopback/, "the answer is about the question");

    const citation = chat(page).citations().first();
    const address = new URL(await citation.getAttribute("href"), server.origin);
    assert.equal(address.origin, server.origin);
    assert.ok(address.hash.length > 1, `the citation names a heading: ${address}`);
    await citation.click();
    await page.waitForURL(address.href);
    const heading = page.locator(`#content :is(h1, h2, h3)[id="${address.hash.slice(1)}"]`);
    await heading.waitFor();
    await until("the heading to be in view", () =>
      heading.evaluate((element) => {
        const { top } = element.getBoundingClientRect();
        return top >= 0 && top < innerHeight;
      }),
    );

    await page.reload();
    await chat(page).root().waitFor();
    await chat(page).userMessage("When does the development id work?").waitFor();
    assert.match(await (await chat(page).answer()).innerText(), /loopback/, "the answer is still there");
  });
});

test("every message carries who asks and from where, the second as well as the first", async () => {
  await withPage({ browser, origin: server.origin, name: "metadata" }, async (page) => {
    const sent = record(page);
    await page.goto(server.origin + guide);
    await chat(page).open();
    await chat(page).ask("What is a bearer token for?");
    await chat(page).answer();
    await page.evaluate(() => document.getElementById("user-info").scrollIntoView({ block: "start", behavior: "instant" }));
    await chat(page).ask("And user info?");
    await chat(page).answer(2);

    const messages = sent.filter(({ body }) => /^threads\.(create|add_user_message)$/.test(body.type));
    assert.deepEqual(messages.map(({ body }) => body.type), ["threads.create", "threads.add_user_message"]);
    for (const { headers, body } of messages) {
      assert.equal(headers["x-user-id"], "ada", "the development identity");
      for (const metadata of [body.metadata, body.params.input.metadata]) {
        assert.deepEqual(metadata.userInfo, { name: "Ada", role: "reader" });
        assert.equal(metadata.pageContext.schema, 1);
        assert.equal(metadata.pageContext.title, "Identity and sign-in");
        assert.equal(new URL(metadata.pageContext.url).pathname, guide);
        assert.ok(metadata.pageContext.headings.some(({ id }) => id === "the-development-id"));
      }
    }
    const [first, second] = messages.map(({ body }) => body.metadata.pageContext);
    assert.notDeepEqual(first.section, second.section, "the section in view is that of the moment of sending");
    for (const { headers, body } of sent.filter((request) => !messages.includes(request))) {
      assert.equal(headers["x-user-id"], "ada");
      assert.equal(body.metadata?.pageContext, undefined, `${body.type} carries no page context`);
    }
  });
});

test("the quoted passage goes out as quoted text and not as part of the question", async () => {
  await withPage({ browser, origin: server.origin, name: "quoted-text" }, async (page) => {
    const sent = record(page);
    await page.goto(server.origin + guide);
    await dragOver(page, paragraph(page), passage);
    await popover(page).click();
    await chat(page).quote(passage).waitFor();
    await chat(page).ask("Why?");
    await chat(page).answer();
    const { input } = sent.find(({ body }) => body.type === "threads.create").body.params;
    assert.equal(input.quoted_text, passage);
    assert.deepEqual(input.content, [{ type: "input_text", text: "Why?" }]);
  });
});

test("the whole way works with the keyboard alone", async () => {
  await withPage({ browser, origin: server.origin, name: "keyboard" }, async (page) => {
    await page.goto(server.origin + guide);
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "skip-link");
    await page.keyboard.press("Enter");
    await selectByCaret(paragraph(page), passage);
    await popover(page).waitFor();
    await page.keyboard.press("Alt+Shift+KeyQ");
    await chat(page).quote(passage).waitFor();
    await chat(page).focused();
    await page.keyboard.type("When is it read?");
    await page.keyboard.press("Enter");
    await chat(page).answer();
    await page.keyboard.press("Escape");
    await until("the panel to close", () => page.locator("#chat[data-open]").count().then((count) => count === 0));
    await page.keyboard.press("/");
    await chat(page).focused();
  });
});

test("the key / opens the chat, and in the composer it is a character", async () => {
  await withPage({ browser, origin: server.origin, name: "slash" }, async (page) => {
    await page.goto(server.origin);
    await page.keyboard.press("/");
    await chat(page).focused();
    await page.keyboard.type("a/b");
    await until("the text to be there", async () => (await chat(page).typed()).includes("a/b"));
  });
});
