/** The package `docent/element/url`: `<docent-chat>`, with the wasm as a file of its own. */
import { definer } from "./element-class.js";

export const defineDocentChat = /* @__PURE__ */ definer(
  () => new URL("./docent_element_bg.wasm", import.meta.url),
);
export type * from "./element-types.js";
