/**
 * Describes `docent_page.js`, the glue that wasm-bindgen makes for what looks at the page in the Rust crate `docent`: the
 * functions as they are once the wasm is loaded, and the shapes of what goes in and out.
 */
import type { InitInput, Maybe } from "./docent_core.js";

/** Loads the wasm. Called again after it has succeeded, it does nothing. */
export default function init(source: {
  module_or_path: InitInput | Promise<InitInput>;
}): Promise<unknown>;

/** Options of `pageContext`. */
export interface PageContextOptions {
  /** Whether to look at the page at all, asked each time: the place for a consent. */
  enabled?: boolean | (() => boolean | Promise<boolean>);
  /** How many tokens of text and outline to take, by estimate; 1500. 0 takes neither. */
  maxTokens?: number;
  /** A selector of the main content; looked for (`article`, `main`, …) if not given or not on the page. */
  content?: string;
  /** A selector of parts that are none of it, besides navigation, forms, `[data-private]` and the like. */
  exclude?: string;
  /** Whether to read open shadow trees, too; `false`. Browsers before 2024 leave them out. */
  shadow?: boolean;
  /** If given, only these query parameters stay in addresses. */
  allowQuery?: string[];
  /** Query parameters to drop besides those that look like secrets or tracking. */
  denyQuery?: string[];
  /** Changes the context before it is used; `null` sends none. */
  transform?: (context: PageContext) => Maybe<object>;
}

/** One heading of a page. */
export interface PageHeading {
  /** 1 to 6. */
  level: number;
  /** The id that links to it use; empty if it has none. */
  id: string;
  text: string;
  /** The texts that lead to it, outermost first, its own last. */
  path: string[];
}

/** A page beside this one. */
export interface PageNeighbour {
  title: string;
  url: string;
}

/** What a page of documentation says about its place. What it does not say is absent. */
export interface PageDocs {
  /** As the page's `generator` says it. */
  generator?: string;
  framework?: "Docusaurus" | "Next" | "Nextra" | "VitePress" | "Starlight" | "MkDocs" | "Sphinx";
  frameworkVersion?: string;
  /** The version that is documented, as its generator calls it. */
  version?: string;
  /** The version as readers see it. */
  versionLabel?: string;
  /** Docusaurus' search tag. */
  tag?: string;
  locale?: string;
  /** Docusaurus' id of the page. */
  docId?: string;
  editUrl?: string;
  previous?: PageNeighbour;
  next?: PageNeighbour;
  /** The pages that lead to it, outermost first. */
  breadcrumbs?: string[];
  /** The entries of the navigation that lead to it, its own last. */
  sidebar?: string[];
  /** The tabs that are open in the content. */
  tabs?: string[];
}

/** What page the reader is on. Untrusted for whoever reads it: a page can say anything. */
export interface PageContext {
  /** The version of this shape. */
  schema: 1;
  /** Without user name, password, secret or tracking parameters; with a hash only if it names an element. */
  url: string;
  path: string;
  /** Without the name of the site. This and what follows is absent while a single-page site still shows the page before. */
  title?: string;
  siteName?: string;
  description?: string;
  /** The nearest to the content, as in `<html lang>`. */
  lang?: string;
  dir?: string;
  /** What the page says its address is, if on the same site. */
  canonicalUrl?: string;
  /** As `og:type` and `og:image` say it. */
  type?: string;
  image?: string;
  /** When it was changed, as the page writes it. */
  modified?: string;
  keywords?: string;
  /** The page asks models to leave it alone; there are no headings and no text. */
  noai?: true;
  docs?: PageDocs;
  /** From its JSON-LD: breadcrumbs, articles, questions and source code, with the keys that help to answer. */
  structuredData?: Record<string, unknown>[];
  /** How far it is scrolled, 0 to 100. */
  scrolledPercent?: number;
  /** The heading of the section that the reader selected text in, else of the one in view. */
  section?: PageHeading;
  /** The headings of the main content, as far as there is room, 100 at most. */
  headings?: PageHeading[];
  /** How many headings there are. */
  headingCount?: number;
  /** The main content as light Markdown: the selection and that section first if not all of it fits. */
  text?: string;
  /** The headings of sections that `text` leaves out or cuts, 20 at most. */
  omitted?: string[];
  /** Whether `text` is not all of it. */
  truncated: boolean;
  /** When it was taken, ISO 8601 in UTC. */
  timestamp: string;
  /** What was taken out, counted. */
  redacted: { query: number; jwt: number; apiKey: number; privateKey: number; hex: number };
}

