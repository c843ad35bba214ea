/** Describes `docent_element_inline.js`: the bytes of `docent_element_bg.wasm`, as base64. */
declare const base64: string;
export default base64;
