/**
 * Draws the picture of the README: a passage selected, the chat open beside it with the streamed answer and its
 * citations. Run `node tests/e2e/picture.mjs` after a change that shows; it writes docs/images/flow.png.
 */

import { mkdir, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { endServer, startBrowser, startServer, withPage } from "./harness.mjs";
import { chat, dragOver, popover } from "./reader.mjs";

const file = fileURLToPath(new URL("../../docs/images/flow.png", import.meta.url));
const maxBytes = 300 * 1024;

const [server, browser] = await Promise.all([startServer(), startBrowser()]);
try {
  const context = { viewport: { width: 1280, height: 800 }, colorScheme: "light", reducedMotion: "reduce" };
  await withPage({ browser, origin: server.origin, name: "picture", context }, async (page) => {
    await page.goto(`${server.origin}/guides/identity/#the-development-id`);
    const passage = "It exists so that a fresh clone runs with no sign-in.";
    const paragraph = page.locator("#content p", { hasText: "which proves nothing" });
    await dragOver(page, paragraph, passage.replace(/\.$/, ""));
    await popover(page).click();
    await chat(page).quote("a fresh clone").waitFor();
    await chat(page).ask("When does the development id work?");
    await chat(page).answer();
    await dragOver(page, paragraph, passage.replace(/\.$/, ""));
    await popover(page).waitFor();
    await page.evaluate(() => document.fonts.ready);
    await mkdir(fileURLToPath(new URL(".", `file://${file}`)), { recursive: true });
    await page.screenshot({ path: file, animations: "disabled" });
  });
  const { size } = await stat(file);
  if (size > maxBytes) throw new Error(`The picture has ${size} bytes; the README takes at most ${maxBytes}.`);
  console.log(`docs/images/flow.png: ${Math.round(size / 1024)} KB`);
} finally {
  await browser.close();
  await endServer(server);
}
