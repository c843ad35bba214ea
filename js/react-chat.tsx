"use client";
/** The component `<DocentChat>`: the chat element, or what there is to say while it is not there. */
import { ChatKit, type ChatKitControl } from "@openai/chatkit-react";
import { type CSSProperties, type HTMLAttributes, type ReactNode, useSyncExternalStore } from "react";

import type { DocentStatus } from "./react-options.js";

/** The texts of {@link DocentChat}, for other languages. */
export interface DocentChatLabels {
  loading: string;
  slow: string;
  error: string;
  retry: string;
}

const LABELS: DocentChatLabels = {
  loading: "Loading the chat…",
  slow: "The chat is still loading. The connection seems to be slow.",
  error: "The chat could not be loaded.",
  retry: "Try again",
};

/** Props of {@link DocentChat}; other HTML attributes go to the box around the chat. */
export interface DocentChatProps extends HTMLAttributes<HTMLDivElement> {
  /** `control` of `useDocent`. */
  control: ChatKitControl;
  /** `status` of `useDocent`. */
  status: DocentStatus;
  /** `retry` of `useDocent`; without it there is no button. */
  onRetry?: () => void;
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
export function DocentChat({ control, status, onRetry, labels, placeholder, style, ...rest }: DocentChatProps) {
  // The element exists in browsers only; the server and the first render in the browser agree on the notice.
  const isClient = useSyncExternalStore(subscribeToNothing, () => true, () => false);
  return (
    <div {...rest} data-docent-state={status.state} style={{ ...BOX, ...style }}>
      {isClient && <ChatKit control={control} style={FILL} />}
      {status.state !== "ready" && (
        <div style={NOTICE} data-docent-notice="">
          {placeholder ?? <Notice status={status} onRetry={onRetry} labels={{ ...LABELS, ...labels }} />}
        </div>
      )}
    </div>
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
