/** What `createFetch` hands to the wasm, so that neither keeps the other in memory. */
import type { CreateFetchOptions } from "./docent_core.js";

/** What to do where a policy without `'wasm-unsafe-eval'`, or whatever else, keeps the wasm from being loaded. */
export interface WithoutWasm {
  /** Sends the requests then: a `fetch` of yours that says who is asking. Without it they get a 503 response. */
  withoutWasm?: typeof fetch;
}

/**
 * The options as the wasm may keep them. It lets go of what it is handed when its fetch is gone, and the fetch is never gone
 * while a callback that the wasm holds leads back to it. So it is lent callbacks that find the real ones in `functions`,
 * which the fetch has to hold, as it does by using it.
 */
export function lend(options: CreateFetchOptions & WithoutWasm): { lent: CreateFetchOptions; functions: WithoutWasm } {
  const functions: Functions = {};
  const weak = new WeakRef(functions);
  const borrow = (given: object, path: string, lent: Record<string, unknown>) => {
    for (const [name, value] of Object.entries(given)) {
      const key = path + name;
      if (typeof value === "function") {
        functions[key] = value;
        lent[name] = borrowed(weak, key);
      } else if (name === "pageContext" && typeof value === "object" && value) {
        lent[name] = borrow(value, "pageContext.", {});
      } else {
        lent[name] = value;
      }
    }
    return lent;
  };
  // What is no object is refused by the wasm, by name.
  if (typeof options !== "object" || !options) return { lent: options, functions };
  const lent: CreateFetchOptions = Object.create(options);
  borrow(options, "", lent as unknown as Record<string, unknown>);
  return { lent, functions };
}

type Functions = WithoutWasm & Record<string, unknown>;

/** Made here, where nothing else can be seen: a function holds all variables of the place it is made in. */
function borrowed(weak: WeakRef<Functions>, key: string): (...args: unknown[]) => unknown {
  return (...args) => (weak.deref()?.[key] as ((...args: unknown[]) => unknown) | undefined)?.(...args);
}
