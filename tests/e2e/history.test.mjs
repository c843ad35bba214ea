// L9: a page that comes back from the browser's back/forward cache goes on where it was.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startBrowser, withOwnPage } from "./own_page.mjs";

const html = `<!doctype html><html lang="en"><title>Guide</title><main><h1>Guide</h1><p id="text">A thread belongs to the user who opened it.</p></main>`;
const CHAT = "https://cdn.example/chat.js";

let browser;
before(async () => {
  // Playwright turns that cache off, because pages in it stay alive.
  browser = await startBrowser({ ignoreDefaultArgs: ["--disable-back-forward-cache"] });
});
after(() => browser?.close());

/** A page that `start` runs on, left for another one and come back to; `use` looks at it then. */
function backAndForth(start, use) {
  return withOwnPage(browser, { html, cacheControl: "no-cache" }, async (own) => {
    const { page, origin } = own;
    await page.route(`${CHAT}*`, (route) => route.abort());
    await page.goto(origin);
    await page.evaluate(() => {
      window.shown = [];
      addEventListener("pageshow", ({ persisted }) => window.shown.push(persisted));
    });
    await page.evaluate(start);
    await page.goto(`${origin}/other`);
    // A restored page does not load again, so there is no load to wait for.
    await page.goBack({ waitUntil: "commit" });
    await page.waitForFunction(() => window.shown?.includes(true), undefined, { timeout: 5_000 });
    await use(own);
  });
}

test("l9 the popover, the context and the fetch work on a page that was restored", () =>
  backAndForth(
    async () => {
      const { askSelection, createFetch, pageContext } = await import("/pkg/index.js");
      window.asked = [];
      window.handle = askSelection({ onAsk: (selection) => void window.asked.push(selection.text) });
      await window.handle.ready;
      window.pageContext = pageContext;
      await pageContext();
      window.send = createFetch({ apiUrl: "/chatkit", token: "t", fetch: async (_, init) => new Response(init.body) });
      await window.send("/chatkit", { method: "POST", body: '{"type":"threads.list","params":{}}' });
    },
    async ({ page }) => {
      const bars = page.locator("[data-docent-ask]");
      await page.evaluate(() => getSelection().selectAllChildren(document.querySelector("#text")));
      await page.waitForFunction(() => window.handle.ask());
      assert.deepEqual(await page.evaluate(() => window.asked), ["A thread belongs to the user who opened it."]);
      assert.ok((await bars.count()) <= 1);
      const { context, sent } = await page.evaluate(async () => {
        document.querySelector("h1").textContent = "Changed";
        const context = await window.pageContext();
        const input = '{"type":"threads.create","params":{"input":{"content":[]}}}';
        return { context, sent: await (await window.send("/chatkit", { method: "POST", body: input })).json() };
      });
      assert.equal(context.headings[0].text, "Changed");
      assert.deepEqual(sent.metadata.pageContext.headings, context.headings);
      await page.evaluate(() => window.handle.destroy());
      assert.equal(await bars.count(), 0);
    },
  ));

test("l9 a wait that failed before becomes ready on a page that was restored", () =>
  backAndForth(
    async () => {
      const { whenElementReady } = await import("/pkg/index.js");
      window.states = [];
      const options = { scriptUrl: "https://cdn.example/chat.js", retries: 0, onStatus: ({ state }) => window.states.push(state) };
      window.failure = await whenElementReady(options).catch(({ code }) => code);
      // As a script of the page may do, before ours is told.
      addEventListener("pageshow", () => customElements.define("openai-chatkit", class extends HTMLElement { setOptions() {} }), { capture: true, once: true });
    },
    async ({ page }) => {
      await page.waitForFunction(() => window.states.at(-1) === "ready");
      assert.deepEqual(await page.evaluate(() => [typeof window.failure, window.states]), ["string", ["loading", "error", "ready"]]);
    },
  ));
