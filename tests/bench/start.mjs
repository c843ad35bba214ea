/**
 * From `import` to the first request that has been through the wasm, in milliseconds: each time a new page, so that
 * nothing is compiled yet, for the entry with the wasm inside and the one with the wasm as a file.
 *
 *   node tests/bench/start.mjs           after `cargo xtask build-wasm`; fails above 30 ms
 */
import { startBrowser, withOwnPage } from "../e2e/own_page.mjs";

const LIMIT_MS = 30;
const TIMES = 21;

const entries = { docent: "/pkg/index.js", "docent/url": "/pkg/url.js" };
const browser = await startBrowser();
const medians = await withOwnPage(browser, {}, async ({ page, origin }) => {
  await page.goto(origin);
  const medians = {};
  for (const [name, script] of Object.entries(entries)) {
    const taken = [];
    for (let time = 0; time < TIMES; time += 1) {
      await page.reload();
      taken.push(
        await page.evaluate(async (script) => {
          const start = performance.now();
          const { createFetch } = await import(script);
          const fetch = async () => new Response("{}");
          const send = createFetch({ apiUrl: "/chatkit", token: "t", pageContext: false, fetch });
          await send("/chatkit", { method: "POST", body: '{"type":"threads.list","params":{}}' });
          return performance.now() - start;
        }, script),
      );
    }
    medians[name] = taken.sort((a, b) => a - b)[TIMES >> 1];
  }
  return medians;
});
await browser.close();
for (const [name, median] of Object.entries(medians)) console.log(`${name.padEnd(12)} ${median.toFixed(1)} ms from import to the first answer`);
process.exitCode = Object.values(medians).some((median) => median > LIMIT_MS) ? 1 : 0;
