/**
 * What every end-to-end test stands on: the built binary over demo/dist with a database of its own, a browser, and a
 * page whose console and network are watched. Everything started here is stopped here, by its own process.
 */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { freePort } from "../port.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const binary = process.env.DOCENT_BIN ?? join(root, "target", "debug", "docent");
const site = join(root, "demo", "dist");

/** Where pictures go: of the site for people, of a failed test for whoever mends it. */
export const screenshots = join(root, "target", "screenshots");

for (const [path, remedy] of [
  [binary, "cargo build -p docent-cli"],
  [join(site, "index.html"), "cargo xtask build-wasm && node demo/build.mjs"],
]) {
  if (!existsSync(path)) throw new Error(`${path} is not built. Run: ${remedy}`);
}

/** Tries until `check` gives a value, then gives that; says what it waited for when time is up. */
export async function until(what, check, timeoutMs = 15_000) {
  const end = Date.now() + timeoutMs;
  let last;
  do {
    try {
      const value = await check();
      if (value) return value;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  } while (Date.now() < end);
  throw new Error(`Waited ${timeoutMs} ms for: ${what}.`, { cause: last });
}

/** The binary as a process: `stop` ends it, `start` brings it back on the same port with the same database. */
class Server {
  constructor(port, folder, env) {
    this.port = port;
    this.folder = folder;
    this.env = env;
    this.origin = `http://127.0.0.1:${port}`;
    this.log = "";
  }

  async start() {
    const args = ["serve", "--addr", `127.0.0.1:${this.port}`, "--site", site, "--docs", site];
    args.push("--database-url", `sqlite://${join(this.folder, "docent.db")}`);
    // No model from the environment of whoever runs the tests: the answers are those of the documents, or of the test.
    const { PATH, HOME } = process.env;
    this.child = spawn(binary, args, { env: { PATH, HOME, ...this.env }, stdio: ["ignore", "pipe", "pipe"] });
    this.ended = new Promise((resolve) => this.child.once("exit", resolve));
    for (const stream of [this.child.stdout, this.child.stderr]) stream.on("data", (text) => (this.log += text));
    await until("the server to be ready", async () => {
      if (this.child.exitCode !== null) throw new Error(`The server ended early:\n${this.log}`);
      return (await fetch(`${this.origin}/health`)).ok;
    }).catch((error) => {
      throw new Error(`${error.message}\n${this.log}`, { cause: error });
    });
  }

  async stop() {
    this.child.kill("SIGTERM");
    const force = setTimeout(() => this.child.kill("SIGKILL"), 5_000);
    await this.ended;
    clearTimeout(force);
  }
}

/** Starts a server for one test file; `env` are variables for it, such as the address of a model. */
export async function startServer(env = {}) {
  const folder = await mkdtemp(join(tmpdir(), "docent-e2e-"));
  const server = new Server(await freePort(), folder, env);
  await server.start();
  return server;
}

/** Stops the server and removes its database. */
export async function endServer(server) {
  await server?.stop();
  await rm(server.folder, { recursive: true, force: true });
}

/** One browser for one test file; every test has a fresh profile in it. */
export async function startBrowser() {
  return chromium.launch({
    executablePath: process.env.DOCENT_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/**
 * Runs `steps` with a page in a fresh profile. Afterwards the console must be free of errors and every request must
 * have gone to the site itself, except where `expected` (a pattern) names an error that the test causes.
 *
 * @param {{ browser: import("playwright-core").Browser, origin: string, name: string,
 *   context?: import("playwright-core").BrowserContextOptions, expected?: RegExp, user?: string }} setup
 * @param {(page: import("playwright-core").Page) => Promise<void>} steps
 */
export async function withPage({ browser, origin, name, context: options = {}, expected, user }, steps) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const errors = [];
  const strangers = new Set();
  page.on("console", (message) => {
    if (message.type() === "error" && !expected?.test(message.text())) errors.push(message.text());
  });
  page.on("pageerror", (error) => {
    if (!expected?.test(error.message)) errors.push(error.stack ?? error.message);
  });
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol) && url.origin !== origin) strangers.add(request.url());
  });
  // What the page's policy refused never left the browser.
  context.on("requestfailed", (request) => {
    if (request.failure()?.errorText === "csp") strangers.delete(request.url());
  });
  if (user) await context.addInitScript((id) => localStorage.setItem("docent-demo:user", id), user);
  try {
    await steps(page);
    assert.deepEqual(errors, [], "errors on the console");
    assert.deepEqual([...strangers], [], "requests to another origin");
  } catch (error) {
    await mkdir(join(screenshots, "failed"), { recursive: true });
    await page.screenshot({ path: join(screenshots, "failed", `${name}.png`) }).catch(() => {});
    if (errors.length) error.message += `\nOn the console: ${errors.join("\n")}`;
    throw error;
  } finally {
    await context.close();
  }
}