/** What page the reader is on; `null` without a page. Form fields, hidden and private parts are never read. */
export function pageContext(options?: PageContextOptions): Promise<PageContext | null>;

/** A passage that the reader selected. */
export interface AskedPassage {
  /** The passage, without invisible characters; where too long, its beginning and its end. */
  text: string;
  /** Whether something of it was left out. */
  truncated: boolean;
  /** Characters of the whole passage. */
  charCount: number;
  /** The page's address, with a text fragment that finds the passage. */
  url: string;
  /** The nearest heading above it. */
  heading?: PageHeading;
  /** What comes before and after it on the page. */
  prefix: string;
  suffix: string;
  /** What kind of block it is in. */
  block: "paragraph" | "heading" | "list" | "table" | "quote" | "code" | "text";
  /** The language of the code that it is in. */
  codeLanguage?: string;
  lang?: string;
  dir?: string;
  /** Where it is in the viewport, in pixels. */
  rect: { x: number; y: number; width: number; height: number };
}

/** What the reader asks about. */
export interface AskedSelection extends AskedPassage {
  /** The id of the action that was pressed. */
  action: string;
  /** The passages that were collected before it by the action `add`, in that order. */
  snippets: AskedPassage[];
}

/** A button of the popover: `add` collects the passage, `copy` copies it, all others call `onAsk`. */
export type SelectionAction = { id: string; label: string } | "ask" | "explain" | "add" | "copy";

/** Where one may ask: a shadow root in the list opens its tree, a frame of the same origin what it shows. */
export type SelectionRoot = Element | Document | ShadowRoot | HTMLIFrameElement | string;

/** Options of `askSelection`. */
export interface AskSelectionOptions {
  /** Gets the passage when the reader asks. */
  onAsk: (selection: AskedSelection) => void;
  /** Where passages may be; the whole page, without shadow trees and frames, if not given. */
  root?: SelectionRoot | SelectionRoot[];
  /** Fewer visible characters are no passage; 3. */
  minChars?: number;
  /** Longer passages lose their middle; 4000. */
  maxChars?: number;
  /** Characters of `prefix` and `suffix`; 64. */
  contextChars?: number;
  /** The button's text; `Ask`. */
  label?: string;
  /** Several buttons in place of the one. The names stand for themselves in English. */
  actions?: SelectionAction[];
  /** Names the bar for screen readers. */
  toolbarLabel?: string;
  /** Names the list of collected passages. */
  trayLabel?: string;
  /** Begins the name of the buttons that take one out of it. */
  removeLabel?: string;
  /** Told to screen readers after `add` and `copy`. */
  addedLabel?: string;
  copiedLabel?: string;
  /** Told to screen readers once per visit. */
  hint?: string;
  /** Keys that ask about the current selection; `Alt+Shift+Q`, `false` for none. */
  shortcut?: string | false;
  /** `auto` follows the page and the system. */
  theme?: "auto" | "light" | "dark";
  /** Pixels that a sticky header covers at the top; the page's own `scroll-padding-top` counts as well. */
  insetTop?: number;
}

/** The popover as the wasm makes it. */
export interface SelectionHandle {
  /** Asks about the current selection, or else the collected passages, and says whether there was anything. */
  ask(): boolean;
  /** Takes everything off the page. */
  destroy(): void;
}

/** Shows a small bar beside selected text that hands the passage over. */
export function askSelection(options: AskSelectionOptions): SelectionHandle;

/** A question about a passage, for a chat element. */
export interface AskRequest {
  /** The passage: becomes the quotation. May be left out where there is a `prompt`. */
  text?: string;
  /** The message. */
  prompt?: string;
  /** Sends it at once; otherwise it waits in the composer. */
  send?: boolean;
  /** Sends it in a new thread. */
  newThread?: boolean;
}

/** Puts questions into a chat element when it can take them. */
export interface AskQueue {
  /** Says that the element can be used. */
  usable(): void;
  /** Resolves once the element has taken the question. */
  ask(request: AskRequest): Promise<void>;
  /** Rejects what still waits. */
  destroy(): void;
}

/** Makes a queue for this element. */
export function askQueue(options: { element: Element; onBusy?: (busy: boolean) => void }): AskQueue;

/**
 * Why the wait for the element `name` failed with this `code`, and what to do. `detail` is the status of the script's answer,
 * or the name of the Trusted Types policy that the page did not allow.
 */
export function explainFailure(code: string, name: string, url: Maybe<string>, detail: string | number): string;
