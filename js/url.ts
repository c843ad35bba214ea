/** The package `docent/url`: the wasm is a file of its own that is fetched when the first function is used. */
import { connect } from "./entry.js";

export const { createFetch, whenElementReady, pageContext, askSelection } = /* @__PURE__ */ connect({
  core: () => fetch(new URL("./docent_core_bg.wasm", import.meta.url)),
  page: () => fetch(new URL("./docent_page_bg.wasm", import.meta.url)),
});
export type * from "./types.js";
