/** The user switcher in the header, with the word that it is for development only. */

import { useEffect, useId, useRef, useState } from "react";

import { useStore } from "../store";
import { currentUser, signIn, users, type User } from "../users";

function Avatar({ user }: { user: User | null }) {
  return (
    <span className="avatar" data-user={user?.id} aria-hidden="true">
      {user ? user.name[0] : "–"}
    </span>
  );
}

export function Account() {
  const user = useStore(currentUser);
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const menu = useId();

  useEffect(() => {
    if (!open) return;
    root.current?.querySelector<HTMLElement>('[aria-checked="true"]')?.focus();
    const outside = (event: PointerEvent) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);

  const close = () => {
    setOpen(false);
    button.current?.focus();
  };

  const choose = (next: User | null) => {
    signIn(next);
    close();
  };

  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === "Escape" && open) close();
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const items = [...(root.current?.querySelectorAll<HTMLElement>('[role="menuitemradio"]') ?? [])];
    if (!items.length) return;
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : items.length - 1;
    items[(items.indexOf(document.activeElement as HTMLElement) + step) % items.length]?.focus();
  };

  return (
    <div className="account" ref={root} onKeyDown={onKeyDown}>
      <button
        ref={button}
        type="button"
        className="account-button"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? menu : undefined}
        onClick={() => setOpen(!open)}
      >
        <Avatar user={user} />
        <span className="visually-hidden">Signed in as </span>
        <span className="name">{user?.name ?? "Nobody"}</span>
      </button>
      {open && (
        <div className="account-menu">
          <div id={menu} role="menu" aria-label="User">
            {[...users, null].map((choice) => (
              <button
                key={choice?.id ?? "nobody"}
                type="button"
                role="menuitemradio"
                aria-checked={choice?.id === user?.id}
                onClick={() => choose(choice)}
              >
                <Avatar user={choice} />
                {choice ? choice.name : "Signed out"}
              </button>
            ))}
          </div>
          <p>
            For development only. The name goes out as <code>X-User-ID</code>, which the server accepts from this machine
            alone. Each user has their own threads.
          </p>
        </div>
      )}
    </div>
  );
}
