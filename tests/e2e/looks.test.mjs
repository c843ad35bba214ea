/** How the site looks and whether everybody can use it: pictures in light and dark, wide and narrow, and axe over each. */

import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { endServer, screenshots, startBrowser, startServer, withPage } from "./harness.mjs";
import { chat, dragOver, popover } from "./reader.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let server;
let browser;
before(async () => {
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
  await mkdir(screenshots, { recursive: true });
});
after(async () => {
  await browser?.close();
  await endServer(server);
});

/** The serious and critical findings of axe on the page as it stands, shadow roots included. */
async function seriousFindings(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join("; ")}`);
}

async function picture(page, name) {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(screenshots, `${name}.png`), animations: "disabled" });
}

const sizes = {
  wide: { viewport: { width: 1280, height: 800 } },
  narrow: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
};

for (const colorScheme of ["light", "dark"]) {
  for (const [size, options] of Object.entries(sizes)) {
    test(`the site and the chat are usable by everybody in ${colorScheme}, ${size}`, async () => {
      const name = `${size}-${colorScheme}`;
      const context = { ...options, colorScheme, reducedMotion: "reduce" };
      await withPage({ browser, origin: server.origin, name, context }, async (page) => {
        await page.goto(server.origin);
        await picture(page, `start-${name}`);
        assert.deepEqual(await seriousFindings(page), [], "on the start page");

        await page.goto(`${server.origin}/guides/quick-start/`);
        await picture(page, `guide-${name}`);
        assert.deepEqual(await seriousFindings(page), [], "on a guide with code");
        assert.equal(
          await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
          0,
          "the page does not scroll sideways",
        );

        await chat(page).open();
        await chat(page).startScreen().waitFor();
        await picture(page, `chat-start-${name}`);
        assert.deepEqual(await seriousFindings(page), [], "with the chat open");

        await chat(page).ask("What is page context?");
        await chat(page).answer();
        await picture(page, `chat-answer-${name}`);
        assert.deepEqual(await seriousFindings(page), [], "with an answer");
      });
    });
  }
}

test("the popover beside a selection is seen and reached in both themes", async () => {
  for (const colorScheme of ["light", "dark"]) {
    const context = { colorScheme, reducedMotion: "reduce" };
    await withPage({ browser, origin: server.origin, name: `popover-${colorScheme}`, context }, async (page) => {
      await page.goto(`${server.origin}/guides/selection/`);
      const paragraph = page.locator("#content p").first();
      await dragOver(page, paragraph, "one small button appears beside it");
      await popover(page).waitFor();
      await picture(page, `popover-${colorScheme}`);
      assert.deepEqual(await seriousFindings(page), []);
    });
  }
});

test("the theme switch reaches the chat and is remembered", async () => {
  const context = { colorScheme: "light" };
  await withPage({ browser, origin: server.origin, name: "theme", context }, async (page) => {
    await page.goto(server.origin);
    await chat(page).open();
    const background = () => chat(page).background();
    const light = await background();
    await page.locator("[data-theme-toggle]").click();
    await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");
    assert.notEqual(await background(), light, "the chat turned dark too");
    await page.reload();
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
  });
});

test("an address that does not exist shows the site's own page and is 404", async () => {
  await withPage({ browser, origin: server.origin, name: "not-found", expected: /404/ }, async (page) => {
    const answer = await page.goto(`${server.origin}/guides/nothing-here/`);
    assert.equal(answer.status(), 404);
    await page.getByRole("heading", { name: "There is no page here" }).waitFor();
  });
});
