/** What the React hook takes and gives. */
import type { ChatKitControl, UseChatKitOptions, UseChatKitReturn } from "@openai/chatkit-react";

import type {
  CreateFetchOptions,
  DocentError,
  ElementError,
  ElementStatus,
  Session,
  WhenElementReadyOptions,
} from "./docent_core.js";
import type { AskedSelection, AskRequest, AskSelectionOptions } from "./docent_page.js";

/** Your ChatKit endpoint. */
export interface DocentApi {
  /** The endpoint, absolute or relative to the page. */
  url: string;
  /** Checked by the official element only, and there only outside localhost; `"local"` if not given. */
  domainKey?: string;
  /** How files are uploaded; see the option of the same name of the chat element. */
  uploadStrategy?: { type: "two_phase" } | { type: "direct"; uploadUrl: string };
  /** Sends the requests; the page's own `fetch` if not given. */
  fetch?: typeof globalThis.fetch;
}

/** Who is asking. All of it is read anew for each request. */
export type DocentIdentity = Pick<
  CreateFetchOptions,
  "token" | "credentials" | "developmentUserId" | "userInfo" | "allowedOrigins" | "isSignedIn" | "allowAnonymous"
>;

/** Where the chat element comes from. */
export type DocentScript = { url?: string } & Pick<
  WhenElementReadyOptions,
  | "nonce" | "integrity" | "crossOrigin" | "referrerPolicy" | "fetchPriority" | "scriptType" | "trustedTypesPolicy"
  | "cacheBust" | "load" | "trigger" | "timeoutMs" | "slowMs" | "retries" | "fallback" | "events" | "windowEvents"
>;

/** How the popover beside selected text behaves. `onAsk` is called besides the hook's own `ask`. */
export type DocentSelection = Omit<AskSelectionOptions, "onAsk"> & { onAsk?: AskSelectionOptions["onAsk"] };

/** Options of `useDocent`: everything `useChatKit` takes, and the page side of Docent. */
export interface UseDocentOptions extends Omit<UseChatKitOptions, "api"> {
  api: DocentApi;
  identity?: DocentIdentity;
  /** What page the reader is on, for the model; see the option of the same name of `createFetch`. */
  pageContext?: CreateFetchOptions["pageContext"];
  /** `false` for no popover. */
  selection?: DocentSelection | false;
  script?: DocentScript;
  /**
   * The site's own login, for readers without a user: its address, to which the page to come back to is added, or a function
   * that gets the path of that page.
   */
  signIn?: CreateFetchOptions["signIn"] | ((returnTo: string) => void);
  /** Sends the requests where the wasm cannot be loaded; see the option of the same name of `createFetch`. */
  withoutWasm?: typeof globalThis.fetch;
  /**
   * The message to send at once with a selected passage, or a function that gives it; `null` leaves the passage in the
   * composer for the reader, as does leaving the option out.
   */
  autoSend?: string | ((selection: AskedSelection) => string | null);
  /** Called when the reader asks about a passage: the place to show the chat if `isOpen` does not control it. */
  onOpen?: (selection: AskedSelection) => void;
}

/** How far the chat is; `error` may also say that the wasm could not be loaded. */
export type DocentStatus = Omit<ElementStatus, "error"> & {
  error?: DocentError & Partial<Pick<ElementError, "recovered" | "retry">>;
};

/** Whether there is a user; `unknown` on the server, and until it is known. */
export type DocentSession = Omit<Session, "state"> & { state: Session["state"] | "unknown" };

/** What `useDocent` gives: everything `useChatKit` gives, and the page side of Docent. */
export interface UseDocentReturn extends UseChatKitReturn {
  control: ChatKitControl;
  /** Whether the chat element can be used, and why not. */
  status: DocentStatus;
  /** Looks for the element again after an error. */
  retry: () => void;
  /** Whether there is a user, and the way to the login where there is none. */
  session: DocentSession;
  /** Goes to the login. */
  signIn: () => void;
  /** Whether a thread loads or a response streams; commands would be rejected. */
  isBusy: boolean;
  /** Whether the chat should show. Asking opens it; showing it is up to you. */
  isOpen: boolean;
  setIsOpen: (isOpen: boolean) => void;
  /** The passage that was asked about last. */
  selection: AskedSelection | null;
  /**
   * Asks about a passage: opens the chat and puts the passage into the composer as a quotation, or sends it with
   * `request.prompt` where `request.send` is true. Waits until the chat can take it; resolves then, and rejects with
   * the element's own error if it will not.
   */
  ask: (selection: AskedSelection, request?: Omit<AskRequest, "text">) => Promise<void>;
  /** Sends a message: opens the chat, waits until it can take it, and resolves then. */
  send: (prompt: string, request?: Pick<AskRequest, "text" | "newThread">) => Promise<void>;
}
