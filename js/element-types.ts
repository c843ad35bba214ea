/** The shapes of `docent/element`: the official element's surface, and what this one adds. */

/** Options of the element. They are never merged: give all of them each time. */
export interface DocentChatOptions {
  /** The server. `domainKey` is accepted and not used: nothing is verified elsewhere. */
  api: {
    /** The ChatKit endpoint, absolute or relative to the page. */
    url: string;
    domainKey?: string;
    /** Called as `(url: string, init)` with a string body; make it with `createFetch` of `docent`. */
    fetch?: typeof fetch;
    /** How files reach the server. */
    uploadStrategy?: { type: "two_phase" } | { type: "direct"; uploadUrl: string };
  };
  /** The interface's language; the browser's when left out, English when it is not there. */
  locale?: string;
  /** The look. `auto` (follow the system) is this element's own; the default is `light`. */
  theme?: DocentChatColorScheme | DocentChatTheme;
  /** The accessible name of the whole. */
  frameTitle?: string;
  /** The thread to open first. */
  initialThread?: string | null;
  /** Answers the server's client tools. */
  onClientTool?: (call: {
    name: string;
    params: Record<string, unknown>;
  }) => Promise<Record<string, unknown>> | Record<string, unknown>;
  header?: {
    enabled?: boolean;
    title?: { enabled?: boolean; text?: string };
    leftAction?: { icon: string; onClick: () => void };
    rightAction?: { icon: string; onClick: () => void };
  };
  history?: { enabled?: boolean; showDelete?: boolean; showRename?: boolean };
  startScreen?: {
    greeting?: string;
    prompts?: { label: string; prompt: string | DocentChatContent[]; icon?: string }[];
  };
  threadItemActions?: { feedback?: boolean; retry?: boolean };
  /** With `autoScroll` the view follows an answer to its end; without, until the question has reached the top. */
  thread?: { autoScroll?: boolean };
  /** Markdown below the composer. */
  disclaimer?: { text: string; highContrast?: boolean };
  composer?: {
    placeholder?: string;
    attachments?: {
      enabled: boolean;
      /** In bytes, for all files or by MIME pattern. Default 100 MB. */
      maxSize?: number | Record<string, number>;
      maxCount?: number;
      accept?: Record<string, string[]>;
    };
    tools?: {
      id: string;
      label: string;
      icon?: string;
      shortLabel?: string;
      placeholderOverride?: string;
      pinned?: boolean;
      persistent?: boolean;
    }[];
    models?: { id: string; label: string; description?: string; disabled?: boolean; default?: boolean }[];
    dictation?: { enabled: boolean };
  };
  entities?: {
    onTagSearch?: (query: string) => Promise<DocentChatEntity[]>;
    showComposerMenu?: boolean;
    onClick?: (entity: DocentChatEntity) => void;
    onRequestPreview?: (entity: DocentChatEntity) => Promise<{ preview: unknown }>;
  };
  commands?: {
    enabled: boolean;
    onSearch?: (query: string) => Promise<unknown[]>;
    onSelect?: (command: unknown) => Promise<unknown>;
  };
  widgets?: {
    onAction?: (action: DocentChatAction, item: { id: string; widget: unknown }) => Promise<void>;
  };
}

/** Light, dark, or as the reader's system says. */
export type DocentChatColorScheme = "light" | "dark" | "auto";

/** The look in detail. */
export interface DocentChatTheme {
  colorScheme?: DocentChatColorScheme;
  typography?: {
    /** In pixels. */
    baseSize?: 14 | 15 | 16 | 17 | 18;
    fontSources?: {
      family: string;
      src: string;
      weight?: string | number;
      style?: string;
      display?: string;
      unicodeRange?: string;
    }[];
    fontFamily?: string;
    fontFamilyMono?: string;
  };
  radius?: "pill" | "round" | "soft" | "sharp";
  density?: "compact" | "normal" | "spacious";
  color?: {
    grayscale?: { hue: number; tint: number; shade?: number };
    accent?: { primary: string; level: 0 | 1 | 2 | 3 };
    surface?: { background: string; foreground: string };
  };
}

/** A piece of a message: text, or a tag. */
export type DocentChatContent =
  | { type: "input_text"; text: string }
  | {
      type: "input_tag";
      id: string;
      text: string;
      group?: string;
      data?: Record<string, unknown>;
      interactive?: boolean;
    };

