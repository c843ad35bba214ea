/** The chat beside the text: the panel's frame, and inside it the conversation of whoever is signed in. */

import { useCallback, useEffect, useRef } from "react";

import { closePanel, panelIsOpen } from "../panel";
import { useStore } from "../store";
import { currentUser, signIn, users } from "../users";
import { PanelBar } from "./bar";
import { Conversation } from "./conversation";

export function ChatPanel() {
  const open = useStore(panelIsOpen);
  const user = useStore(currentUser);
  const panel = useRef<HTMLElement>(null);
  const before = useRef<HTMLElement | null>(null);

  // The element that had the focus gets it back when the panel closes.
  useEffect(() => {
    if (open) {
      before.current = document.activeElement as HTMLElement | null;
    } else if (before.current) {
      const target = before.current.isConnected && before.current !== document.body ? before.current : null;
      (target ?? document.querySelector<HTMLElement>("[data-ask-toggle]"))?.focus({ preventScroll: true });
      before.current = null;
    }
  }, [open]);

  const onKeyDown = useCallback((event: React.KeyboardEvent) => {
    if (event.key === "Escape" && !event.defaultPrevented) closePanel();
  }, []);

  return (
    <aside
      id="chat"
      ref={panel}
      className="chat-panel"
      aria-label="Chat about these guides"
      data-open={open ? "" : undefined}
      inert={!open}
      onKeyDown={onKeyDown}
    >
      {user ? <Conversation key={user.id} user={user} open={open} /> : <SignedOut />}
    </aside>
  );
}

/** Nobody is signed in: the server would answer 401, so the chat says what to do instead. */
function SignedOut() {
  return (
    <>
      <PanelBar />
      <div className="chat-state">
        <h3>Sign in to ask</h3>
        <p>Every thread belongs to one user, so the server answers nobody without a name. Choose one of the two of this demo.</p>
        <div className="actions">
          {users.map((user) => (
            <button key={user.id} className="button primary" type="button" onClick={() => signIn(user)}>
              Continue as {user.name}
            </button>
          ))}
        </div>
      </div>
    </>
  );
}
