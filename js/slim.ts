/**
 * The package `docent/slim`: loads nothing by itself. `await init({ module_or_path })` comes before createFetch and
 * whenElementReady, `await initPage({ module_or_path })` before pageContext and askSelection.
 */
import { type CreateFetchOptions, createFetch as create } from "./docent_core.js";
import { pageContext } from "./docent_page.js";

/** As `createFetch` of the other entry points. The page's context is sent once `initPage` is done. */
export const createFetch = (options: CreateFetchOptions): typeof fetch => create(options, pageContext);

export { default as init, whenElementReady } from "./docent_core.js";
export { default as initPage, pageContext, askSelection } from "./docent_page.js";
export type { InitInput, SelectionHandle } from "./docent_core.js";
export type * from "./types.js";
