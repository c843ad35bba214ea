/** The class behind the tag: wasm cannot extend `HTMLElement`, so this does, and forwards everything to its inside. */
import init, { DocentElement, type InitInput } from "./docent_element.js";
import type {
  DocentChatAction,
  DocentChatComposerValue,
  DocentChatElement,
  DocentChatMessage,
  DocentChatOptions,
} from "./element-types.js";

// One for the page, whichever entry points it uses.
let loading: Promise<void> | undefined;

function load(source: () => InitInput | Promise<InitInput>): Promise<void> {
  loading ??= (async () => {
    try {
      await init({ module_or_path: await source() });
    } catch (cause) {
      loading = undefined;
      const message =
        `The WebAssembly of docent/element could not be loaded (${String(cause)}). A Content-Security-Policy must have ` +
        `'wasm-unsafe-eval' in script-src, and for docent/element/url the file's origin in connect-src.`;
      throw Object.assign(new Error(message, { cause }), { name: "DocentError", code: "wasm_unavailable" });
    }
  })();
  return loading;
}

/** Makes `defineDocentChat` over the wasm that `source` gives. */
export function definer(source: () => InitInput | Promise<InitInput>) {
  /**
   * Registers `<docent-chat>` and the other names that are still free, for example `"openai-chatkit"`, so that
   * `@openai/chatkit-react` drives this element unchanged. Resolves to the names that belong to it now; a name another
   * element has taken is left alone. On a server it does nothing.
   */
  return async function defineDocentChat(names: readonly string[] = []): Promise<string[]> {
    if (typeof customElements === "undefined") return [];
    await load(source);
    const ours: string[] = [];
    for (const name of new Set(["docent-chat", ...names])) {
      const known = customElements.get(name) as { docent?: boolean } | undefined;
      if (!known) customElements.define(name, elementClass());
      if (!known || known.docent) ours.push(name);
    }
    return ours;
  };
}

/** A class of its own for each name: the browser refuses the same one twice. */
function elementClass(): CustomElementConstructor {
  return class extends HTMLElement implements DocentChatElement {
    /** Tells this element from another one under the same name. */
    static readonly docent = true;

    #inside: DocentElement | undefined;
    #options: DocentChatOptions | undefined;
    #start!: () => void;
    // Methods wait for the first options and for a place in the document.
    #started = this.#wait();
    #isStarted = false;

    connectedCallback(): void {
      this._upgradeProperty("options");
      this.#inside ??= new DocentElement(this);
      this.#inside.connect(this, this.#options);
      this.#apply();
    }

    disconnectedCallback(): void {
      // Moving an element takes it out and puts it back at once; that must not break an answer off.
      queueMicrotask(() => {
        if (this.isConnected) return;
        this.#inside?.disconnect();
        if (this.#isStarted) this.#started = this.#wait();
        this.#isStarted = false;
      });
    }

    get options(): DocentChatOptions | undefined {
      return this.#options;
    }

    set options(options: DocentChatOptions | undefined) {
      if (options) this.setOptions(options);
    }

    setOptions(options: DocentChatOptions): void {
      this.#options = options;
      // Outside the document the inside holds nothing of the page; it is given the options when the element comes back.
      if (this.#inside && this.isConnected) this.#apply();
    }

    async focusComposer(): Promise<void> {
      (await this.#ready()).focusComposer();
    }

    async setThreadId(threadId: string | null): Promise<void> {
      await (await this.#ready()).setThreadId(threadId);
    }

    async sendCustomAction(action: DocentChatAction, itemId?: string): Promise<void> {
      await (await this.#ready()).sendCustomAction(action, itemId);
    }

    async sendUserMessage(params: DocentChatMessage): Promise<void> {
      await (await this.#ready()).sendUserMessage(params);
    }

    async setComposerValue(params: DocentChatComposerValue): Promise<void> {
      (await this.#ready()).setComposerValue(params);
    }

    async showHistory(): Promise<void> {
      (await this.#ready()).showHistory();
    }

    async hideHistory(): Promise<void> {
      (await this.#ready()).hideHistory();
    }

    async fetchUpdates(): Promise<void> {
      await (await this.#ready()).fetchUpdates();
    }

    #apply(): void {
      if (!this.#options) return;
      this.#inside?.setOptions(this.#options);
      this.#start();
      this.#isStarted = true;
    }

    #wait(): Promise<void> {
      return new Promise((resolve) => (this.#start = resolve));
    }

    async #ready(): Promise<DocentElement> {
      await this.#started;
      return this.#inside as DocentElement;
    }

    /** A property that was set before the class was known hides the class's accessor: it is set again through it. */
    private _upgradeProperty(name: "options"): void {
      if (!Object.hasOwn(this, name)) return;
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
  };
}
