/** The page with no bundler: the package's files as they are, the same way of a question. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { endServer, startBrowser, startServer, until, withPage } from "./harness.mjs";
import { chat, dragOver, popover, record } from "./reader.mjs";

let server;
let browser;
before(async () => {
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
});
after(async () => {
  await browser?.close();
  await endServer(server);
});

test("a page with an import map and one module asks about a selection", async () => {
  await withPage({ browser, origin: server.origin, name: "plain" }, async (page) => {
    const sent = record(page);
    await page.goto(`${server.origin}/plain/`);
    const plain = chat(page, "docent-chat");
    await plain.composer().waitFor();

    const passage = "leaves every other byte of the request as it was";
    await dragOver(page, page.locator("#passage"), passage);
    await popover(page).click();
    await plain.quote(passage).waitFor();
    await plain.ask("What does the page side add to a request?");
    const answer = await plain.answer();
    assert.ok((await answer.innerText()).length > 40);
    assert.ok(await plain.citations().count(), "the answer cites the guides");
    const { body } = sent.find((request) => request.body.type === "threads.create");
    assert.equal(body.params.input.quoted_text, passage);
    assert.equal(body.metadata.pageContext.title, "A page with no bundler");
  });
});

test("the page shows its own context as JSON, and what is private is not in it", async () => {
  await withPage({ browser, origin: server.origin, name: "plain-context" }, async (page) => {
    await page.goto(`${server.origin}/plain/?token=abc123`);
    await page.getByText("The page context as JSON").click();
    const shown = await until("the context", async () => {
      const text = await page.locator("#context-json").innerText();
      return text.startsWith("{") && text;
    });
    const context = JSON.parse(shown);
    assert.equal(context.path, "/plain/");
    assert.equal(context.title, "A page with no bundler");
    assert.deepEqual(context.headings.map(({ id }) => id).filter(Boolean), ["select-a-sentence", "how-it-is-made", "what-the-server-learns"]);
    assert.doesNotMatch(shown, /abc123/, "a token in the address stays out");
    assert.doesNotMatch(shown, /Lovelace/, "a private part stays out");
  });
});

test("a private part cannot be asked about", async () => {
  await withPage({ browser, origin: server.origin, name: "plain-private" }, async (page) => {
    await page.goto(`${server.origin}/plain/`);
    await chat(page, "docent-chat").composer().waitFor();
    await dragOver(page, page.locator(".private"), "Ms Lovelace");
    // The popover of another selection proves that the private one has had its time.
    assert.equal(await popover(page).count(), 0);
    await dragOver(page, page.locator("#passage"), "compiled to WebAssembly");
    await popover(page).waitFor();
    await dragOver(page, page.locator(".private"), "Ms Lovelace");
    await until("the popover to go", async () => !(await popover(page).isVisible()));
  });
});
