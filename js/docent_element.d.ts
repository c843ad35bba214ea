/**
 * Describes `docent_element.js`, the glue that wasm-bindgen makes for the Rust crate `docent-element`: the inside of one
 * chat element. The class that extends `HTMLElement` (element-class.ts) holds it and forwards to it.
 */

/** Where the wasm comes from: an address, an answer to a request for it, its bytes, or a compiled module. */
export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

/** Loads the wasm. Called again after it has succeeded, it does nothing. */
export default function init(source: { module_or_path: InitInput | Promise<InitInput> }): Promise<unknown>;

/** The inside of one element. */
export class DocentElement {
  /** Attaches the shadow root and its styles. Nothing is shown before {@link connect}. */
  constructor(host: HTMLElement);
  /** Frees its memory. It must not be used afterwards. */
  free(): void;
  /** The element is in the document, with the options it was given last, if any: shows it and listens. */
  connect(host: HTMLElement, options: unknown): void;
  /** The element has left the document: stops reading, and lets go of the element. It can come back. */
  disconnect(): void;
  /** Applies a full set of options. What is not understood is said once on the console. */
  setOptions(options: unknown): void;
  /** Puts the focus into the composer. */
  focusComposer(): void;
  /** Opens a thread, or a new conversation. Resolves once it is shown. */
  setThreadId(threadId: string | null | undefined): Promise<void>;
  /** Sends an action, on behalf of a widget when `itemId` names one. Resolves once the server has begun to answer. */
  sendCustomAction(action: unknown, itemId: string | undefined): Promise<void>;
  /** Sends a message. Rejects with the code `busy` while an answer is on its way. */
  sendUserMessage(params: unknown): Promise<void>;
  /** Fills the composer. */
  setComposerValue(params: unknown): void;
  /** Opens the history. */
  showHistory(): void;
  /** Closes the history. */
  hideHistory(): void;
  /** Fetches what is new in the thread shown. */
  fetchUpdates(): Promise<void>;
}
