/** What the entry points have in common: the functions of the wasm as they can be called before it is loaded. */
import init, * as core from "./docent_core.js";
import type {
  AskSelectionOptions,
  DocentError,
  DocentErrorCode,
  InitInput,
  SelectionHandle,
} from "./docent_core.js";

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
  createFetch: typeof core.createFetch;
  /** As {@link core.whenElementReady}. */
  whenElementReady: typeof core.whenElementReady;
  /** As {@link core.pageContext}. */
  pageContext: typeof core.pageContext;
  /** As {@link core.askSelection}, with a handle that is there at once. */
  askSelection(options: AskSelectionOptions): AskSelectionHandle;
}

/** Gives the wasm, in any form that can be loaded. */
export type Source = () => InitInput | Promise<InitInput>;

// One for the page, whichever entry points it uses: a second instance would pull the memory away from the first.
let loading: Promise<typeof core> | undefined;

/** Loads the wasm once. What failed is tried again by the next call. */
export function load(source: Source): Promise<typeof core> {
  loading ??= (async () => {
    try {
      await init({ module_or_path: await source() });
      return core;
    } catch (cause) {
      loading = undefined;
      const message =
        `The WebAssembly of docent could not be loaded (${String(cause)}). A Content-Security-Policy must have ` +
        `'wasm-unsafe-eval' in script-src, and for the "url" entry points the file's origin in connect-src.`;
      throw docentError("wasm_unavailable", message, cause);
    }
  })();
  return loading;
}

/** The four functions over the wasm that `source` gives. */
export function connect(source: Source): Docent {
  return {
    createFetch(options) {
      let made: Promise<typeof fetch> | undefined;
      const make = () => (made ??= load(source).then((core) => core.createFetch(options)));
      // The first message should not wait for it. What goes wrong here goes wrong there again, and is told there.
      if (typeof document !== "undefined") make().catch(() => (made = undefined));
      return async (input, requestInit) => {
        let send: typeof fetch;
        try {
          send = await make();
        } catch (error) {
          made = undefined;
          if ((error as DocentError).code !== "wasm_unavailable") throw error;
          console.error(error);
          return unavailable();
        }
        return send(input, requestInit);
      };
    },
    async whenElementReady(options) {
      if (typeof document === "undefined") {
        throw docentError("no_document", "whenElementReady needs a page. Call it in the browser, for example in an effect.");
      }
      return (await load(source)).whenElementReady(options);
    },
    async pageContext(options) {
      return typeof document === "undefined" ? null : (await load(source)).pageContext(options);
    },
    askSelection(options) {
      let handle: SelectionHandle | undefined;
      let isDestroyed = typeof document === "undefined";
      const start = async () => {
        if (isDestroyed) return;
        const core = await load(source);
        if (!isDestroyed) handle = core.askSelection(options);
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
function unavailable(): Response {
  const message = "The chat could not be loaded. Reload the page to try again.";
  return Response.json({ error: { code: "wasm_unavailable", message } }, { status: 503 });
}
