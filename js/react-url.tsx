"use client";
/** The package `docent/react/url`: the hook and the component, with the wasm as a file of its own. */
import { connectHook } from "./react-hook.js";

export const useDocent = /* @__PURE__ */ connectHook({
  core: () => fetch(new URL("./docent_core_bg.wasm", import.meta.url)),
  page: () => fetch(new URL("./docent_page_bg.wasm", import.meta.url)),
});
export * from "./react-chat.js";
export type * from "./react-options.js";
