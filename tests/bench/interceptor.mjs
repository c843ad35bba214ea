/**
 * What a request costs on its way through `createFetch`, beside the same done in JavaScript: parse the body, add the
 * metadata in both places, write it again, copy the headers. Both in turns in one page, in microseconds: the quickest
 * tenth of the rounds, because whatever else the machine does only adds to it, and the median. Each request has a signal
 * of its own, as the chat element sends them, and once more none.
 *
 *   node tests/bench/interceptor.mjs     after `cargo xtask build-wasm`; fails where it is slower than is promised
 */
import { startBrowser, withOwnPage } from "../e2e/own_page.mjs";

/** Below this length what counts is what a call costs at least. */
const SMALL_BYTES = 10 * 1024;
const SMALL_MORE_US = 10;

const browser = await startBrowser();
const rows = await withOwnPage(browser, {}, async ({ page, origin }) => {
  await page.goto(origin);
  return page.evaluate(async () => {
    const core = await import("/pkg/docent_core.js");
    await core.default({ module_or_path: "/pkg/docent_core_bg.wasm" });
    const answer = new Response("{}");
    // As the network does: until somebody reads it, a text may be no more than a plan to put it together.
    const encoder = new TextEncoder();
    const sent = async (input, init) => ((sent.bytes = encoder.encode(init.body).length), answer);
    const apiUrl = "/chatkit";
    const userInfo = { name: "Ada", plan: "pro" };
    const context = { schema: 1, url: location.href, title: "A page", headings: [], text: "word ".repeat(400) };
    const viaWasm = core.createFetch({ apiUrl, token: () => "t0ken", userInfo, pageContext: () => context, fetch: sent });
    const viaScript = async (input, init) => {
      const headers = new Headers(init.headers);
      headers.set("Authorization", `Bearer ${(() => "t0ken")()}`);
      const body = JSON.parse(init.body);
      const metadata = { userInfo, pageContext: context };
      body.metadata = { ...body.metadata, ...metadata };
      if (body.params?.input) body.params.input.metadata = { ...body.params.input.metadata, ...metadata };
      return sent(input, { ...init, headers, body: JSON.stringify(body) });
    };
    const bodyOf = (bytes) => {
      const text = "A question with \"quotes\", a list:\n1. one\n2. two, and ordinary words. ";
      const content = [];
      for (let left = bytes; left > 0; left -= 1000) content.push({ type: "input_text", text: text.repeat(14).slice(0, Math.min(left, 1000)) });
      const input = { content, attachments: [], inference_options: {} };
      return JSON.stringify({ type: "threads.add_user_message", params: { thread_id: "thr_1", input } });
    };
    const headers = { "Content-Type": "application/json", "Accept-Language": "en" };
    const time = async (send, body, times, hasSignal) => {
      const start = performance.now();
      for (let index = 0; index < times; index += 1) {
        const init = { method: "POST", headers, body };
        if (hasSignal) init.signal = new AbortController().signal;
        await send("/chatkit", init);
      }
      return ((performance.now() - start) * 1000) / times;
    };
    const figures = (numbers) => {
      const sorted = numbers.slice(10).sort((a, b) => a - b);
      return { quick: sorted[Math.floor(sorted.length / 10)], median: sorted[sorted.length >> 1] };
    };
    // Whoever chats has sent something before: neither is measured while the browser still compiles it.
    for (const send of [viaWasm, viaScript]) for (const hasSignal of [false, true]) await time(send, bodyOf(1024), 10_000, hasSignal);
    // All of them short enough to take the metadata.
    const rows = [true, false].flatMap((hasSignal) =>
      [0.2, 1, 4, 10, 20, 100, 900].map((kilobytes) => {
        const times = Math.max(4, Math.min(200, Math.round(20_000 / (20 + kilobytes * 4))));
        return { hasSignal, body: bodyOf(kilobytes * 1024), times, wasm: [], script: [] };
      }),
    );
    // A busy machine is busy for seconds: every row has its share of that, and of the garbage of the one before.
    for (let round = 0; round < 90; round += 1) {
      const start = (round * 5) % rows.length;
      for (const { hasSignal, body, times, wasm, script } of [...rows.slice(start), ...rows.slice(0, start)]) {
        // Whoever comes first pays for the other's garbage: they take turns at it.
        const order = round % 2 ? [[wasm, viaWasm], [script, viaScript]] : [[script, viaScript], [wasm, viaWasm]];
        for (const [into, send] of order) into.push(await time(send, body, times, hasSignal));
      }
    }
    return rows.map(({ hasSignal, body, wasm, script }) => ({ hasSignal, bytes: body.length, wasm: figures(wasm), script: figures(script) }));
  });
});
await browser.close();

let isSlower = false;
console.log("  signal   body, bytes   createFetch   JavaScript     (median)   (median)   microseconds, quickest tenth");
for (const { hasSignal, bytes, wasm, script } of rows) {
  const isSlow = wasm.quick > script.quick + (bytes < SMALL_BYTES ? SMALL_MORE_US : 0);
  isSlower ||= isSlow;
  const number = (value, width) => value.toFixed(1).padStart(width);
  console.log(`${(hasSignal ? "own" : "none").padStart(8)}${String(bytes).padStart(14)}${number(wasm.quick, 14)}${number(script.quick, 13)}${number(wasm.median, 13)}${number(script.median, 11)}${isSlow ? "   slower" : ""}`);
}
process.exitCode = isSlower ? 1 : 0;
