/** `askSelection` where there is no page: on a server that renders. */

import assert from "node:assert/strict";
import { test } from "node:test";

test("s14 the import and a call touch no window, and the handle is there and does nothing", async () => {
  const touched = [];
  const names = ["window", "customElements", "getSelection"];
  const own = Object.fromEntries(names.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]));
  // What a module reads while it is loaded would be noted here; `typeof document` is allowed and sees nothing.
  for (const name of names) {
    Object.defineProperty(globalThis, name, { configurable: true, get: () => void touched.push(name) });
  }
  try {
    const { askSelection } = await import("docent");
    const asking = askSelection({ onAsk: () => touched.push("onAsk") });
    await asking.ready;
    assert.equal(asking.ask(), false);
    asking.destroy();
  } finally {
    for (const name of names) {
      if (own[name]) Object.defineProperty(globalThis, name, own[name]);
      else delete globalThis[name];
    }
  }
  assert.deepEqual(touched, []);
});
