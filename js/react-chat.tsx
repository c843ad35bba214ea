"use client";
/** The component `<DocentChat>`: the chat element, or what there is to say while it is not there. */
import { ChatKit, type ChatKitControl } from "@openai/chatkit-react";
import { type CSSProperties, type HTMLAttributes, type ReactNode, useSyncExternalStore } from "react";

import type { DocentSession, DocentStatus } from "./react-options.js";

/** The texts of {@link DocentChat}, for other languages. */
export interface DocentChatLabels {
  loading: string;
  slow: string;
  error: string;
  retry: string;
  signedOut: string;
  signIn: string;
  noScript: string;
}

const LABELS: DocentChatLabels = {
  loading: "Loading the chat…",
  slow: "The chat is still loading. The connection seems to be slow.",
  error: "The chat could not be loaded.",
  retry: "Try again",
  signedOut: "Sign in to ask questions.",
  signIn: "Sign in",
  noScript: "The chat needs JavaScript.",
};

/** Props of {@link DocentChat}; other HTML attributes go to the box around the chat. */
export interface DocentChatProps extends HTMLAttributes<HTMLDivElement> {
  /** `control` of `useDocent`. */
  control: ChatKitControl;
  /** `status` of `useDocent`. */
  status: DocentStatus;
  /** `retry` of `useDocent`; without it there is no button. */
  onRetry?: () => void;
  /** `session` of `useDocent`; without it readers who are signed out see what the chat element says of it. */
  session?: DocentSession;
  /** `signIn` of `useDocent`, for a login that is no address; without it there is no button. */
  onSignIn?: () => void;
  /** Texts to replace. */
  labels?: Partial<DocentChatLabels>;
  /** Replaces what shows until the chat is there. */
  placeholder?: ReactNode;
}

const BOX: CSSProperties = { position: "relative", height: "100%", minHeight: 120 };
const FILL: CSSProperties = { display: "block", width: "100%", height: "100%" };
const NOTICE: CSSProperties = {
  position: "absolute",
  inset: 0,
  display: "flex",
  flexDirection: "column",
  alignItems: "center",
  justifyContent: "center",
  gap: 12,
  padding: 24,
  boxSizing: "border-box",
  textAlign: "center",
  overflow: "auto",
};

/** The chat element in a box that is never empty: it says that the chat loads, is slow or failed, and why. */
export function DocentChat(props: DocentChatProps) {
  const { control, status, onRetry, session, onSignIn, labels, placeholder, style, ...rest } = props;
  const texts = { ...LABELS, ...labels };
  const isOut = session?.state === "signed_out";
  // The element exists in browsers only; the server and the first render in the browser agree on the notice.
  const isClient = useSyncExternalStore(subscribeToNothing, () => true, () => false);
  return (
    <div {...rest} data-docent-state={status.state} data-docent-session={session?.state} style={{ ...BOX, ...style }}>
      {/* What nobody may use, nobody reaches with the keyboard either. */}
      {isClient && <ChatKit control={control} style={isOut ? { ...FILL, visibility: "hidden" } : FILL} />}
      {isOut ? (
        <div style={NOTICE} data-docent-notice="signed-out">
          <SignIn session={session} onSignIn={onSignIn} labels={texts} />
        </div>
      ) : (
        status.state !== "ready" && (
          <div style={NOTICE} data-docent-notice="">
            {placeholder ?? <Notice status={status} onRetry={onRetry} labels={texts} />}
          </div>
        )
      )}
      <noscript>{texts.noScript}</noscript>
    </div>
  );
}

function SignIn({ session, onSignIn, labels }: { session: DocentSession; onSignIn?: () => void; labels: DocentChatLabels }) {
  return (
    <>
      <p role="status" style={{ margin: 0 }}>
        {labels.signedOut}
      </p>
      {session.signInUrl ? (
        <a href={session.signInUrl}>{labels.signIn}</a>
      ) : (
        onSignIn && (
          <button type="button" onClick={onSignIn}>
            {labels.signIn}
          </button>
        )
      )}
    </>
  );
}

function Notice({ status, onRetry, labels }: Pick<DocentChatProps, "status" | "onRetry"> & { labels: DocentChatLabels }) {
  if (status.state === "error") {
    return (
      <div role="alert">
        <p style={{ margin: "0 0 8px" }}>
          <strong>{labels.error}</strong>
        </p>
        {status.error && <p style={{ margin: "0 0 12px", overflowWrap: "anywhere" }}>{status.error.message}</p>}
        {onRetry && (
          <button type="button" onClick={onRetry}>
            {labels.retry}
          </button>
        )}
      </div>
    );
  }
  const text = status.state === "slow" ? labels.slow : labels.loading;
  return (
    <>
      <progress aria-hidden="true" />
      <p role="status" style={{ margin: 0 }}>
        {text}
      </p>
    </>
  );
}

function subscribeToNothing() {
  return () => {};
}
