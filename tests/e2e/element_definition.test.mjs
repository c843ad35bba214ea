// docent/element on a page that has elements, options and other copies of the package already.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startBrowser, withOwnPage } from "./own_page.mjs";

let browser;
before(async () => (browser = await startBrowser()));
after(() => browser?.close());

/** A page on which `/copy/` is another copy of the package. */
function withCopies(use) {
  return withOwnPage(browser, {}, async (own) => {
    const ours = (url) => url.replace("/copy/", "/pkg/");
    await own.page.route("**/copy/**", async (route) => route.fulfill({ response: await route.fetch({ url: ours(route.request().url()) }) }));
    await own.page.goto(own.origin);
    await use(own);
  });
}

test("l12 a name that another element has taken is left alone, and a second copy defines nothing twice", () =>
  withCopies(async ({ page, complaints }) => {
    const defined = await page.evaluate(async () => {
      window.Official = class extends HTMLElement {
        setOptions() {}
      };
      customElements.define("openai-chatkit", window.Official);
      const copies = await Promise.all([import("/pkg/element.js"), import("/copy/element.js")]);
      return Promise.all(copies.map(({ defineDocentChat }, index) => defineDocentChat(["openai-chatkit", "own-chat", `chat-${index}`])));
    });
    for (const [index, names] of defined.entries()) assert.deepEqual(names, ["docent-chat", "own-chat", `chat-${index}`]);
    assert.ok(await page.evaluate(() => customElements.get("openai-chatkit") === window.Official));
    assert.deepEqual(complaints, []);
  }));

test("l10 options that were set before the element was defined count, and methods wait for options", () =>
  withCopies(async ({ page, complaints }) => {
    await page.evaluate(async () => {
      const fetch = async () => Response.json({ data: [], has_more: false });
      window.options = { api: { url: "/chatkit", fetch }, locale: "en", composer: { placeholder: "Set early" } };
      window.early = Object.assign(document.createElement("docent-chat"), { options: window.options });
      document.body.append(window.early);
      await (await import("/pkg/element.js")).defineDocentChat();
    });
    const early = page.locator("docent-chat").first();
    await early.getByPlaceholder("Set early").waitFor();
    assert.equal(await page.evaluate(() => Object.hasOwn(window.early, "options")), false, "the class's own is not hidden");
    await page.evaluate(() => {
      window.late = document.body.appendChild(document.createElement("docent-chat"));
      window.filled = window.late.setComposerValue({ text: "Waits" }).then(() => "filled");
    });
    const waited = page.evaluate(() => Promise.race([window.filled, new Promise((done) => setTimeout(done, 100, "waits"))]));
    assert.equal(await waited, "waits");
    await page.evaluate(() => window.late.setOptions(window.options));
    assert.equal(await page.evaluate(() => window.filled), "filled");
    assert.equal(await page.locator("docent-chat").nth(1).locator("textarea").inputValue(), "Waits");
    assert.deepEqual(complaints, []);
  }));
