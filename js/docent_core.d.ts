/**
 * Describes `docent_core.js`, the glue that wasm-bindgen makes for what every chat needs of the Rust crate `docent`: the
 * functions as they are once the wasm is loaded, and the shapes of what goes in and out. All entry points take their types
 * from here and from `docent_page.d.ts`.
 */
import type { PageContext, PageContextOptions } from "./docent_page.js";

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
  /**
   * Sends the requests; the page's own `fetch` at the time of the request if not given. A fetch that takes the place of the
   * page's own must be given that: without it, it would call itself.
   */
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

/**
 * Waits until the chat element is defined and has its methods; rejects with a {@link DocentError}. `explain` is given
 * the arguments of `explainFailure`; without it the error's message says little more than its code.
 */
export function whenElementReady(
  options?: WhenElementReadyOptions,
  explain?: (failure: [code: string, name: string, url: Maybe<string>, detail: string | number]) => string | Promise<string>,
): Promise<ElementReady>;
