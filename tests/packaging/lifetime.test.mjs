/**
 * A thousand mounts and unmounts of the chat, with the oldest and the newest React, under StrictMode: no listener, node,
 * timer or memory is left behind, neither in the page nor in the wasm.
 */

import assert from "node:assert/strict";
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { build } from "vite";

import { endServer, startBrowser, startServer, until, withPage } from "../e2e/harness.mjs";
import { html, project, startHost } from "./world.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const times = 1_000;

/**
 * What a page may hold more after the thousand than before: no node and no listener of a mount, and of memory what the
 * engine's caches take. The wasm's memory and its tables of JavaScript values never shrink: they show the most that was
 * alive at once. A table may grow by one step, of 640, when the engine collects late; a thousand mounts that kept one
 * reference each would fill more than that.
 */
const room = { nodes: 100, listeners: 10, timers: 2, heapBytes: 1_500_000, wasmBytes: 131_072, references: 768 };

/** Mounts between two collections. */
const batch = 100;

let backend;
let browser;
before(async () => {
  [backend, browser] = await Promise.all([startServer(), startBrowser()]);
  await cp(fileURLToPath(new URL("app", import.meta.url)), join(project, "app"), { recursive: true });
});
after(async () => {
  await browser?.close();
  await endServer(backend);
});

/** Counts, in the page, the timers that wait and what the wasm holds; runs before any script of the page. */
function count() {
  const timers = new Set();
  window.liveTimers = () => timers.size;
  for (const [set, clear, isOnce] of [["setTimeout", "clearTimeout", true], ["setInterval", "clearInterval", false], ["requestAnimationFrame", "cancelAnimationFrame", true]]) {
    const [start, stop] = [window[set], window[clear]];
    window[set] = (work, ...rest) => {
      const id = start((...args) => {
        if (isOnce) timers.delete(`${set} ${id}`);
        return work(...args);
      }, ...rest);
      timers.add(`${set} ${id}`);
      return id;
    };
    window[clear] = (id) => {
      timers.delete(`${set} ${id}`);
      return stop(id);
    };
  }
  const instances = [];
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (...args) => {
    const result = await instantiate(...args);
    instances.push(result.instance ?? result);
    return result;
  };
  window.heldByWasm = () => {
    const exported = instances.flatMap((instance) => Object.values(instance.exports));
    const sum = (kind, size) => exported.filter((value) => value instanceof kind).reduce((total, value) => total + size(value), 0);
    return { wasmBytes: sum(WebAssembly.Memory, ({ buffer }) => buffer.byteLength), references: sum(WebAssembly.Table, ({ length }) => length) };
  };
}

/** Frees everything that can be freed. */
async function collect(page, session) {
  for (let round = 0; round < 3; round++) {
    await session.send("HeapProfiler.collectGarbage");
    // The wasm frees what its JavaScript handles held once the browser says that they are gone.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 50)));
  }
}

/** What the page holds then. */
async function held(page, session) {
  await collect(page, session);
  const { metrics } = await session.send("Performance.getMetrics");
  const of = (name) => metrics.find((metric) => metric.name === name).value;
  return {
    nodes: of("Nodes"),
    listeners: of("JSEventListeners"),
    heapBytes: of("JSHeapUsedSize"),
    timers: await page.evaluate(() => window.liveTimers()),
    ...(await page.evaluate(() => window.heldByWasm())),
  };
}

for (const [version, folder] of [["18", "tests/packaging/react-18/node_modules"], ["19", "node_modules"]]) {
  test(`React ${version}: a thousand mounts and unmounts leave nothing behind`, { timeout: 240_000 }, async (context) => {
    const outDir = join(project, `mounts-${version}`);
    await rm(outDir, { recursive: true, force: true });
    await build({
      configFile: false,
      root: project,
      logLevel: "error",
      resolve: { alias: { react: join(root, folder, "react"), "react-dom": join(root, folder, "react-dom") } },
      build: { target: "es2022", outDir, emptyOutDir: true, rolldownOptions: { input: join(project, "app/mounts.tsx"), output: { entryFileNames: "mounts.js" }, checks: { moduleLevelDirective: false } } },
    });
    const host = await startHost({ backend, pages: { "/index.html": html("/built/mounts.js") }, folders: { "/built/": outDir, "/assets/": join(outDir, "assets") } });
    try {
      await withPage({ browser, origin: host.origin, name: `mounts-${version}` }, async (page) => {
        await page.addInitScript(count);
        await page.goto(`${host.origin}/index.html`);
        await until("the app", () => page.evaluate(() => window.mount !== undefined));
        assert.ok((await page.evaluate(() => window.reactVersion)).startsWith(`${version}.`));
        const session = await page.context().newCDPSession(page);
        await session.send("Performance.enable");
        const mount = async (number) => {
          for (let done = 0; done < number; done += batch) {
            await page.evaluate((count) => window.mount(count), batch);
            await collect(page, session);
          }
        };
        // The most that is alive at once depends on when the engine collects: it is reached in the first few hundred.
        await mount(4 * batch);
        const before = await held(page, session);
        await mount(times);
        const after = await held(page, session);
        const more = Object.fromEntries(Object.keys(before).map((name) => [name, after[name] - before[name]]));
        context.diagnostic(`after ${times} mounts: ${JSON.stringify(more)} more than ${JSON.stringify(before)}`);
        for (const [name, most] of Object.entries(room)) {
          assert.ok(more[name] <= most, `${more[name]} more ${name} after ${times} mounts; ${most} would be fine`);
        }
      });
    } finally {
      await host.end();
    }
  });
}
