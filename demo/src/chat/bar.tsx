/** The bar of the panel while there is no chat in it: what it is, and the way out. The chat brings its own. */

import { closePanel } from "../panel";

export function PanelBar() {
  return (
    <div className="chat-bar">
      <h2>Ask the guides</h2>
      <button className="icon-button" type="button" onClick={closePanel}>
        <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="1.7" strokeLinecap="round">
          <path d="M5 5l10 10M15 5L5 15" />
        </svg>
        <span className="visually-hidden">Close the chat</span>
      </button>
    </div>
  );
}
