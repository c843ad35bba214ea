/** Says how to get Rust when it is missing or too old. Runs before every `cargo xtask …` of package.json. */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const manifest = readFileSync(new URL("../Cargo.toml", import.meta.url), "utf8");
const [, major, minor] = manifest.match(/^rust-version = "(\d+)\.(\d+)/m).map(Number);

function stop(what) {
  console.error(`error: ${what}\n  what to do: install Rust ${major}.${minor} or newer, by rustup (https://rustup.rs) or \`rustup update stable\``);
  process.exit(1);
}

let said;
try {
  said = execFileSync("cargo", ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
} catch {
  stop("`cargo` does not run");
}
const [, hasMajor, hasMinor] = said.match(/(\d+)\.(\d+)/).map(Number);
if (hasMajor < major || (hasMajor === major && hasMinor < minor)) {
  stop(`Docent is built with Rust ${major}.${minor} or newer; this is ${said.trim()}`);
}
