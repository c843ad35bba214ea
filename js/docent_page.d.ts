/**
 * Describes `docent_page.js`, the glue that wasm-bindgen makes for what looks at the page in the Rust crate `docent`: the
 * functions as they are once the wasm is loaded. The shapes are those of `docent_core.d.ts`.
 */
import type {
  AskSelectionOptions,
  InitInput,
  PageContext,
  PageContextOptions,
  SelectionHandle,
} from "./docent_core.js";

/** Loads the wasm. Called again after it has succeeded, it does nothing. */
export default function init(source: {
  module_or_path: InitInput | Promise<InitInput>;
}): Promise<unknown>;

/** What page the reader is on; `null` without a page. Form fields, hidden and private parts are never read. */
export function pageContext(options?: PageContextOptions): Promise<PageContext | null>;

/** Shows a small bar beside selected text that hands the passage over. */
export function askSelection(options: AskSelectionOptions): SelectionHandle;
