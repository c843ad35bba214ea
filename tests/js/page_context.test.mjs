/** The page context without a page, and beside a DOM that is not a browser's. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { pageContext } from "../../pkg/index.js";

test("c14: on a server there is no page, and so no context", async () => {
  assert.equal(await pageContext(), null);
  assert.equal(await pageContext({ maxTokens: 0, shadow: true }), null);
});

test("c14: a DOM that lays nothing out, as tests have it, is read all the same", async () => {
  const html =
    '<html lang="en"><head><title>Guide</title></head><body><main><h1 id="guide">Guide</h1><p>text</p></main></body></html>';
  // What such a DOM has of what is asked for: no boxes, no styles, no scrolling.
  const list = () => ({ length: 0, item: () => null });
  globalThis.document = {
    documentElement: { outerHTML: html },
    title: "Guide",
    URL: "https://docs.example/guide?token=abc",
    baseURI: "https://docs.example/guide",
    location: { pathname: "/guide", hash: "" },
    readyState: "complete",
    scrollingElement: null,
    body: null,
    getElementsByTagName: list,
    querySelectorAll: list,
    querySelector: () => null,
    getElementById: () => null,
    getSelection: () => null,
  };
  try {
    const { pageContext } = await import("../../pkg/docent_page.js").then(async (page) => {
      const { default: bytes } = await import("../../pkg/docent_page_inline.js");
      await page.default({ module_or_path: bytes() });
      return page;
    });
    const context = await pageContext();
    assert.equal(context.url, "https://docs.example/guide");
    assert.equal(context.text, "# Guide\n\ntext");
    assert.deepEqual(context.headings, [{ level: 1, id: "guide", text: "Guide", path: ["Guide"] }]);
    assert.equal(context.section, undefined);
  } finally {
    delete globalThis.document;
  }
});
