/** What a reader does on the demo, step by step: select with the mouse, ask, type, follow a citation. */

import { until } from "./harness.mjs";

/** The box of `text` inside the element, as the browser laid it out: its first and last character. */
async function ends(locator, text) {
  // The middle of the window: at its edge a sticky header would lie over the text.
  await locator.evaluate((element) => element.scrollIntoView({ block: "center", behavior: "instant" }));
  return locator.evaluate((element, wanted) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const nodes = [];
    let all = "";
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      nodes.push({ node, start: all.length });
      all += node.data;
    }
    // Lines end anywhere in the source of a page.
    const at = all.replace(/\s/g, " ").indexOf(wanted);
    if (at < 0) throw new Error(`The element does not say: ${wanted}`);
    const box = (offset) => {
      const { node, start } = nodes.findLast((entry) => entry.start <= offset);
      const range = document.createRange();
      range.setStart(node, offset - start);
      range.setEnd(node, offset - start + 1);
      const { left, right, top, bottom } = range.getBoundingClientRect();
      return { left, right, middle: (top + bottom) / 2 };
    };
    return { first: box(at), last: box(at + wanted.length - 1) };
  }, text);
}

/** Drags the mouse over `text`, as a reader does. */
export async function dragOver(page, locator, text) {
  const { first, last } = await ends(locator, text);
  await page.mouse.move(first.left + 0.5, first.middle);
  await page.mouse.down();
  await page.mouse.move((first.left + last.right) / 2, (first.middle + last.middle) / 2, { steps: 6 });
  await page.mouse.move(last.right - 0.5, last.middle, { steps: 6 });
  await page.mouse.up();
  await until("the selection to be made", () => page.evaluate((wanted) => getSelection().toString().replace(/\s+/g, " ").trim() === wanted, text));
}

/** Selects `text` without a mouse, as caret browsing and a screen reader do. */
export async function selectByCaret(locator, text) {
  await locator.scrollIntoViewIfNeeded();
  await locator.evaluate((element, wanted) => {
    const node = [...element.childNodes].find((child) => child.nodeType === Node.TEXT_NODE && child.data.includes(wanted));
    const at = node.data.indexOf(wanted);
    getSelection().setBaseAndExtent(node, at, node, at + wanted.length);
  }, text);
}

/** The button beside a selection. */
export const popover = (page) => page.getByRole("toolbar", { name: "Ask about the selected text" }).getByRole("button", { name: "Ask" });

/** Keeps what goes to the endpoint: the headers and the parsed body of each request. */
export function record(page) {
  const sent = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/chatkit")) {
      sent.push({ headers: request.headers(), body: request.postDataJSON() });
    }
  });
  return sent;
}

/** Chooses a user in the header. */
export async function signInAs(page, name) {
  await page.getByRole("button", { name: /^Signed in as/ }).click();
  await page.getByRole("menuitemradio", { name }).click();
}

/** The chat as its reader knows it, by roles and names. `tag` is the element's. */
export function chat(page, tag = "openai-chatkit") {
  const root = () => page.locator(tag);
  const composer = () => root().getByRole("textbox");
  const said = (who) => root().getByRole("article").filter({ hasText: who });
  const isIdle = async () => (await root().getByRole("log").getAttribute("aria-busy")) === "false";
  return {
    root,
    composer,
    /** Opens the panel of the demo by its button. */
    async open() {
      await page.locator("[data-ask-toggle]").click();
      await composer().waitFor();
    },
    async ask(question) {
      await composer().fill(question);
      await composer().press("Enter");
    },
    /** The passage above the composer. */
    quote: (text) => root().getByRole("group", { name: "Quoted passage" }).filter({ hasText: text }),
    userMessage: (text) => said("You said:").filter({ hasText: text }),
    /** The n-th answer, once its stream has ended. */
    async answer(number = 1) {
      const answers = said("Answer:");
      await until(`answer ${number} to be complete`, async () => (await answers.count()) >= number && (await isIdle()));
      return answers.nth(number - 1);
    },
    citations: () => said("Answer:").getByRole("link"),
    startScreen: () => root().getByRole("heading", { name: /would you like to know|Ask about this page/ }),
    focused: () =>
      until("the composer to have the focus", () =>
        composer().evaluate((element) => document.hasFocus() && element.getRootNode().activeElement === element),
      ),
    typed: () => composer().inputValue(),
    history: () => root().getByRole("dialog", { name: "History" }),
    async showHistory() {
      await root().getByRole("button", { name: "History", exact: true }).click();
      await root().getByRole("dialog", { name: "History" }).waitFor();
    },
    failure: () => root().getByRole("alert"),
    tryAgain: () => root().getByRole("button", { name: "Try again" }),
    background: () => root().getByRole("log").evaluate((element) => {
      for (let node = element; node; node = node.parentElement ?? node.getRootNode().host) {
        const { backgroundColor } = getComputedStyle(node);
        if (backgroundColor !== "rgba(0, 0, 0, 0)") return backgroundColor;
      }
      return null;
    }),
  };
}
