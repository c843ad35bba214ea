/**
 * What a lazily loaded Docent costs a page's own load: the same page without it and with it, turn by turn in one run of
 * Chromium. `node tests/packaging/page_load.mjs [rounds]` prints the medians; times depend on the machine, so no test reads
 * them. Run `cargo xtask test --only build-wasm,package` first.
 */

import { join } from "node:path";

import { startBrowser } from "../e2e/harness.mjs";
import { html, project, startHost } from "./world.mjs";

const rounds = Number(process.argv[2] ?? 15);

/** Loads the package when the page has nothing else to do, as the guides say. */
const lazy = `addEventListener("load", () => requestIdleCallback(async () => {
  const { askSelection, createFetch } = await import("/docent/pkg/index.js");
  createFetch({ apiUrl: "/chatkit", developmentUserId: "ada" });
  await askSelection({ onAsk() {} }).ready;
  window.isReady = true;
}));`;

const text = Array.from({ length: 400 }, (_, index) => `<h2 id="part-${index}">Part ${index}</h2><p>${"A thread belongs to the user who opened it. ".repeat(6)}</p>`).join("\n");
const host = await startHost({
  backend: { origin: "http://127.0.0.1:9" },
  folders: { "/docent/": join(project, "node_modules", "docent") },
  pages: { "/without.html": html("/without.js", text), "/with.html": html("/with.js", text), "/without.js": "window.isReady = true;", "/with.js": lazy },
});
const browser = await startBrowser();

/** One load in a fresh profile: the page's own times in milliseconds, and the requests before its load event. */
async function load(kind) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(() => {
    window.blocked = 0;
    new PerformanceObserver((list) => {
      for (const task of list.getEntries()) window.blocked += Math.max(0, task.duration - 50);
    }).observe({ type: "longtask", buffered: true });
  });
  await page.goto(`${host.origin}/${kind}.html`);
  while (!(await page.evaluate(() => window.isReady))) await page.waitForTimeout(20);
  await page.waitForTimeout(100);
  const measured = await page.evaluate(() => {
    const [navigation] = performance.getEntriesByType("navigation");
    const [paint] = performance.getEntriesByName("first-contentful-paint");
    const before = performance.getEntriesByType("resource").filter((entry) => entry.startTime < navigation.loadEventStart);
    return {
      "first contentful paint, ms": paint.startTime,
      "load event, ms": navigation.loadEventEnd,
      "blocking time, ms": window.blocked,
      "requests before load": before.length,
    };
  });
  await context.close();
  return measured;
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const runs = { without: [], with: [] };
await load("without");
for (let round = 0; round < rounds; round++) {
  // The order changes, so that what the machine does besides hits both alike.
  for (const kind of round % 2 ? ["with", "without"] : ["without", "with"]) runs[kind].push(await load(kind));
}
await browser.close();
await host.end();

console.log(`medians of ${rounds} loads each, in ${browser.version()}`);
for (const name of Object.keys(runs.with[0])) {
  const shown = Object.entries(runs).map(([kind, all]) => {
    const values = all.map((run) => run[name]);
    return `${kind} ${median(values).toFixed(1)} (${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)})`;
  });
  console.log(`  ${name.padEnd(28)} ${shown.join("   ")}`);
}
