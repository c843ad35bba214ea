// docent/slim in a process of its own: nothing else may have loaded the wasm.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

test("slim loads nothing until it is given the wasm", async () => {
  const slim = await import("docent/slim");
  assert.throws(() => slim.createFetch({ apiUrl: "/chatkit" }));
  const wasm = await readFile(fileURLToPath(import.meta.resolve("docent/docent_core_bg.wasm")));
  await slim.init({ module_or_path: wasm });
  assert.equal(typeof slim.createFetch({ apiUrl: "http://localhost:9360/chatkit" }), "function");
});
