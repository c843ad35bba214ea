// L13: every way the element's script can fail to come, with the network played by the test.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startBrowser, withOwnPage } from "./own_page.mjs";

const CHAT = "https://cdn.example/chat.js";
const DEFINES = 'customElements.define("openai-chatkit", class extends HTMLElement { setOptions() {} });';
const script = (body = DEFINES) => ({ status: 200, contentType: "text/javascript", body });

let browser;
before(async () => (browser = await startBrowser()));
after(() => browser?.close());

/** Waits for the element in a page whose requests for the script are answered by `answer`; `wait` ends with its outcome. */
function loading(site, use) {
  return withOwnPage(browser, site, async (own) => {
    const { page, origin } = own;
    const asked = [];
    let answer = (route) => route.fulfill(script());
    await page.route(`${CHAT}*`, (route) => (asked.push(route.request().url()), answer(route)));
    await page.goto(origin);
    await page.evaluate(() => {
      window.states = [];
      window.wait = async (options) => {
        const { whenElementReady } = await import("/pkg/index.js");
        const onStatus = ({ state }) => window.states.push(state);
        try {
          return { ready: await whenElementReady({ scriptUrl: "https://cdn.example/chat.js", onStatus, ...options }) };
        } catch (error) {
          window.failure = error;
          return { code: error.code, message: error.message };
        }
      };
    });
    const wait = (options) => page.evaluate((options) => window.wait(options), options);
    const states = () => page.evaluate(() => window.states);
    const tags = () => page.locator(`script[src^="${CHAT}"]`).count();
    await use({ ...own, asked, wait, states, tags, answerWith: (next) => (answer = next) });
  });
}

const forbidden = `<!doctype html><meta http-equiv="Content-Security-Policy"
  content="script-src 'self' 'wasm-unsafe-eval' 'unsafe-eval'"><title>A strict page</title>`;

test("l13 a script that the policy of the page forbids is csp, and no request is made", () =>
  loading({ html: forbidden }, async ({ wait, asked, states }) => {
    const { code, message } = await wait();
    assert.equal(code, "csp");
    assert.match(message, /script-src/);
    assert.deepEqual([await states(), asked], [["loading", "error"], []]);
  }));

test("l13 a script that is not there is asked for three times and is network, with the status", () =>
  loading({}, async ({ wait, asked, tags, answerWith }) => {
    answerWith((route) => route.fulfill({ status: 404, headers: { "timing-allow-origin": "*", "access-control-allow-origin": "*" } }));
    const { code, message } = await wait({ crossOrigin: "anonymous" });
    assert.equal(code, "network");
    assert.match(message, /404/);
    assert.deepEqual([asked.length, await tags()], [3, 1]);
  }));

test("l13 a page of HTML in the place of the script is told apart from a lost connection", () =>
  loading({}, async ({ wait, asked, answerWith }) => {
    answerWith((route) =>
      route.fulfill({
        status: 200,
        headers: { "content-type": "text/html", "x-content-type-options": "nosniff", "timing-allow-origin": "*", "access-control-allow-origin": "*" },
        body: "<p>Not found",
      }),
    );
    const { code, message } = await wait({ crossOrigin: "anonymous" });
    assert.equal(code, "blocked");
    assert.match(message, /text\/javascript/);
    assert.equal(asked.length, 1, "it would be the same the next time");
  }));

test("l13 a script that hangs forever is slow, then timeout, and a retry by hand asks anew", () =>
  loading({}, async ({ page, wait, states, asked, tags, answerWith }) => {
    answerWith(() => {});
    assert.equal((await wait({ slowMs: 100, timeoutMs: 300 })).code, "timeout");
    assert.deepEqual(await states(), ["loading", "slow", "error"]);
    answerWith((route) => route.fulfill(script()));
    await page.evaluate(() => (window.failure.retry(), window.failure.recovered));
    assert.deepEqual(await states(), ["loading", "slow", "error", "loading", "ready"]);
    assert.deepEqual([asked.length, await tags()], [2, 1]);
    assert.match(asked[1], /docent-retry=/, "or the browser would wait for the first request");
  }));

test("l13 a script that takes eight seconds is slow and no error", () =>
  loading({}, async ({ wait, states, answerWith }) => {
    answerWith((route) => setTimeout(() => route.fulfill(script()), 8_000));
    assert.equal((await wait()).ready.source, "official");
    assert.deepEqual(await states(), ["loading", "slow", "ready"]);
  }));

test("l13 an element that is there before is used and no script is asked for", () =>
  loading({}, async ({ page, wait, asked, states }) => {
    await page.addScriptTag({ content: DEFINES });
    assert.equal((await wait()).ready.source, "official");
    assert.deepEqual([await states(), asked], [["ready"], []]);
  }));

test("l13 what was lost offline comes by itself once the page is online", () =>
  loading({}, async ({ page, context, wait, states, answerWith }) => {
    await page.evaluate(() => import("/pkg/index.js").then(({ pageContext, createFetch }) => (createFetch({ apiUrl: "/" }), pageContext())));
    answerWith((route) => route.abort("internetdisconnected"));
    await context.setOffline(true);
    assert.equal((await wait({ timeoutMs: 200, retries: 0 })).code, "offline");
    answerWith((route) => route.fulfill(script()));
    await context.setOffline(false);
    await page.evaluate(() => window.failure.recovered);
    assert.deepEqual(await states(), ["loading", "error", "loading", "ready"]);
  }));

test("l13 time offline is no timeout", () =>
  loading({}, async ({ page, context, wait, states, answerWith }) => {
    let release;
    answerWith((route) => (release = () => route.fulfill(script())));
    const waiting = wait({ timeoutMs: 1_000 });
    await page.waitForFunction(() => window.states.length === 1);
    await context.setOffline(true);
    await new Promise((resolve) => setTimeout(resolve, 700));
    await context.setOffline(false);
    await new Promise((resolve) => setTimeout(resolve, 600));
    release();
    assert.ok((await waiting).ready);
    assert.deepEqual(await states(), ["loading", "ready"]);
  }));

test("l7 l13 the fallback takes the name when the official script is lost, and its late coming changes nothing", () =>
  loading({}, async ({ page, answerWith, states }) => {
    let release;
    answerWith((route) => (release = () => route.fulfill(script())));
    const ready = await page.evaluate(async () => {
      const { defineDocentChat } = await import("/pkg/element.js");
      const { whenElementReady } = await import("/pkg/index.js");
      const fallback = () => defineDocentChat(["openai-chatkit"]);
      const onStatus = ({ state }) => window.states.push(state);
      return whenElementReady({ scriptUrl: "https://cdn.example/chat.js", timeoutMs: 200, fallback, onStatus });
    });
    assert.equal(ready.source, "element");
    release();
    await page.waitForTimeout(200);
    assert.deepEqual(await states(), ["loading", "ready"]);
    assert.ok(await page.evaluate(() => customElements.get("openai-chatkit").docent));
  }));

test("l1 two copies of the package ask for one script", () =>
  loading({}, async ({ page, asked, tags }) => {
    await page.evaluate(async () => {
      const copies = await Promise.all([import("/pkg/index.js"), import("/pkg/url.js?copy")]);
      const options = { scriptUrl: "https://cdn.example/chat.js" };
      await Promise.all(copies.map(({ whenElementReady }) => whenElementReady(options)));
    });
    assert.deepEqual([asked.length, await tags()], [1, 1]);
  }));
