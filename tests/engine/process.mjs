/** Browsers as child processes: started with a clean profile, ended whole, and what they said kept for a failure. */

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A started program in a process group of its own, so that its children end with it. */
export class Program {
  #said = "";

  constructor(command, args, options = {}) {
    this.command = command;
    this.child = spawn(command, args, { ...options, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.child.stdout, this.child.stderr]) stream.on("data", (text) => (this.#said += text));
    this.ended = new Promise((resolve) => {
      this.child.once("close", resolve);
      this.child.once("error", (error) => {
        this.#said += error.message;
        resolve();
      });
    });
  }

  /** Asks until `check` gives a value; a program that ends meanwhile, or an hour that never comes, is an error with its output. */
  async until(what, check, timeoutMs = 30_000) {
    const end = Date.now() + timeoutMs;
    let hasEnded = false;
    void this.ended.then(() => (hasEnded = true));
    for (let isLast = false; !isLast; ) {
      // What a program says last may be the answer.
      isLast = hasEnded || Date.now() >= end;
      const value = await Promise.resolve()
        .then(() => check(this.#said))
        .catch(() => undefined);
      if (value !== undefined) return value;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await this.end();
    throw new Error(`${this.command} ${hasEnded ? "ended before" : `did not reach in ${timeoutMs} ms`}: ${what}.\n${this.#said}`);
  }

  /** Ends the program and what it started. */
  async end() {
    const signal = (name) => {
      try {
        process.kill(-this.child.pid, name);
      } catch {
        // It is gone already.
      }
    };
    signal("SIGTERM");
    const force = setTimeout(() => signal("SIGKILL"), 3_000);
    await this.ended;
    clearTimeout(force);
  }
}

/** A folder for a profile; `remove` deletes it, patiently, because a browser's last process may still write. */
export async function profileFolder() {
  const path = await mkdtemp(join(tmpdir(), "docent-browser-"));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }) };
}
