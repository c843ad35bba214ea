/** The packed package on a page with no bundler: its files as they are, inlined wasm and wasm as a file. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { endServer, startBrowser, startServer, until, withPage } from "../e2e/harness.mjs";
import { chat, dragOver, popover } from "../e2e/reader.mjs";
import { html, plainModule, project, startHost } from "./world.mjs";

let backend;
let browser;
let host;
before(async () => {
  [backend, browser] = await Promise.all([startServer(), startBrowser()]);
  const element = "<docent-chat></docent-chat>";
  host = await startHost({
    backend,
    folders: { "/docent/": join(project, "node_modules", "docent") },
    pages: {
      "/inline.html": html("/inline.js", element),
      "/inline.js": plainModule("index", "element"),
      "/url.html": html("/url.js", element),
      "/url.js": plainModule("url", "element-url"),
    },
  });
});
after(async () => {
  await browser?.close();
  await host?.end();
  await endServer(backend);
});

/** Counts, in the page, what of WebAssembly is compiled; runs before any script of the page. */
function countWasm() {
  window.compiled = [];
  for (const name of ["compile", "compileStreaming", "instantiate", "instantiateStreaming"]) {
    const original = WebAssembly[name];
    WebAssembly[name] = (...args) => {
      window.compiled.push(name);
      return original(...args);
    };
  }
}

for (const entry of ["inline", "url"]) {
  test(`with the wasm ${entry === "url" ? "as a file" : "inlined"}, nothing is compiled or fetched before the first use, and then all works`, async () => {
    await withPage({ browser, origin: host.origin, name: `packed-${entry}` }, async (page) => {
      await page.addInitScript(countWasm);
      host.requests.length = 0;
      await page.goto(`${host.origin}/${entry}.html`);
      await until("the module to be loaded", () => page.evaluate(() => window.isLoaded));
      // Whatever a page does when it is idle would have happened by now.
      await page.evaluate(() => new Promise((resolve) => requestIdleCallback(() => setTimeout(resolve, 300))));
      assert.deepEqual(await page.evaluate(() => window.compiled), []);
      assert.deepEqual(host.requests.filter((path) => /\.wasm$|_inline\.js$/.test(path)), []);

      const context = await page.evaluate(() => window.use());
      assert.equal(context.title, "A packed page");
      const loaded = host.requests.filter((path) => /\.wasm$|_inline\.js$/.test(path)).map((path) => path.split("/").at(-1));
      const ending = entry === "url" ? "_bg.wasm" : "_inline.js";
      assert.ok(loaded.includes(`docent_core${ending}`) && loaded.includes(`docent_element${ending}`), `${loaded}`);
      assert.ok(loaded.every((name) => name.endsWith(ending)), `${loaded}`);
      assert.equal(new Set(loaded).size, loaded.length, "each file is loaded once");
      assert.equal((await page.evaluate(() => window.compiled)).length, loaded.length, "each is compiled once");

      const sample = chat(page, "docent-chat");
      await dragOver(page, page.locator("#text"), "belongs to the user");
      await popover(page).click();
      await sample.quote("belongs to the user").waitFor();
      await sample.ask("Who may read a thread?");
      assert.ok((await (await sample.answer()).innerText()).length > 40);
    });
  });
}
