/**
 * The package `docent/slim`: loads nothing by itself. `await init({ module_or_path })` comes before createFetch and
 * whenElementReady, `await initPage({ module_or_path })` before pageContext and askSelection.
 */
import {
  type CreateFetchOptions,
  type DocentFetch,
  type ElementReady,
  type WhenElementReadyOptions,
  createFetch as create,
  whenElementReady as wait,
} from "./docent_core.js";
import { explainFailure, pageContext } from "./docent_page.js";
import { lend } from "./lend.js";

/** As `createFetch` of the other entry points. The page's context is sent once `initPage` is done. */
export function createFetch(options: CreateFetchOptions): DocentFetch {
  const { lent, functions } = lend(options);
  const fetch = create(lent, pageContext);
  const send: typeof globalThis.fetch = async (input, requestInit) => {
    const answer = await fetch(input, requestInit);
    // Named behind the wait, so that whoever asked keeps the callbacks until there is an answer.
    return functions && answer;
  };
  return Object.assign(send, { session: async () => functions && (await fetch.session()) });
}

/** As `whenElementReady` of the other entry points. What an error says is said in full once `initPage` is done. */
export function whenElementReady(options?: WhenElementReadyOptions): Promise<ElementReady> {
  return wait(options, (failure) => explainFailure(...failure));
}

export { default as init } from "./docent_core.js";
export { default as initPage, pageContext, askSelection } from "./docent_page.js";
export type { InitInput } from "./docent_core.js";
export type { SelectionHandle } from "./docent_page.js";
export type * from "./types.js";
