/** The package `docent`: the wasm is part of the JavaScript and is compiled when the first function is used. */
import { connect } from "./entry.js";

export const { createFetch, whenElementReady, pageContext, askSelection } = /* @__PURE__ */ connect({
  core: async () => (await import("./docent_core_inline.js")).default(),
  page: async () => (await import("./docent_page_inline.js")).default(),
});
export type * from "./types.js";
