/**
 * Describes `docent_core.js`, the glue that wasm-bindgen makes for what every chat needs of the Rust crate `docent`: the
 * functions as they are once the wasm is loaded, and the shapes of what goes in and out. All entry points take their types
 * from here, those of `docent_page.js` too.
 */

/** Where the wasm comes from: an address, an answer to a request for it, its bytes, or a compiled module. */
export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

/** Loads the wasm. Called again after it has succeeded, it does nothing. */
export default function init(source: {
  module_or_path: InitInput | Promise<InitInput>;
}): Promise<unknown>;

/** The codes of a {@link DocentError}; they are never renamed. */
export type DocentErrorCode =
  /** An option is missing or has the wrong type. */
  | "invalid_option"
  /** There is no page: the function was called on a server or in a worker. */
  | "no_document"
  /** The wasm could not be loaded; the message says what to allow. */
  | "wasm_unavailable"
  /** The browser or an extension refused to load the element's script. */
  | "blocked"
  /** The element's script could not be fetched. */
  | "network"
  /** The element was not defined in time. */
  | "timeout"
  /** The page's Content-Security-Policy forbids the element's script. */
  | "csp"
  /** The element's script did not match its `integrity`. */
  | "sri"
  /** The browser is offline. */
  | "offline"
  /** The element's script ran and did not define the element. */
  | "undefined"
  /** The caller's signal ended the wait. */
  | "aborted";

/** What every function rejects or throws: a real `Error` whose message says what to do. */
export interface DocentError extends Error {
  readonly name: "DocentError";
  readonly code: DocentErrorCode;
}

/** A value that may be there now, later or not at all. */
export type Maybe<T> = T | null | undefined | Promise<T | null | undefined>;

/** Options of {@link createFetch}. */
export interface CreateFetchOptions {
  /** The ChatKit endpoint, absolute or relative to the page. Identity goes to its origin only. */
  apiUrl: string;
  /** Further origins that may learn who the reader is, such as that of an upload server of yours. */
  allowedOrigins?: string[];
  /**
   * The reader's token, sent as `Authorization: Bearer …`. A function is called for every request. Where it gives nothing
   * or throws, the reader is signed out: no request leaves, and the chat gets a 401 response with the code `signed_out`.
   * After a 401 of the server it is called once more with the token that was refused, and the request is repeated once if
   * the token is another. An `Authorization` header of the request itself stays.
   */
  token?: string | ((rejected?: string) => Maybe<string>);
  /** Whether there is a user, for sites that know without a token; asked for every request. */
  isSignedIn?: unknown | (() => unknown);
  /** Whether readers for whom `token` gives nothing may ask all the same. */
  allowAnonymous?: boolean;
  /**
   * The site's own login: {@link Session} then says the way there and back. The page to come back to, as a path, is added
   * as the parameter `returnParameter`, by default `returnTo`.
   */
  signIn?: string | { url: string; returnParameter?: string };
  /** Hears whether there is a user, once it is known and whenever it changes. */
  onSession?: (session: Session) => void;
  /** The cookie mode of requests to the API that do not say their own; `"include"` sends cookies to another origin. */
  credentials?: RequestCredentials;
  /** A user id for a server in development, sent as `X-User-ID`, and only to this machine (localhost, 127.0.0.0/8). */
  developmentUserId?: string | (() => Maybe<string>);
  /** What the model may know about the reader: `metadata.userInfo`, in place of any that the request has. */
  userInfo?: object | (() => Maybe<object>);
  /**
   * What page the reader is on: `metadata.pageContext`. Taken by `pageContext` with these options when a message
   * is sent, unless the request already has one; a function's own context replaces that. `false` sends none.
   */
  pageContext?: boolean | PageContextOptions | (() => Maybe<object>);
  /** How long a request may become, in bytes; 1 MiB. What does not fit is left out, the page's text first. */
  maxBodyBytes?: number;
  /** Sends the requests; the page's own `fetch` at the time of the request if not given. */
  fetch?: typeof globalThis.fetch;
}

/** Whether there is a user. */
export interface Session {
  state: "signed_in" | "signed_out";
  /** For a reader to sign in: the login's address, which leads back to this page. */
  signInUrl?: string;
  /** The path of this page, for a login that is no address. */
  returnTo?: string;
}

