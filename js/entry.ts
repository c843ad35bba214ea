/** What the entry points have in common: the functions of the wasm as they can be called before it is loaded. */
import type * as core from "./docent_core.js";
import type { DocentError, DocentErrorCode, InitInput } from "./docent_core.js";
import { type WithoutWasm, lend } from "./lend.js";
import type { AskSelectionOptions, PageContext, PageContextOptions, SelectionHandle } from "./docent_page.js";

/** The popover's handle: there at once, at work once the wasm is. */
export interface AskSelectionHandle {
  /** Asks about the current selection, and says whether there is one. */
  ask(): boolean;
  /** Takes everything off the page. */
  destroy(): void;
  /** Resolves once the popover is at work, at once where there is no page; rejects with a {@link DocentError}. */
  readonly ready: Promise<void>;
}

/** The four functions, loading the wasm when the first of them is used. */
export interface Docent {
  /** As {@link core.createFetch}; requests wait for the wasm, and get a 503 response if it cannot be loaded. */
  createFetch(options: core.CreateFetchOptions & WithoutWasm): core.DocentFetch;
  /** As {@link core.whenElementReady}; what an error says comes with the page's part of the wasm. */
  whenElementReady(options?: core.WhenElementReadyOptions): Promise<core.ElementReady>;
  /** What page the reader is on; `null` without a page. Form fields, hidden and private parts are never read. */
  pageContext(options?: PageContextOptions): Promise<PageContext | null>;
  /** Shows a small bar beside selected text that hands the passage over; its handle is there at once. */
  askSelection(options: AskSelectionOptions): AskSelectionHandle;
}

/** Gives a module's wasm, in any form that can be loaded. */
export type Source = () => InitInput | Promise<InitInput>;

/** Where the two modules come from: what every chat needs, and what looks at the page. */
export interface Sources {
  core: Source;
  page: Source;
}

/** Loads the core once. What failed is tried again by the next call. */
// Once for each entry point that a page uses; there is one instance whichever they are, because the script sees to that.
const loadCore = /* @__PURE__ */ once(() => import("./docent_core.js"));

/** Loads what looks at the page. */
export const loadPage = /* @__PURE__ */ once(() => import("./docent_page.js"));

function once<T extends { default: typeof core.default }>(script: () => Promise<T>): (source: Source) => Promise<T> {
  let loading: Promise<T> | undefined;
  return (source) =>
    (loading ??= (async () => {
      try {
        // Both are on their way at once.
        const [glue, wasm] = await Promise.all([script(), source()]);
        await glue.default({ module_or_path: wasm });
        return glue;
      } catch (cause) {
        loading = undefined;
        const message =
          `The WebAssembly of docent could not be loaded (${String(cause)}). A Content-Security-Policy must have ` +
          `'wasm-unsafe-eval' in script-src, and for the "url" entry points the file's origin in connect-src.`;
        throw docentError("wasm_unavailable", message, cause);
      }
    })());
}

/** The four functions over the wasm that `sources` give. */
export function connect(sources: Sources): Docent {
  const hasPage = typeof document !== "undefined";
  const pageContext: Docent["pageContext"] = async (options) =>
    hasPage ? (await loadPage(sources.page)).pageContext(options) : null;
  return {
    pageContext,
    createFetch(options) {
      let made: Promise<core.DocentFetch> | undefined;
      const { lent, functions } = lend(options);
      const make = () => (made ??= loadCore(sources.core).then((core) => core.createFetch(lent, pageContext)));
      // The first message should not wait for it. What goes wrong here goes wrong there again, and is told there.
      if (hasPage) {
        make().catch(() => (made = undefined));
        if (options.pageContext !== false) loadPage(sources.page).catch(() => {});
      }
      const send: typeof fetch = async (input, requestInit) => {
        let ready: typeof fetch;
        try {
          ready = await make();
        } catch (error) {
          made = undefined;
          if ((error as DocentError).code !== "wasm_unavailable") throw error;
          console.error(error);
          ready = functions.withoutWasm ?? unavailable;
        }
        // Waited for here, so that whoever asked keeps the callbacks until there is an answer.
        return await ready(input, requestInit);
      };
      const session = async () => await (await make()).session();
      return Object.assign(send, { session });
    },
    async whenElementReady(options) {
      if (!hasPage) {
        throw docentError("no_document", "whenElementReady needs a page. Call it in the browser, for example in an effect.");
      }
      const { whenElementReady } = await loadCore(sources.core);
      return whenElementReady(options, async (failure) => (await loadPage(sources.page)).explainFailure(...failure));
    },
    askSelection(options) {
      let handle: SelectionHandle | undefined;
      let isDestroyed = !hasPage;
      const start = async () => {
        if (isDestroyed) return;
        const page = await loadPage(sources.page);
        if (!isDestroyed) handle = page.askSelection(options);
      };
      const ready = start();
      // A caller who does not look at `ready` still learns of it.
      ready.catch((error: unknown) => console.error(error));
      return {
        ready,
        ask: () => handle?.ask() ?? false,
        destroy() {
          isDestroyed = true;
          handle?.destroy();
        },
      };
    },
  };
}

function docentError(code: DocentErrorCode, message: string, cause?: unknown): DocentError {
  return Object.assign(new Error(message, { cause }), { name: "DocentError" as const, code });
}

/** A rejected fetch is fatal to the chat element; this one it may try again. */
async function unavailable(): Promise<Response> {
  const message = "The chat could not be loaded. Reload the page to try again.";
  const body = JSON.stringify({ error: { code: "wasm_unavailable", message } });
  return new Response(body, { status: 503, headers: { "content-type": "application/json" } });
}
