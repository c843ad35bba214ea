/** The package `docent/element`: `<docent-chat>`, with the wasm as part of the JavaScript. */
import { definer } from "./element-class.js";

export const defineDocentChat = /* @__PURE__ */ definer(
  async () => (await import("./docent_element_inline.js")).default(),
);
export type * from "./element-types.js";
