/** What the panel shows until the chat element is there: that it loads, that it is slow, or why it did not come. */

import type { DocentStatus } from "docent/react";

import { PanelBar } from "./bar";

export function LoadState({ status, onRetry }: { status: DocentStatus; onRetry: () => void }) {
  return (
    <>
      <PanelBar />
      <Notice status={status} onRetry={onRetry} />
    </>
  );
}

function Notice({ status, onRetry }: { status: DocentStatus; onRetry: () => void }) {
  if (status.state === "error") {
    return (
      <div className="chat-state" role="alert">
        <h3>The chat could not be loaded</h3>
        <p>{status.error?.message}</p>
        <p>
          Reason: <code>{status.error?.code}</code>. <a href="/guides/troubleshooting/#the-chat-stays-empty">What it means</a>
        </p>
        <div className="actions">
          <button className="button primary" type="button" onClick={onRetry}>
            Retry
          </button>
        </div>
      </div>
    );
  }
  const isSlow = status.state === "slow";
  return (
    <div className="chat-state" role="status">
      <span className="waiting" aria-hidden="true" />
      <p>{isSlow ? "The chat is still loading. The connection seems to be slow." : "Loading the chat…"}</p>
    </div>
  );
}
