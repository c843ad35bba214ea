/**
 * What a lazily loaded Docent costs a page's own load: the same page without it and with it, turn by turn in one run of
 * Chromium. `node tests/packaging/page_load.mjs [rounds]` prints the medians; times depend on the machine, so no test reads
 * them. What does not is read from the browser's trace of each load: whatever it did for a file of the package before the
 * page's load event, and it fails if that is anything. Run `cargo xtask test --only build-wasm,package` first.
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

/** Where the browser says what it did; the names are Chromium's. */
const tracing = await browser.newBrowserCDPSession();

/** Records what the browser does until `end` is called, which gives the events. */
async function trace() {
  const events = [];
  const take = ({ value }) => events.push(...value);
  tracing.on("Tracing.dataCollected", take);
  const includedCategories = ["devtools.timeline", "disabled-by-default-devtools.timeline", "blink.user_timing", "v8.wasm"];
  await tracing.send("Tracing.start", { transferMode: "ReportEvents", traceConfig: { includedCategories } });
  return async () => {
    const complete = new Promise((resolve) => tracing.once("Tracing.tracingComplete", resolve));
    await tracing.send("Tracing.end");
    await complete;
    tracing.off("Tracing.dataCollected", take);
    return events;
  };
}

/** The names of the events that are about a file of the package or compile wasm, before the page's load event and after it. */
function ofPackage(events) {
  // The browser's own marks of a load are written by other documents, too.
  const end = events.find((event) => event.name === "the page's load").ts;
  const ours = events.filter((event) => /^wasm\.|^v8\.wasm/.test(event.name) || JSON.stringify(event.args ?? {}).includes("/docent/pkg/"));
  const names = (list) => [...new Set(list.map((event) => event.name))];
  return { before: names(ours.filter((event) => event.ts <= end)), after: names(ours.filter((event) => event.ts > end)) };
}

/** One load in a fresh profile: the page's own times in milliseconds, and the requests before its load event. */
async function load(kind) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(() => {
    window.blocked = 0;
    addEventListener("load", () => performance.mark("the page's load"));
    new PerformanceObserver((list) => {
      for (const task of list.getEntries()) window.blocked += Math.max(0, task.duration - 50);
    }).observe({ type: "longtask", buffered: true });
  });
  const end = await trace();
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
  traced[kind] = ofPackage(await end());
  early.push(...traced[kind].before);
  await context.close();
  return measured;
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const runs = { without: [], with: [] };
const traced = {};
const early = [];
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
console.log(`  in the trace, of the package   before load: ${[...new Set(early)].join(", ") || "nothing"}   after it: ${traced.with.after.join(", ")}`);
if (early.length > 0 || traced.with.after.length === 0 || traced.without.after.length > 0) {
  console.error("The trace says that the package is part of the page's own load, or says nothing of it at all.");
  process.exitCode = 1;
}
