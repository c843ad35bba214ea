// docent/slim in a process of its own: nothing else may have loaded the wasm.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { makeRing, settle } from "./ring.mjs";

test("slim loads nothing until it is given the wasm", async () => {
  const slim = await import("docent/slim");
  assert.throws(() => slim.createFetch({ apiUrl: "/chatkit" }));
  const wasm = await readFile(fileURLToPath(import.meta.resolve("docent/docent_core_bg.wasm")));
  await slim.init({ module_or_path: wasm });
  assert.equal(typeof slim.createFetch({ apiUrl: "http://localhost:9360/chatkit" }), "function");
});

test("a fetch of slim whose own callbacks lead back to it is let go once nobody holds it", async () => {
  const { createFetch } = await import("docent/slim");
  const use = async () => {
    const ring = makeRing((options) => createFetch({ ...options, pageContext: false }));
    assert.equal(await (await ring.ask()).text(), "answer");
    assert.equal((await ring.send.session()).state, "signed_in");
    return new WeakRef(ring);
  };
  const used = await use();
  await settle(() => !used.deref());
  assert.equal(used.deref(), undefined);

  // Nobody holds this one but its own request.
  let answer;
  const asked = makeRing((options) => createFetch({ ...options, pageContext: false }), () => new Promise((resolve) => (answer = resolve))).ask();
  await settle(() => false);
  answer(new Response("", { status: 401 }));
  await settle(() => false);
  answer(new Response("in the end"));
  assert.equal(await (await asked).text(), "in the end");
});
