// L6: where no WebAssembly can be, every function says so, and a site's own fetch takes the requests over.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startBrowser, withOwnPage } from "./own_page.mjs";

let browser;
before(async () => (browser = await startBrowser()));
after(() => browser?.close());

const strict = `<!doctype html><meta http-equiv="Content-Security-Policy" content="script-src 'self'; connect-src 'self'"><title>A strict page</title>`;
const places = {
  "a policy without 'wasm-unsafe-eval'": [{ html: strict }, () => {}],
  "a browser without WebAssembly": [{}, (page) => page.addInitScript(() => delete globalThis.WebAssembly)],
};

for (const [place, [site, prepare]] of Object.entries(places)) {
  for (const entry of ["index", "url"]) {
    const inPlace = (use) =>
      withOwnPage(browser, site, async (own) => {
        await prepare(own.page);
        await own.page.goto(own.origin);
        await use(own.page, own);
      });

    test(`l6 in ${place} the site's own fetch sends the requests (${entry}.js)`, () =>
      inPlace(async (page, { complaints }) => {
        const answers = await page.evaluate(async (entry) => {
          const { createFetch } = await import(`/pkg/${entry}.js`);
          const asked = [];
          const withoutWasm = async (url, init) => {
            asked.push({ url: String(url), body: init.body, isAborted: init.signal.aborted });
            return new Response("own");
          };
          const send = createFetch({ apiUrl: "/chatkit", token: "t", withoutWasm });
          const init = { method: "POST", body: '{"type":"threads.list","params":{}}', signal: new AbortController().signal };
          const texts = [];
          for (let time = 0; time < 2; time++) texts.push(await (await send("/chatkit", init)).text());
          return { asked, texts };
        }, entry);
        const asked = { url: "/chatkit", body: '{"type":"threads.list","params":{}}', isAborted: false };
        assert.deepEqual(answers, { asked: [asked, asked], texts: ["own", "own"] });
        assert.ok(complaints.some((line) => line.includes("'wasm-unsafe-eval'")), "the console says what to allow");
      }));

    test(`l6 in ${place} whatever waits is told so at once, and nothing hangs (${entry}.js)`, () =>
      inPlace(async (page) => {
        const told = await page.evaluate(async (entry) => {
          customElements.define("openai-chatkit", class extends HTMLElement { setOptions() {} });
          const { askSelection, createFetch, pageContext, whenElementReady } = await import(`/pkg/${entry}.js`);
          const error = (promise) => promise.then(() => "no error", ({ name, code, message }) => ({ name, code, message }));
          const handle = askSelection({ onAsk() {} });
          const errors = await Promise.all([whenElementReady(), pageContext(), handle.ready].map(error));
          const asked = handle.ask();
          handle.destroy();
          const answer = await createFetch({ apiUrl: "/chatkit" })("/chatkit", { method: "POST", body: "{}" });
          return { errors, asked, status: answer.status, body: await answer.json(), left: document.querySelectorAll("[data-docent-ask]").length };
        }, entry);
        for (const { name, code, message } of told.errors) {
          assert.deepEqual([name, code], ["DocentError", "wasm_unavailable"]);
          assert.match(message, /'wasm-unsafe-eval' in script-src/);
        }
        assert.deepEqual([told.asked, told.status, told.body.error.code, told.left], [false, 503, "wasm_unavailable", 0]);
      }));
  }
}

test("l6 what was only for a moment is mended by the next call", () =>
  withOwnPage(browser, {}, async ({ page, origin }) => {
    let isThere = false;
    await page.route("**/docent_core_bg.wasm", (route) => (isThere ? route.continue() : route.abort()));
    await page.goto(origin);
    const send = () =>
      page.evaluate(async () => {
        const { createFetch } = await import("/pkg/url.js");
        window.send ??= createFetch({ apiUrl: "/chatkit", pageContext: false, fetch: async () => new Response("sent"), withoutWasm: async () => new Response("own") });
        return (await window.send("/chatkit", { method: "POST", body: "{}" })).text();
      });
    assert.equal(await send(), "own");
    isThere = true;
    assert.equal(await send(), "sent");
  }));
