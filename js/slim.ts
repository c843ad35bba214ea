/** The package `docent/slim`: loads nothing by itself. `await init({ module_or_path })` before the first function. */
export { default as init, createFetch, whenElementReady, pageContext, askSelection } from "./docent_core.js";
export type { InitInput, SelectionHandle } from "./docent_core.js";
export type * from "./types.js";
