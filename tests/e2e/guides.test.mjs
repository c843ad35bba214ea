/** The code in the guides works as it stands: the page is opened, the components are type-checked. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { endServer, startBrowser, startServer, withPage } from "./harness.mjs";
import { chat, dragOver, popover } from "./reader.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const guides = join(root, "docs", "guides");

/** The code blocks of one language in a guide. */
async function blocks(guide, language) {
  const text = await readFile(join(guides, `${guide}.md`), "utf8");
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].filter(([, name]) => name === language).map(([, , code]) => code);
}

let server;
let browser;
before(async () => {
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
});
after(async () => {
  await browser?.close();
  await endServer(server);
});

test("the page of the quick start asks about a selection as it is printed", async () => {
  const [page_] = await blocks("quick-start", "html");
  const html = `<!doctype html><title>Sample</title><p id="text">A thread belongs to the user who opened it.</p>${page_}`;
  await withPage({ browser, origin: server.origin, name: "quick-start" }, async (page) => {
    await page.route(`${server.origin}/sample.html`, (route) => route.fulfill({ contentType: "text/html", body: html }));
    // The guide copies the package to /pkg/; the demo has it beside its own plain page.
    await page.route(`${server.origin}/pkg/**`, async (route) => {
      const url = route.request().url().replace("/pkg/", "/plain/pkg/");
      await route.fulfill({ response: await route.fetch({ url }) });
    });
    await page.goto(`${server.origin}/sample.html`);
    const sample = chat(page, "docent-chat");
    await sample.composer().waitFor();
    await dragOver(page, page.locator("#text"), "belongs to the user");
    await popover(page).click();
    await sample.quote("belongs to the user").waitFor();
    await sample.ask("Who opened it?");
    await sample.answer();
  });
});

/** What the samples take from the site around them. */
const surroundings = `
declare global {
  const auth: { getAccessToken(): Promise<string>; refresh(): Promise<string> };
  const consent: { given: boolean };
  const user: { name: string; plan: string };
  const token: () => Promise<string>;
  const chat: import("docent/element").DocentChatElement;
  const card: HTMLElement;
  function currentUser(): { name: string } | null;
  function onAsk(selection: import("docent").AskedSelection): void;
  function openPanel(): void;
  function showLogin(session: import("docent/react").DocentSession): void;
  function rememberThread(id: string | null): void;
}
export {};
`;

/** Names that a sample uses and an earlier sample of its guide has imported. */
const imports = {
  createFetch: "docent",
  pageContext: "docent",
  askSelection: "docent",
  useDocent: "docent/react",
  DocentChat: "docent/react",
  defineDocentChat: "docent/element",
};

function complete(code) {
  const missing = Object.entries(imports).filter(
    ([name]) => new RegExp(`\\b${name}\\b`).test(code) && !new RegExp(`import[^;]*\\b${name}\\b[^;]*from|\\{ ${name} \\} = await`).test(code),
  );
  return [...missing.map(([name, from]) => `import { ${name} } from "${from}";`), code, "export {};"].join("\n");
}

test("the TypeScript of the guides type-checks against the package", async () => {
  const folder = join(root, "target", "guides-check");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "surroundings.d.ts"), surroundings);
  let count = 0;
  for (const file of await readdir(guides)) {
    const guide = file.replace(/\.md$/, "");
    for (const language of ["ts", "tsx"]) {
      for (const [index, code] of (await blocks(guide, language)).entries()) {
        // A line that shows one option alone is a piece of an object and no program.
        if (/^\w+: /.test(code)) continue;
        await writeFile(join(folder, `${guide}-${language}-${index}.${language}`), complete(code));
        count += 1;
      }
    }
  }
  assert.ok(count > 12, `only ${count} samples were found`);
  // A sample may name what the reader will use next.
  const config = { extends: "../../tsconfig.check.json", include: ["."], exclude: [], compilerOptions: { rootDir: "../..", noUnusedLocals: false } };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
  const tsc = join(root, "node_modules", ".bin", "tsc");
  await promisify(execFile)(tsc, ["--noEmit", "--project", folder]).catch(({ stdout }) => assert.fail(stdout));
});