/** A thing the page knows and a message can mention. */
export interface DocentChatEntity {
  id: string;
  title: string;
  icon?: string;
  group?: string;
  interactive?: boolean;
  data?: Record<string, string>;
}

/** A file that is on the server. */
export interface DocentChatAttachment {
  type: "file" | "image";
  id: string;
  name: string;
  mime_type: string;
  preview_url?: string;
}

/** An action of the page or of a widget. */
export interface DocentChatAction {
  type: string;
  payload?: Record<string, unknown>;
}

/** What `sendUserMessage` takes. */
export interface DocentChatMessage {
  text?: string;
  /** In place of `text`, with tags. */
  content?: DocentChatContent[];
  /** The passage the message refers to, shown as plain text above it. */
  reply?: string;
  attachments?: DocentChatAttachment[];
  /** Begins a new conversation. */
  newThread?: boolean;
  toolChoice?: { id: string };
  model?: string;
}

/** What `setComposerValue` takes; what is left out stays as it is. */
export interface DocentChatComposerValue {
  text?: string;
  content?: DocentChatContent[];
  reply?: string;
  attachments?: DocentChatAttachment[];
  /** Files to upload. */
  files?: File[];
  selectedToolId?: string | null;
  selectedModelId?: string;
}

/** The element. Methods are asynchronous and wait until it is in the document and has options. */
export interface DocentChatElement extends HTMLElement {
  /** The options as they were set last; setting them is the same as {@link setOptions}. */
  options: DocentChatOptions | undefined;
  /** Applies a full set of options. What is not understood is said once on the console. */
  setOptions(options: DocentChatOptions): void;
  /** Puts the focus into the composer. */
  focusComposer(): Promise<void>;
  /** Opens a thread, or a new conversation with `null`. Resolves once it is shown. */
  setThreadId(threadId: string | null): Promise<void>;
  /** Sends an action to the server, on behalf of the widget in the item `itemId`. */
  sendCustomAction(action: DocentChatAction, itemId?: string): Promise<void>;
  /** Sends a message. Rejects with the code `busy` while an answer is on its way; waits while a thread loads. */
  sendUserMessage(params: DocentChatMessage): Promise<void>;
  /** Fills the composer without sending. */
  setComposerValue(params: DocentChatComposerValue): Promise<void>;
  /** Opens the history. */
  showHistory(): Promise<void>;
  /** Closes the history. */
  hideHistory(): Promise<void>;
  /** Fetches what is new in the thread shown. */
  fetchUpdates(): Promise<void>;
}

/** The events of the element, all on the element itself. They do not bubble. */
export interface DocentChatEvents {
  /** The element is there and has its options. */
  "chatkit.ready": CustomEvent<null>;
  /** Something failed; `error` is a `DocentError` with a `code`, or what a function of the page threw. */
  "chatkit.error": CustomEvent<{ error: Error }>;
  /** The server asks the page to do something. */
  "chatkit.effect": CustomEvent<{ name: string; data?: Record<string, unknown> }>;
  /** A `chatkit-link://` link was pressed. */
  "chatkit.deeplink": CustomEvent<{ name: string; data?: Record<string, unknown> }>;
  /** An answer is on its way; commands are refused until it ends. */
  "chatkit.response.start": CustomEvent<null>;
  /** The answer has ended, well or not. */
  "chatkit.response.end": CustomEvent<null>;
  /** Another conversation is shown. Keep the id and give it as `initialThread` to come back to it. */
  "chatkit.thread.change": CustomEvent<{ threadId: string | null }>;
  "chatkit.thread.load.start": CustomEvent<{ threadId: string }>;
  "chatkit.thread.load.end": CustomEvent<{ threadId: string }>;
  /** Another tool is chosen in the composer. */
  "chatkit.tool.change": CustomEvent<{ toolId: string | null }>;
  "chatkit.history.open": CustomEvent<null>;
  "chatkit.history.close": CustomEvent<null>;
  /** Diagnostics. */
  "chatkit.log": CustomEvent<{ name: string; data?: Record<string, unknown> }>;
}

declare global {
  interface HTMLElementTagNameMap {
    "docent-chat": DocentChatElement;
  }
  interface HTMLElementEventMap extends DocentChatEvents {}
}
