/** A page of a test's own with the built package, in headless Chromium: its own server, its own browser, both ended. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const built = fileURLToPath(new URL("../../pkg/", import.meta.url));
const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm" };
const EMPTY = '<!doctype html><html lang="en"><title>A page</title><body>';

/**
 * Serves `/pkg/`, and `files`: paths to texts. Anything else is the page `html`, or 404 where it has an ending. What may be
 * kept of all that `cacheControl` says: nothing, unless a test is about that.
 */
export async function startServer({ files = {}, html = EMPTY, cacheControl = "no-store" } = {}) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const send = (body, type) => response.writeHead(200, { "content-type": type, "cache-control": cacheControl }).end(body);
    if (Object.hasOwn(files, pathname)) return send(files[pathname], TYPES[extname(pathname)] ?? "text/html; charset=utf-8");
    if (extname(pathname) === "") return send(html, "text/html; charset=utf-8");
    try {
      if (!pathname.startsWith("/pkg/")) throw new Error("not ours");
      send(await readFile(join(built, normalize(pathname.slice("/pkg".length)))), TYPES[extname(pathname)] ?? "text/plain");
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    end() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A browser, with more of Playwright's `options` if a test needs them; whoever starts it closes it. */
export function startBrowser(options = {}) {
  const executablePath = process.env.DOCENT_CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-quic"], ...options });
}

/** Calls `use` with a new page, a server behind it and what its console complained about; gives what that gives. */
export async function withOwnPage(browser, site, use) {
  const server = await startServer(site);
  const context = await browser.newContext();
  const page = await context.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  try {
    return await use({ page, context, origin: server.origin, complaints });
  } finally {
    await context.close();
    server.end();
  }
}
