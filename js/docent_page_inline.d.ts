/** Describes `docent_page_inline.js`, which holds the bytes of `docent_page_bg.wasm` as text. */

/** Gives the bytes; throws an `Error` where the script was not read as UTF-8. */
export default function bytes(): Uint8Array<ArrayBuffer>;
