/** What a reader does on the demo and sees of it, in any engine: the steps of tests/e2e/reader.mjs, by WebDriver. */

import assert from "node:assert/strict";

import { until } from "../e2e/harness.mjs";

/** Keys that are no characters, as WebDriver spells them. */
const keys = { Enter: "\uE007", Escape: "\uE00C", Shift: "\uE008", Alt: "\uE00A", Tab: "\uE004" };

/**
 * Runs in the page: the elements that a selector finds, through open shadow roots too, with what a reader perceives of
 * each. Only those with a box that is not hidden count; the first is brought into view on demand.
 */
function look(selector, text, isWantedInView) {
  const found = [];
  const visit = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.matches(selector) && (!text || element.textContent.includes(text))) {
        if (isWantedInView && !found.length) element.scrollIntoView({ block: "nearest", behavior: "instant" });
        const { left, top, width, height } = element.getBoundingClientRect();
        if (width && height && getComputedStyle(element).visibility === "visible") {
          found.push({
            x: left + width / 2,
            y: top + height / 2,
            isInView: top >= 0 && top + height / 2 < innerHeight,
            isFocused: document.hasFocus() && element.getRootNode().activeElement === element,
            isBusy: element.getAttribute("aria-busy") === "true",
            href: element.href,
            value: element.value,
            text: element.innerText,
          });
        }
      }
      if (element.shadowRoot) visit(element.shadowRoot);
    }
  };
  visit(document);
  return found;
}

/** Runs in the page: scrolls the text to the middle and gives the places of its first and last character. */
function ends(selector, wanted) {
  const element = [...document.querySelectorAll(selector)].find((node) => node.textContent.replace(/\s+/g, " ").includes(wanted));
  if (!element) throw new Error(`Nothing says: ${wanted}`);
  element.scrollIntoView({ block: "center", behavior: "instant" });
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const characters = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (let offset = 0; offset < node.data.length; offset++) characters.push({ node, offset });
  }
  // Lines end anywhere in the source of a page.
  const all = characters.map(({ node, offset }) => node.data[offset]).join("").replace(/\s/g, " ");
  const at = all.indexOf(wanted);
  return [at, at + wanted.length - 1].map((index) => {
    const { node, offset } = characters[index];
    const range = document.createRange();
    range.setStart(node, offset);
    range.setEnd(node, offset + 1);
    const { left, right, top, bottom } = range.getBoundingClientRect();
    return { left, right, middle: (top + bottom) / 2 };
  });
}

/** A reader at an engine. */
export class Reader {
  constructor(engine, origin) {
    this.engine = engine;
    this.origin = origin;
  }

  /** Opens a page as the user of that id, and keeps what it sends to the endpoint in `window.sent`. */
  async open(path) {
    await this.engine.open(this.origin + path);
    await this.engine.evaluate(() => {
      const { fetch } = window;
      window.sent = [];
      window.fetch = (input, init) => {
        if (String(input).endsWith("/chatkit") && typeof init?.body === "string") {
          window.sent.push({ headers: Object.fromEntries(new Headers(init.headers)), body: JSON.parse(init.body) });
        }
        return fetch(input, init);
      };
    });
  }

  /** The messages that the page has sent since it was opened. */
  async messages() {
    const sent = await this.engine.evaluate(() => window.sent);
    return sent.filter(({ body }) => /^threads\.(create|add_user_message)$/.test(body.type));
  }

  /** The elements that a selector finds now. */
  all(selector, text = "") {
    return this.engine.evaluate(look, selector, text);
  }

  /** Waits for an element. */
  async see(selector, text = "") {
    return until(`${selector} with “${text}” to be seen`, async () => (await this.all(selector, text))[0]);
  }

  /** Waits until an element is gone. */
  async seeNo(selector, text = "") {
    await until(`${selector} with “${text}” to be gone`, async () => (await this.all(selector, text)).length === 0);
  }

  /** Presses the first element of those found, which is brought into view. */
  async press(selector, text = "") {
    await this.see(selector, text);
    const [{ x, y, href }] = await this.engine.evaluate(look, selector, text, true);
    await this.engine.click(x, y);
    return href;
  }

  /** Drags the mouse over a text of the page. */
  async select(selector, text) {
    const [first, last] = await this.engine.evaluate(ends, selector, text);
    await this.engine.drag([
      [first.left + 1, first.middle],
      [(first.left + last.right) / 2, (first.middle + last.middle) / 2],
      [last.right, last.middle],
    ]);
    const selected = await this.engine.evaluate(() => getSelection().toString().replace(/\s+/g, " ").trim());
    // Where a character is cut in two, an engine may take it or leave it.
    assert.ok(text.includes(selected) && selected.length > text.length - 4, `selected: ${selected}`);
    return selected;
  }

  /** Selects a text without the mouse, as caret browsing and a screen reader do. */
  async selectByCaret(selector, text) {
    await this.engine.evaluate(
      (wanted, where) => {
        for (const element of document.querySelectorAll(where)) {
          const node = [...element.childNodes].find((child) => child.nodeType === Node.TEXT_NODE && child.data.includes(wanted));
          if (!node) continue;
          element.scrollIntoView({ block: "center", behavior: "instant" });
          const at = node.data.indexOf(wanted);
          getSelection().setBaseAndExtent(node, at, node, at + wanted.length);
        }
      },
      text,
      selector,
    );
  }

  /** The button beside a selection. */
  async pressAsk() {
    await this.press('[role=toolbar][aria-label="Ask about the selected text"] button', "Ask");
  }

  /** Presses a key, or several at once, by their names. */
  async key(...names) {
    await this.engine.chord(...names.map((name) => keys[name] ?? name));
  }

  async seesQuote(text) {
    await this.see('[role=group][aria-label="Quoted passage"]', text);
  }

  async composerHasFocus() {
    await until("the composer to have the focus", async () => (await this.all("textarea")).some(({ isFocused }) => isFocused));
  }

  /** Types a question into the composer, which has the focus, and sends it. */
  async ask(question) {
    await this.composerHasFocus();
    await this.engine.type(question);
    await until("the question to be typed", async () => (await this.all("textarea")).some(({ value }) => value === question));
    await this.key("Enter");
  }

  /** The n-th answer, once it is complete: its text, and its links. */
  async answer(number = 1) {
    const { text } = await until(`answer ${number} to be complete`, async () => {
      const [log] = await this.all("[role=log]");
      return !log.isBusy && (await this.all("article", "Answer:"))[number - 1];
    });
    return text;
  }

  /** Opens the panel of the demo by its button. */
  async openPanel() {
    await this.press("[data-ask-toggle]");
    await this.see("textarea");
  }
}
