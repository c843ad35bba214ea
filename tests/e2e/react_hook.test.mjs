// docent/react in a browser, with the oldest React that is supported and the newest: hydration, StrictMode, sign-in.
import assert from "node:assert/strict";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { after, before, test } from "node:test";
import { build } from "esbuild";

import { startBrowser, withOwnPage } from "./own_page.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, "target", "react-tests");
const VERSIONS = { 18: "node_modules/react-18/node_modules", 19: "node_modules" };

/** What every bundle is made of: a page with the hook, whose options the page's own script gives. */
const APP = `
import { StrictMode, createElement as h, version } from "react";
import { useChatKit } from "@openai/chatkit-react";
import { DocentChat, useDocent } from "docent/react";
export { version };
export function App({ options }) {
  globalThis.useChatKitGives = Object.keys(useChatKit({ api: { url: "/", domainKey: "local" } }));
  const chat = useDocent({ selection: false, ...options });
  globalThis.chat = chat;
  return h(DocentChat, { control: chat.control, status: chat.status, onRetry: chat.retry, session: chat.session,
    onSignIn: chat.signIn, className: "box" });
}
export const page = (options) => h(StrictMode, null, h(App, { options }));
`;
const SERVER = `${APP}
import { renderToString } from "react-dom/server";
export const render = (options) => renderToString(page(options));
`;
const CLIENT = `${APP}
import { createRoot, hydrateRoot } from "react-dom/client";
const box = document.getElementById("root");
globalThis.version = version;
globalThis.hydrate = (options) => (globalThis.mounted = hydrateRoot(box, page(options)));
globalThis.show = (options) => globalThis.mounted.render(page(options));
globalThis.mount = (options) => (globalThis.mounted = createRoot(box)).render(page(options));
`;

/** A chat element that remembers what it was told; defined by the script \`/chat.js\`. */
const CHAT = `
customElements.define("openai-chatkit", class extends HTMLElement {
  setOptions(options) { globalThis.chatOptions = options; }
  async setComposerValue(value) { globalThis.composer = value; }
  async sendUserMessage(message) {
    const body = JSON.stringify({ type: "threads.create", params: { input: { content: [] } } });
    globalThis.answer = await chatOptions.api.fetch(chatOptions.api.url, { method: "POST", body, headers: { "content-type": "application/json" } });
    globalThis.sent = message;
  }
  async focusComposer() {}
});`;

const bundles = {};
let browser;
before(async () => {
  browser = await startBrowser();
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [version, modules] of Object.entries(VERSIONS)) {
    const alias = Object.fromEntries(["react", "react-dom"].map((name) => [name, join(root, modules, name)]));
    const bundle = async (contents, platform) => {
      const options = { bundle: true, write: false, format: "esm", target: "es2022", logLevel: "error", alias };
      const define = { "process.env.NODE_ENV": '"development"' };
      // React's server renderer is CommonJS and asks for Node's own modules by \`require\`.
      const banner = platform === "node" ? { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' } : {};
      const result = await build({ ...options, platform, define, banner, stdin: { contents, resolveDir: root, loader: "js" } });
      return result.outputFiles[0].text;
    };
    const server = join(folder, `server-${version}.mjs`);
    await writeFile(server, await bundle(SERVER, "node"));
    bundles[version] = { client: await bundle(CLIENT, "browser"), server: await import(pathToFileURL(server)) };
  }
});
after(() => browser?.close());

/** A page with the bundle for this version, and \`html\` in the place where React renders. */
function withReact(version, html, use) {
  const { client } = bundles[version];
  const document = `<!doctype html><html lang="en"><title>React ${version}</title><body><div id="root" style="height:400px">${html}</div><script type="module" src="/app.js"></script>`;
  return withOwnPage(browser, { html: document, files: { "/app.js": client, "/chat.js": CHAT } }, async (own) => {
    const requests = [];
    await own.page.route("**/chatkit", (route) => {
      requests.push(route.request().headers());
      return route.fulfill({ status: 200, contentType: "text/event-stream", body: "" });
    });
    await own.page.addInitScript(() => {
      // Every listener on the page and the window, by its name, as long as nobody takes it away.
      window.listening = new Map();
      for (const target of [window, document]) {
        const { addEventListener, removeEventListener } = target;
        const count = (name, by) => window.listening.set(name, (window.listening.get(name) ?? 0) + by);
        target.addEventListener = function (name, ...rest) {
          count(name, 1);
          return addEventListener.call(this, name, ...rest);
        };
        target.removeEventListener = function (name, ...rest) {
          count(name, -1);
          return removeEventListener.call(this, name, ...rest);
        };
      }
    });
    await own.page.goto(`${own.origin}/docs/page?tab=1`);
    await own.page.waitForFunction(() => globalThis.mount);
    assert.ok((await own.page.evaluate(() => globalThis.version)).startsWith(`${version}.`));
    await use({ ...own, requests });
  });
}

