/** The packed package in a user's app under Vite, served for development and built, with React; both ways of loading the wasm. */

import assert from "node:assert/strict";
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { build, createServer, preview } from "vite";

import { endServer, startBrowser, startServer, until, withPage } from "../e2e/harness.mjs";
import { chat, dragOver, popover } from "../e2e/reader.mjs";
import { html, project } from "./world.mjs";

const entries = ["inline", "url"];
let backend;
let browser;
let config;
before(async () => {
  [backend, browser] = await Promise.all([startServer(), startBrowser()]);
  await cp(fileURLToPath(new URL("app", import.meta.url)), join(project, "app"), { recursive: true });
  for (const entry of entries) await writeFile(join(project, `${entry}.html`), html(`/app/${entry}.tsx`, '<div id="app"></div>', '<link rel="icon" href="data:,">'));
  await writeFile(join(project, "hot.html"), html("/app/hot.ts", "", '<link rel="icon" href="data:,">'));
  const proxy = { "/chatkit": backend.origin };
  // As little as a user writes: nothing about wasm, nothing about the package.
  config = {
    configFile: false,
    root: project,
    cacheDir: join(project, ".vite"),
    logLevel: "error",
    server: { host: "127.0.0.1", port: 0, proxy },
    preview: { host: "127.0.0.1", port: 0, proxy },
    build: { target: "es2022", outDir: "dist", emptyOutDir: true, rolldownOptions: { input: entries.map((entry) => join(project, `${entry}.html`)), checks: { moduleLevelDirective: false } } },
  };
  await Promise.all(["dist", ".vite"].map((name) => rm(join(project, name), { recursive: true, force: true })));
});
after(async () => {
  await browser?.close();
  await endServer(backend);
});

/** Opens the app of each entry and asks about a passage in it. */
async function tryAll(origin, name) {
  for (const entry of entries) {
    await withPage({ browser, origin, name: `${name}-${entry}` }, async (page) => {
      await page.goto(`${origin}/${entry}.html`);
      await chat(page).composer().waitFor();
      assert.equal((await until("the context", () => page.evaluate(() => window.context))).title, "A packed page");
      await dragOver(page, page.locator("#text"), "belongs to the user");
      await popover(page).click();
      await chat(page).quote("belongs to the user").waitFor();
      await page.locator("[data-is-open=true]").waitFor();
      await chat(page).ask("Who may read a thread?");
      assert.ok((await (await chat(page).answer()).innerText()).length > 40);
    });
  }
}

test("served for development, both ways of loading work", async () => {
  const server = await createServer(config);
  await server.listen();
  try {
    await tryAll(server.resolvedUrls.local[0].replace(/\/$/, ""), "vite-dev");
  } finally {
    await server.close();
  }
});

test("l9 a module that is replaced while the page stays leaves nothing of its predecessors behind", async () => {
  const server = await createServer(config);
  await server.listen();
  try {
    const origin = server.resolvedUrls.local[0].replace(/\/$/, "");
    await withPage({ browser, origin, name: "vite-hot" }, async (page) => {
      await page.addInitScript(() => {
        window.started = 0;
        for (const name of ["instantiate", "instantiateStreaming"]) {
          const start = WebAssembly[name];
          WebAssembly[name] = (...args) => (window.started++, start(...args));
        }
      });
      await page.goto(`${origin}/hot.html`);
      const used = () => page.evaluate(() => window.use?.());
      await until("the first version", async () => (await used()) === 1);
      const session = await page.context().newCDPSession(page);
      await session.send("Performance.enable");
      const listeners = async () => {
        await session.send("HeapProfiler.collectGarbage");
        return (await session.send("Performance.getMetrics")).metrics.find(({ name }) => name === "JSEventListeners").value;
      };
      const askAbout = async (version) => {
        await dragOver(page, page.locator("#text"), "belongs to the user");
        await page.getByRole("button", { name: `Ask ${version}` }).waitFor();
        assert.equal(await page.locator("[data-docent-ask]").count(), 1);
        await page.evaluate(() => getSelection().removeAllRanges());
        await page.getByRole("button", { name: `Ask ${version}` }).waitFor({ state: "hidden" });
      };
      await askAbout(1);
      const before = await listeners();
      const stays = await page.evaluate(() => (window.stays = Math.random()));
      const file = join(project, "app", "hot.ts");
      const source = await readFile(file, "utf8");
      for (let version = 2; version <= 6; version++) {
        await writeFile(file, source.replace("const version = 1", `const version = ${version}`));
        await until(`version ${version}`, async () => (await used()) === version);
      }
      assert.equal(await page.evaluate(() => window.stays), stays, "the page was not loaded again");
      assert.equal(await page.evaluate(() => window.started), 2, "each of the two modules of wasm is started once");
      await askAbout(6);
      assert.ok((await listeners()) <= before + 2, `${await listeners()} listeners, ${before} before`);
    });
  } finally {
    await server.close();
  }
});

test("built, both ways of loading work", async () => {
  await build(config);
  const server = await preview(config);
  try {
    await tryAll(server.resolvedUrls.local[0].replace(/\/$/, ""), "vite-build");
  } finally {
    await server.close();
  }
});
