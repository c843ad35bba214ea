/** What a reader sees when a part is missing: a script that never comes, comes late, and a server that is down. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { endServer, startBrowser, startServer, withPage } from "./harness.mjs";
import { chat } from "./reader.mjs";

let server;
let browser;
before(async () => {
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
});
after(async () => {
  await browser?.close();
  await endServer(server);
});

const scriptPath = "/third-party/chat.js";

/** Defines the element as a script of somebody else would: a classic script, some time after the page. */
const script = 'import("/plain/pkg/element.js").then(({ defineDocentChat }) => defineDocentChat(["openai-chatkit"]));';

/** The page as a site would write it that loads the chat element by a script instead of bringing it along. */
async function nameScript(page) {
  await page.route(`${server.origin}/`, async (route) => {
    const answer = await route.fetch();
    const html = await answer.text();
    await route.fulfill({ response: answer, body: html.replace("<body ", `<body data-chat-script="${scriptPath}" `) });
  });
}

const panel = (page) => page.locator("#chat");
const openPanel = (page) => page.locator("[data-ask-toggle]").click();

test("a script that is not there shows the reason and a retry, and the retry works", async () => {
  await withPage({ browser, origin: server.origin, name: "script-404", expected: /404/ }, async (page) => {
    await nameScript(page);
    let isThere = false;
    await page.route(`**${scriptPath}*`, (route) =>
      isThere
        ? route.fulfill({ contentType: "text/javascript", body: script })
        : route.fulfill({ status: 404, contentType: "text/plain", body: "gone" }),
    );
    await page.goto(server.origin);
    await openPanel(page);
    const alert = panel(page).getByRole("alert");
    await alert.getByRole("heading", { name: "The chat could not be loaded" }).waitFor();
    assert.match(await alert.innerText(), /chat\.js could not be loaded/);
    assert.match(await alert.innerText(), /Reason:\s*network/);

    isThere = true;
    await alert.getByRole("button", { name: "Retry" }).click();
    await chat(page).startScreen().waitFor();
    assert.equal(await panel(page).getByRole("alert").count(), 0);
  });
});

test("a script that hangs is reported in time, and is used when it comes after all", async () => {
  await withPage({ browser, origin: server.origin, name: "script-late" }, async (page) => {
    await nameScript(page);
    let release;
    const released = new Promise((resolve) => (release = resolve));
    await page.route(`**${scriptPath}*`, async (route) => {
      await released;
      await route.fulfill({ contentType: "text/javascript", body: script });
    });
    await page.goto(server.origin, { waitUntil: "domcontentloaded" });
    await openPanel(page);
    await panel(page).getByText("still loading").waitFor();
    const alert = panel(page).getByRole("alert");
    await alert.waitFor();
    assert.match(await alert.innerText(), /not defined in time/);
    assert.ok(await alert.getByRole("button", { name: "Retry" }).isVisible());

    release();
    await chat(page).startScreen().waitFor();
    assert.equal(await panel(page).getByRole("alert").count(), 0, "the late script took the error away");
  });
});

test("a script that the page's own policy forbids is named as such", async () => {
  const expected = /Content Security Policy|ERR_BLOCKED_BY_CSP|violates the following/;
  await withPage({ browser, origin: server.origin, name: "script-csp", expected }, async (page) => {
    await page.route(`${server.origin}/`, async (route) => {
      const answer = await route.fetch();
      const body = (await answer.text()).replace("<body ", '<body data-chat-script="https://cdn.invalid/chat.js" ');
      await route.fulfill({ response: answer, body });
    });
    await page.goto(server.origin);
    await openPanel(page);
    const alert = panel(page).getByRole("alert");
    await alert.waitFor();
    assert.match(await alert.innerText(), /Reason:\s*csp/);
    assert.match(await alert.innerText(), /script-src/);
  });
});

test("a server that is down is an error with a retry, and after its return the retry works", async () => {
  await withPage({ browser, origin: server.origin, name: "server-down", expected: /ERR_CONNECTION_REFUSED/ }, async (page) => {
    await page.goto(server.origin);
    await chat(page).open();
    await chat(page).ask("What is page context?");
    await chat(page).answer();

    await server.stop();
    await chat(page).ask("And what is removed?");
    await chat(page).failure().waitFor();
    assert.match(await chat(page).failure().innerText(), /could not be reached/);
    assert.ok(await chat(page).userMessage("And what is removed?").isVisible(), "the question is not lost");

    await server.start();
    await chat(page).tryAgain().click();
    await chat(page).answer(2);
    assert.equal(await chat(page).failure().count(), 0);
    await page.reload();
    await chat(page).answer(2);
    assert.equal(await chat(page).userMessage("And what is removed?").count(), 1, "asked once, whatever was retried");
  });
});

test("a thread that is gone gives way to a new conversation", async () => {
  await withPage({ browser, origin: server.origin, name: "thread-gone", expected: /404/ }, async (page) => {
    await page.addInitScript(() => localStorage.setItem("docent-demo:thread:ada", "thr_00000000000070008000000000000000"));
    await page.goto(server.origin);
    await page.locator("[data-ask-toggle]").click();
    await chat(page).failure().getByText("no longer exists").waitFor();
    await chat(page).failure().getByRole("button", { name: "New conversation" }).click();
    await chat(page).startScreen().waitFor();
    await chat(page).ask("Are you there?");
    await chat(page).answer();
  });
});
