/** The packed package under a strict Content Security Policy with Trusted Types: nothing is violated, nothing is missing. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { endServer, startBrowser, startServer, until, withPage } from "../e2e/harness.mjs";
import { chat, dragOver, popover } from "../e2e/reader.mjs";
import { html, plainModule, project, startHost } from "./world.mjs";

/** The policy of docs/guides/troubleshooting.md at its strictest: no styles of the page, no images, no policy for scripts. */
const strict = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "connect-src 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
  "base-uri 'none'",
  "form-action 'none'",
];

let backend;
let browser;
before(async () => {
  [backend, browser] = await Promise.all([startServer(), startBrowser()]);
});
after(async () => {
  await browser?.close();
  await endServer(backend);
});

/** Serves the pages under a policy and runs steps on one of them; gives what violated the policy. */
async function under(policy, { name, entry = "inline", expected }, steps) {
  const element = "<docent-chat></docent-chat>";
  const host = await startHost({
    backend,
    headers: { "content-security-policy": `${policy.join("; ")}; report-uri /reports` },
    folders: { "/docent/": join(project, "node_modules", "docent") },
    pages: {
      "/inline.html": html("/inline.js", element),
      "/inline.js": plainModule("index", "element"),
      "/url.html": html("/url.js", element),
      "/url.js": plainModule("url", "element-url"),
      "/script.html": html("/script.js", "<self-hosted></self-hosted>"),
      "/script.js": `import { whenElementReady } from "/docent/pkg/index.js";
        window.use = (options) => whenElementReady({ name: "self-hosted", scriptUrl: "/element.js", ...options }).then(({ source }) => source);
        window.isLoaded = true;`,
      "/element.js": `customElements.define("self-hosted", class extends HTMLElement { setOptions() {} });`,
    },
  });
  try {
    await withPage({ browser, origin: host.origin, name, expected }, async (page) => {
      await page.addInitScript(() => {
        window.violations = [];
        document.addEventListener("securitypolicyviolation", (event) =>
          window.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample} at ${event.sourceFile}:${event.lineNumber}`),
        );
      });
      await page.goto(`${host.origin}/${entry}.html`);
      await until("the module to be loaded", () => page.evaluate(() => window.isLoaded));
      await steps(page, async () => [...(await page.evaluate(() => window.violations)), ...host.reports]);
    });
  } finally {
    await host.end();
  }
}

for (const entry of ["inline", "url"]) {
  test(`the popover and the element work and violate nothing (${entry})`, async () => {
    await under(strict, { name: `policy-${entry}`, entry }, async (page, violations) => {
      await page.evaluate(() => window.use());
      const sample = chat(page, "docent-chat");
      await dragOver(page, page.locator("#text"), "belongs to the user");
      await popover(page).click();
      await sample.quote("belongs to the user").waitFor();
      await sample.ask("How does a server identify a user? Show the code.");
      await sample.answer();
      assert.ok(await sample.citations().count());
      await sample.ask("And what is page context?");
      await sample.answer(2);
      await sample.root().getByRole("button", { name: /good|helpful/i }).first().click();
      await sample.showHistory();
      await sample.history().getByRole("button", { name: /^How does a server/ }).first().click();
      await sample.answer(2);
      assert.notEqual(await sample.background(), "rgb(255, 255, 255)", "its own styles apply: it is dark, as it was told");
      assert.deepEqual(await violations(), []);
    });
  });
}

const failure = (page) =>
  page.evaluate(async () => {
    const { pageContext } = await import("/docent/pkg/index.js");
    const { defineDocentChat } = await import("/docent/pkg/element.js");
    const told = ({ name, code, message }) => ({ name, code, message });
    return Promise.all([pageContext(), defineDocentChat()].map((promise) => promise.then(() => "no error", told)));
  });

test("without 'wasm-unsafe-eval' every entry says that it is missing", async () => {
  const policy = strict.map((line) => line.replace(" 'wasm-unsafe-eval'", ""));
  await under(policy, { name: "policy-no-wasm", expected: /WebAssembly|Content Security Policy/ }, async (page) => {
    for (const error of await failure(page)) {
      assert.equal(error.name, "DocentError");
      assert.equal(error.code, "wasm_unavailable");
      assert.match(error.message, /'wasm-unsafe-eval' in script-src/);
    }
  });
});

test("where the wasm's file may not be fetched the error names connect-src", async () => {
  const policy = strict.map((line) => line.replace("connect-src 'self'", "connect-src 'none'"));
  const expected = /Content Security Policy|Refused to connect/;
  await under(policy, { name: "policy-no-connect", entry: "url", expected }, async (page) => {
    const error = await page.evaluate(async () => {
      const { pageContext } = await import("/docent/pkg/url.js");
      return pageContext().then(() => "no error", ({ code, message }) => ({ code, message }));
    });
    assert.equal(error.code, "wasm_unavailable");
    assert.match(error.message, /connect-src/);
  });
});

test("a script is loaded by a Trusted Types policy that the page allows by name", async () => {
  const policy = strict.map((line) => line.replace("trusted-types 'none'", "trusted-types site-chat"));
  await under(policy, { name: "policy-script", entry: "script" }, async (page, violations) => {
    assert.equal(await page.evaluate(() => window.use({ trustedTypesPolicy: "site-chat" })), "official");
    assert.deepEqual(await violations(), []);
  });
});

test("a script that no Trusted Types policy covers is an error that says what to add", async () => {
  const expected = /Trusted ?Types?|TrustedScriptURL|Content Security Policy/i;
  await under(strict, { name: "policy-no-policy", entry: "script", expected }, async (page) => {
    const error = await page.evaluate(() => window.use({ retries: 0 }).catch(({ code, message }) => ({ code, message })));
    assert.equal(error.code, "csp");
    assert.match(error.message, /trusted-types/);
  });
});
