/**
 * How long `pageContext` takes beside what a hand-made integration does, in Chromium, on pages of 5,000 and 50,000 nodes.
 *
 *   cargo xtask build-wasm docent_page && node tests/bench/page-context.mjs
 *
 * Both run in the same page, by turns, so that whatever else the machine does hits both. `DOCENT_CHROMIUM` names the browser.
 */

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { cpus, loadavg } from "node:os";
import { chromium } from "playwright-core";

const RUNS = 60;
const files = new URL("../../pkg/", import.meta.url);

const server = createServer(async (request, response) => {
  const name = request.url.slice(1);
  const types = { js: "text/javascript", wasm: "application/wasm" };
  const type = types[name.split(".").at(-1)];
  if (!type) return void response.setHeader("content-type", "text/html").end("<!doctype html><title>Guide | Site</title>");
  response.setHeader("content-type", type).end(await readFile(new URL(name, files)));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));

const browser = await chromium.launch({
  executablePath: process.env.DOCENT_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
});
const tab = await browser.newPage({ viewport: { width: 1280, height: 800 } });
await tab.goto(`http://127.0.0.1:${server.address().port}/`);

/** Runs in the page: makes it as long as asked, takes its context many times in both ways, and gives the times. */
async function measure({ sections, runs }) {
  const { default: init, pageContext } = await import("/docent_page.js");
  await init({ module_or_path: "/docent_page_bg.wasm" });
  const section = (n) => `<h${2 + (n % 3 === 2)} id="s${n}" class="anchor">Section ${n}<a class="hash-link" href="#s${n}">\u200b</a></h${2 + (n % 3 === 2)}>
    <p>Some <strong>text</strong> with <code>code</code> in it, and <a href="/docs/page-${n}">a link</a> to the page that says the rest.</p>
    <ul><li>one item of a list</li><li>another item of it</li></ul>
    <div class="language-js codeBlockContainer theme-code-block"><div class="codeBlockContent"><pre class="prism-code language-js"><code class="codeBlockLines"><span class="token-line" style="color:#393A34"><span class="token keyword">let</span><span class="token plain"> a = ${n};</span><br></span></code></pre></div></div>
    <table><tbody><tr><td>key</td><td>value</td></tr></tbody></table>`;
  document.body.innerHTML = `<nav><ul>${"<li><a href='/x'>x</a></li>".repeat(sections)}</ul></nav><main><article><div class="markdown"><h1>Guide</h1>${Array.from({ length: sections }, (_, n) => section(n)).join("")}</div></article></main>`;
  document.title = "Guide | Site";
  scrollTo(0, document.documentElement.scrollHeight / 2);
  let nodes = 0;
  for (const walker = document.createTreeWalker(document); walker.nextNode(); ) nodes++;

  // What the guides for such integrations show: the title, the headings, a piece of the text.
  const byHand = () => ({
    url: location.href,
    title: document.title,
    description: document.querySelector("meta[name=description]")?.content ?? "",
    headings: [...document.querySelectorAll("h1, h2, h3")].map((heading) => ({
      level: heading.tagName,
      text: heading.textContent.trim(),
      id: heading.id,
    })),
    text: (document.querySelector("article") ?? document.body).innerText.slice(0, 6000),
    timestamp: new Date().toISOString(),
  });
  const time = async (take) => {
    const start = performance.now();
    await take();
    return performance.now() - start;
  };
  const times = { docent: [], byHand: [] };
  for (let run = 0; run < runs + 5; run++) {
    // The page is another one each time, as far as a browser could have kept anything of the last.
    document.querySelector("h1").textContent = `Guide ${run}`;
    document.body.offsetHeight;
    const [docent, hand] = [await time(() => pageContext()), await time(byHand)];
    if (run < 5) continue;
    times.docent.push(docent);
    times.byHand.push(hand);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const context = await pageContext();
  return { nodes, times, told: { headings: context.headingCount, section: context.section?.text, bytes: JSON.stringify(context).length } };
}

const at = (times, part) => times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))].toFixed(1);
console.log(`${browser.version()}, ${cpus().length} processors, load ${loadavg()[0].toFixed(1)}, ${RUNS} runs each, milliseconds\n`);
console.log("| nodes | | least | median | p95 |\n|---|---|---|---|---|");
let told;
for (const sections of [113, 1_136]) {
  const measured = await tab.evaluate(measure, { sections, runs: RUNS });
  told = measured.told;
  for (const [name, times] of [["pageContext", measured.times.docent], ["by hand", measured.times.byHand]]) {
    console.log(`| ${measured.nodes} | ${name} | ${at(times, 0)} | ${at(times, 0.5)} | ${at(times, 0.95)} |`);
  }
}
console.log(`\nOf the long page pageContext tells ${told.bytes} bytes: ${told.headings} headings, the section "${told.section}" and the text around it.`);
await browser.close();
server.close();