/** A `fetch` that knows whether there is a user. */
export type DocentFetch = typeof globalThis.fetch & {
  /** Asks whether there is a user, by the options alone: nothing is sent, so a cookie counts until the server refuses it. */
  session(): Promise<Session>;
};

/**
 * Makes a `fetch` for the chat element's `api.fetch`: it adds who is asking and from which page to requests to the API,
 * and leaves all others, uploads and answers as they are. `takePage` is `pageContext` of `docent_page.js`, or loads it.
 */
export function createFetch(
  options: CreateFetchOptions,
  takePage?: (options?: PageContextOptions) => Promise<PageContext | null>,
): DocentFetch;

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

/** How far the chat element is. */
export interface ElementStatus {
  state: "idle" | "loading" | "slow" | "ready" | "error";
  /** The element's name. */
  name: string;
  /** Once ready: whether it is the official one or an open one. */
  source?: ElementSource;
  /** In the state `error`, which is not final: a late script still makes it `ready`. */
  error?: ElementError;
}

/** Why the element did not come. */
export interface ElementError extends DocentError {
  /** Resolves if it comes after all. */
  readonly recovered: Promise<ElementReady>;
  /** Tries again; not there after an abort. */
  retry?(): void;
}

/** Who defined the chat element: OpenAI's script, or somebody else such as `docent/element`. */
export type ElementSource = "official" | "element";

/** A chat element that can be used. */
export interface ElementReady {
  name: string;
  source: ElementSource;
}

/** Options of {@link whenElementReady}. */
export interface WhenElementReadyOptions {
  /** The element's name; `openai-chatkit`. */
  name?: string;
  /** The script that defines it; added to the page if it is not there. Without it the page's own script is waited for. */
  scriptUrl?: string;
  /** For the script tag; the page's own nonce if not given, that of a script or of `<meta property="csp-nonce">`. */
  nonce?: string;
  /** For the script tag; the official script changes without notice, so no hash fits it for long. */
  integrity?: string;
  /** For the script tag; `anonymous` where there is an `integrity`. */
  crossOrigin?: "anonymous" | "use-credentials";
  /** For the script tag. */
  referrerPolicy?: ReferrerPolicy;
  /** For the script tag. */
  fetchPriority?: "high" | "low" | "auto";
  /** For the script tag: `module` for a script that is one. */
  scriptType?: string;
  /** The name of the Trusted Types policy for the script's address; `docent`. */
  trustedTypesPolicy?: string;
  /** An element on the page that must be usable too. */
  element?: HTMLElement;
  /** After this many milliseconds in the foreground and online it is an error; 10 000. */
  timeoutMs?: number;
  /** After this many it is `slow`; 3 000. */
  slowMs?: number;
  /** How often a script that was lost to the network is asked for again, after growing pauses; 2. */
  retries?: number;
  /** Whether another try asks with another address, past what a cache holds. */
  cacheBust?: boolean;
  /**
   * When to begin: at once (`now`), when the browser has nothing else to do (`idle`), or when the reader points at or
   * focuses the `trigger`, touches it or presses a key there, or selects text anywhere (`intent`). An element that is there
   * is ready in any case.
   */
  load?: "now" | "idle" | "intent";
  /** Where intent shows; the whole page if not given. */
  trigger?: EventTarget;
  /** Ends the wait. */
  signal?: AbortSignal;
  /**
   * Defines the element in another way if the script fails, and at once if no `scriptUrl` is given:
   * `() => defineDocentChat(["openai-chatkit"])`.
   */
  fallback?: () => Promise<unknown>;
  /** Hears of every change, also after an error. */
  onStatus?: (status: ElementStatus) => void;
  /** Gets the events `loading`, `slow`, `ready`, `error` and `retry`, each with the status as its `detail`. */
  events?: EventTarget;
  /** Whether the window gets `chatkit-script-loaded` and `chatkit-script-error`, which older recipes listen for. */
  windowEvents?: boolean;
}

/** Waits until the chat element is defined and has its methods; rejects with a {@link DocentError}. */
export function whenElementReady(options?: WhenElementReadyOptions): Promise<ElementReady>;

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
