// docent/react on a server: it renders without a page, says the chat loads, and the same again for the browser.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { createElement } from "react";
import { renderToString } from "react-dom/server";

import { DocentChat, useDocent } from "docent/react";
import * as byUrl from "docent/react/url";

function Page({ hook = useDocent, labels }) {
  const chat = hook({ api: { url: "/chatkit" }, identity: { token: () => "secret-token" }, selection: {} });
  return createElement(DocentChat, { control: chat.control, status: chat.status, onRetry: chat.retry, labels, className: "chat" });
}

test("l10 a server renders the box and its notice, and nothing is loaded or logged", (context) => {
  const error = context.mock.method(console, "error", () => {});
  const html = renderToString(createElement(Page));
  assert.match(html, /<div class="chat" data-docent-state="idle"/);
  assert.match(html, /role="status"[^>]*>Loading the chat…</);
  assert.doesNotMatch(html, /openai-chatkit/, "the element is for browsers");
  assert.doesNotMatch(html, /secret-token/);
  assert.equal(error.mock.callCount(), 0);
});

test("l10 rendering twice gives the same markup, with either way of loading the wasm", () => {
  const first = renderToString(createElement(Page));
  assert.equal(renderToString(createElement(Page)), first);
  assert.equal(renderToString(createElement(Page, { hook: byUrl.useDocent })), first);
});

test("labels can be in the site's language", () => {
  const html = renderToString(createElement(Page, { labels: { loading: "Der Chat lädt …" } }));
  assert.match(html, /Der Chat lädt …/);
});

test("l10 every module that uses hooks begins with the client directive", async () => {
  for (const name of ["react", "react-url", "react-hook", "react-chat"]) {
    const code = await readFile(new URL(`../../pkg/${name}.js`, import.meta.url), "utf8");
    assert.match(code, /^["']use client["'];/, name);
  }
});
