/**
 * How long `pageContext` takes beside what a hand-made integration does, in Chromium, on pages of 5,000 and 50,000 nodes:
 * the first time on a page, when nothing is compiled; after a change in one element; after one that makes it read the whole
 * body again; and on a page that is still the same.
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
const FIRST_RUNS = 15;
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

/** A page of its own on which `window.docent` and `window.byHand` take the context. */
async function newPage(sections) {
  const tab = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await tab.goto(`http://127.0.0.1:${server.address().port}/`);
  const nodes = await tab.evaluate(fill, sections);
  return { tab, nodes };
}

/** Runs in the page: makes it as long as asked, loads the module, and lets the page rest. Gives how many nodes it has. */
async function fill(sections) {
  const section = (n) => `<h${2 + (n % 3 === 2)} id="s${n}" class="anchor">Section ${n}<a class="hash-link" href="#s${n}">\u200b</a></h${2 + (n % 3 === 2)}>
    <p>Some <strong>text</strong> with <code>code</code> in it, and <a href="/docs/page-${n}">a link</a> to the page that says the rest.</p>
    <ul><li>one item of a list</li><li>another item of it</li></ul>
    <div class="language-js codeBlockContainer theme-code-block"><div class="codeBlockContent"><pre class="prism-code language-js"><code class="codeBlockLines"><span class="token-line" style="color:#393A34"><span class="token keyword">let</span><span class="token plain"> a = ${n};</span><br></span></code></pre></div></div>
    <table><tbody><tr><td>key</td><td>value</td></tr></tbody></table>`;
  document.body.innerHTML = `<nav><ul>${"<li><a href='/x'>x</a></li>".repeat(sections)}</ul></nav><main><article><div class="markdown"><h1>Guide</h1>${Array.from({ length: sections }, (_, n) => section(n)).join("")}</div></article></main>`;
  document.title = "Guide | Site";
  scrollTo(0, document.documentElement.scrollHeight / 2);
  const { default: init, pageContext } = await import("/docent_page.js");
  await init({ module_or_path: "/docent_page_bg.wasm" });
  window.docent = pageContext;
  // What the guides for such integrations show: the title, the headings, a piece of the text.
  window.byHand = () => ({
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
  await new Promise((resolve) => setTimeout(resolve, 200));
  let nodes = 0;
  for (const walker = document.createTreeWalker(document); walker.nextNode(); ) nodes++;
  return nodes;
}

/** Runs in the page: takes the context so many times in both ways, after changing what is asked for; gives the times. */
async function measure({ runs, warmUp, changed }) {
  const time = async (take) => {
    const start = performance.now();
    await take();
    return performance.now() - start;
  };
  const times = { docent: [], byHand: [] };
  for (let run = 0; run < runs + warmUp; run++) {
    if (changed === "heading") document.querySelector("h1").textContent = `Guide ${run}`;
    if (changed === "body") document.body.append(document.createElement("i"));
    document.body.offsetHeight;
    const [docent, byHand] = [await time(window.docent), await time(window.byHand)];
    if (run >= warmUp) {
      times.docent.push(docent);
      times.byHand.push(byHand);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return times;
}

const at = (times, part) => times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))].toFixed(1);
console.log(`${browser.version()}, ${cpus().length} processors, load ${loadavg()[0].toFixed(1)}, ${RUNS} runs each (first: ${FIRST_RUNS} pages), milliseconds\n`);
console.log("| nodes | | | least | median | p95 |\n|---|---|---|---|---|---|");
let told;
for (const sections of [113, 1_136]) {
  const first = { docent: [], byHand: [] };
  let page;
  for (let run = 0; run < FIRST_RUNS; run++) {
    await page?.tab.close();
    page = await newPage(sections);
    const taken = await page.tab.evaluate(measure, { runs: 1, warmUp: 0 });
    first.docent.push(...taken.docent);
    first.byHand.push(...taken.byHand);
  }
  const heading = await page.tab.evaluate(measure, { runs: RUNS, warmUp: 5, changed: "heading" });
  const body = await page.tab.evaluate(measure, { runs: RUNS, warmUp: 1, changed: "body" });
  const same = await page.tab.evaluate(measure, { runs: RUNS, warmUp: 1 });
  const all = { "first on a page": first, "after a change": heading, "body changed": body, "nothing changed": same };
  for (const [when, times] of Object.entries(all)) {
    for (const [name, taken] of [["pageContext", times.docent], ["by hand", times.byHand]]) {
      console.log(`| ${page.nodes} | ${when} | ${name} | ${at(taken, 0)} | ${at(taken, 0.5)} | ${at(taken, 0.95)} |`);
    }
  }
  told = await page.tab.evaluate(async () => {
    const context = await window.docent();
    return { headings: context.headingCount, section: context.section?.text, bytes: JSON.stringify(context).length };
  });
  await page.tab.close();
}
console.log(`\nOf the long page pageContext tells ${told.bytes} bytes: ${told.headings} headings, the section "${told.section}" and the text around it.`);
await browser.close();
server.close();
