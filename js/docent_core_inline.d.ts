/** Describes `docent_core_inline.js`: the bytes of `docent_core_bg.wasm`, as base64. */
declare const base64: string;
export default base64;
