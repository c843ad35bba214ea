"use client";
/** The package `docent/react`: the hook and the component, with the wasm as part of the JavaScript. */
import { connectHook } from "./react-hook.js";

export const useDocent = /* @__PURE__ */ connectHook({
  core: async () => (await import("./docent_core_inline.js")).default(),
  page: async () => (await import("./docent_page_inline.js")).default(),
});
export * from "./react-chat.js";
export type * from "./react-options.js";
