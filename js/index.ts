/** The package `docent`: the wasm is part of the JavaScript and is compiled when the first function is used. */
import { connect } from "./entry.js";

export const { createFetch, whenElementReady, pageContext, askSelection } = /* @__PURE__ */ connect(
  async () => (await import("./docent_core_inline.js")).default(),
);
export type * from "./types.js";