const ready = (page) => page.waitForFunction(() => globalThis.chat?.status.state === "ready");

for (const version of Object.keys(VERSIONS)) {
  test(`l10 React ${version}: the server's markup is the browser's first, and hydration has nothing to say`, () => {
    const options = { api: { url: "/chatkit" }, script: { url: "/chat.js" } };
    const html = bundles[version].server.render(options);
    assert.match(html, /data-docent-state="idle"/);
    assert.match(html, /<noscript>The chat needs JavaScript\.<\/noscript>/);
    assert.match(html, /min-height:120px/, "the box is there before the chat is");
    return withReact(version, html, async ({ page, complaints }) => {
      await page.evaluate((options) => globalThis.hydrate(options), options);
      await ready(page);
      assert.deepEqual(complaints, []);
      assert.equal(await page.locator("openai-chatkit").count(), 1);
    });
  });

  test(`l9 React ${version}: under StrictMode there is one tag, one way of states and one set of listeners, and none at the end`, () =>
    withReact(version, "", async ({ page, complaints }) => {
      const listening = () => page.evaluate(() => Object.fromEntries([...window.listening].filter(([name, count]) => count && ["online", "offline", "pageshow", "visibilitychange", "securitypolicyviolation", "focus"].includes(name))));
      const before = await listening();
      await page.evaluate(() => {
        globalThis.states = [];
        const events = new EventTarget();
        for (const name of ["loading", "ready", "error"]) events.addEventListener(name, ({ detail }) => globalThis.states.push(detail.error?.code ?? detail.state));
        globalThis.mount({ api: { url: "/chatkit" }, script: { url: "/late.js", events, timeoutMs: 60_000, retries: 0 } });
      });
      await page.waitForFunction(() => globalThis.states.includes("loading"));
      const during = await listening();
      for (const name of ["online", "pageshow", "visibilitychange"]) assert.equal((during[name] ?? 0) - (before[name] ?? 0), 1, name);
      await page.waitForFunction(() => globalThis.chat.status.state === "error");
      assert.equal(await page.locator('script[src$="/late.js"]').count(), 1);
      await page.evaluate(() => globalThis.mounted.unmount());
      await page.waitForTimeout(100);
      assert.deepEqual(await listening(), before);
      const states = await page.evaluate(() => globalThis.states);
      assert.deepEqual(states.filter((state) => state !== "aborted"), ["loading", "network"]);
      assert.deepEqual(complaints.filter((text) => !text.includes("404")), []);
    }));

  test(`React ${version}: without a user nothing is sent and the way to the login is shown, and back again the chat works`, () =>
    withReact(version, "", async ({ page, requests, complaints }) => {
      await page.evaluate(() => {
        globalThis.token = null;
        globalThis.mount({
          api: { url: "/chatkit" }, script: { url: "/chat.js" }, pageContext: false, signIn: "/login",
          identity: { token: () => globalThis.token },
        });
      });
      await page.waitForFunction(() => globalThis.chat.session.state === "signed_out");
      const link = page.getByRole("link", { name: "Sign in" });
      assert.equal(await link.getAttribute("href"), `${new URL(page.url()).origin}/login?returnTo=%2Fdocs%2Fpage%3Ftab%3D1`);
      assert.equal(await page.locator("openai-chatkit").isVisible(), false);
      await page.evaluate(() => void (globalThis.sending = globalThis.chat.send("Hello")));
      await page.waitForTimeout(200);
      assert.deepEqual([requests.length, await page.evaluate(() => globalThis.sent)], [0, undefined]);
      await page.evaluate(() => {
        globalThis.token = "t1";
        window.dispatchEvent(new Event("focus"));
      });
      await page.waitForFunction(() => globalThis.sent);
      await page.evaluate(() => globalThis.sending);
      assert.deepEqual(await page.evaluate(() => globalThis.sent), { text: "Hello" });
      assert.deepEqual(requests.map((headers) => headers.authorization), ["Bearer t1"]);
      assert.equal(await link.count(), 0);
      assert.deepEqual(complaints, []);
    }));

  test(`React ${version}: who signs in on the page itself finds the chat without leaving the window, and who signs out the login`, () =>
    withReact(version, "", async ({ page, complaints }) => {
      const options = (identity) => ({ api: { url: "/chatkit" }, script: { url: "/chat.js" }, pageContext: false, signIn: "/login", identity });
      const stands = (state) => page.waitForFunction((state) => globalThis.chat?.session.state === state, state, { timeout: 5_000 });
      await page.evaluate((options) => globalThis.mount(options), options({ isSignedIn: false }));
      await stands("signed_out");
      for (const [identity, state] of [
        [{ isSignedIn: true }, "signed_in"], [{ isSignedIn: false }, "signed_out"], [{ token: "t1" }, "signed_in"],
        [{ token: null }, "signed_out"], [{ token: "t2" }, "signed_in"],
      ]) {
        await page.evaluate((options) => globalThis.show(options), options(identity));
        await stands(state);
      }
      assert.equal(await page.locator("openai-chatkit").isVisible(), true);
      assert.deepEqual(complaints, []);
    }));

  test(`React ${version}: whom the server knows by a cookie finds the chat again after signing in elsewhere`, () =>
    withReact(version, "", async ({ page }) => {
      let status = 401;
      await page.route("**/chatkit", (route) => route.fulfill({ status, contentType: "application/json", body: "{}" }));
      const options = { api: { url: "/chatkit" }, script: { url: "/chat.js" }, pageContext: false, signIn: "/login", identity: { credentials: "include" } };
      await page.evaluate((options) => globalThis.mount(options), options);
      await ready(page);
      assert.equal(await page.evaluate(() => globalThis.chat.session.state), "unknown");
      await page.evaluate(() => void globalThis.chat.send("Hello"));
      await page.getByRole("link", { name: "Sign in" }).waitFor();
      status = 200;
      await page.evaluate(() => window.dispatchEvent(new Event("focus")));
      await page.waitForFunction(() => globalThis.chat.session.state === "signed_in", undefined, { timeout: 5_000 });
      assert.equal(await page.locator("openai-chatkit").isVisible(), true);
    }));

  test(`React ${version}: a login that is no address is called with the page to come back to`, () =>
    withReact(version, "", async ({ page }) => {
      await page.evaluate(() => {
        const signIn = (returnTo) => (globalThis.returnTo = returnTo);
        globalThis.mount({ api: { url: "/chatkit" }, script: { url: "/chat.js" }, signIn, identity: { isSignedIn: () => false } });
      });
      await page.getByRole("button", { name: "Sign in" }).click();
      assert.equal(await page.evaluate(() => globalThis.returnTo), "/docs/page?tab=1");
    }));

  test(`React ${version}: everything that useChatKit gives is there and reaches the element`, () =>
    withReact(version, "", async ({ page, complaints }) => {
      await page.evaluate(() => globalThis.mount({ api: { url: "/chatkit" }, pageContext: false, script: { url: "/chat.js" } }));
      await ready(page);
      const { given, missing } = await page.evaluate(() => {
        const { chat, useChatKitGives } = globalThis;
        return { given: useChatKitGives, missing: useChatKitGives.filter((name) => typeof chat[name] !== (["control", "ref"].includes(name) ? "object" : "function")) };
      });
      assert.ok(given.includes("sendUserMessage") && given.includes("control") && given.length >= 10, given.join());
      assert.deepEqual(missing, []);
      await page.waitForFunction(() => globalThis.chatOptions);
      await page.evaluate(() => globalThis.chat.setComposerValue({ text: "From the site" }));
      assert.deepEqual(await page.evaluate(() => globalThis.composer), { text: "From the site" });
      assert.deepEqual(complaints, []);
    }));

  test(`s14 React ${version}: under StrictMode there is one popover, and after the end none`, () =>
    withReact(version, "<p id=text>A passage to select.</p>", async ({ page }) => {
      await page.evaluate(() => {
        const text = document.getElementById("text");
        document.body.prepend(text);
        globalThis.mount({ api: { url: "/chatkit" }, pageContext: false, script: { url: "/chat.js" }, selection: { root: "#text" } });
        return getSelection().selectAllChildren(text);
      });
      await page.locator("[data-docent-ask] .bar.shown button").click();
      await page.waitForFunction(() => globalThis.composer);
      assert.deepEqual(await page.evaluate(() => globalThis.composer), { reply: "A passage to select." });
      assert.equal(await page.locator("[data-docent-ask]").count(), 1);
      await page.evaluate(() => globalThis.mounted.unmount());
      assert.equal(await page.locator("[data-docent-ask]").count(), 0);
    }));

  test(`React ${version}: what is asked before the chat is there waits for it`, () =>
    withReact(version, "", async ({ page }) => {
      await page.evaluate(() => {
        globalThis.mount({ api: { url: "/chatkit" }, pageContext: false, script: { url: "/chat.js", load: "idle" } });
      });
      await page.waitForFunction(() => globalThis.chat);
      await page.evaluate(() => globalThis.chat.ask({ text: "A passage" }, { prompt: "What is it?" }));
      assert.deepEqual(await page.evaluate(() => globalThis.composer), { text: "What is it?", reply: "A passage" });
    }));
}
