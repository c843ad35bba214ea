/** Whether the chat panel is open, and what opens it from outside React: the button in the header and the "/" key. */

import { tab } from "./memory";
import { store } from "./store";

/** A screen on which the panel stands beside the text instead of covering it. */
export const wide = matchMedia("(min-width: 1000px)");

/** Open now. A panel left open is open on the next page, except where it would cover that page. */
export const panelIsOpen = store(tab.read("open") === "yes" && wide.matches);

export function openPanel(): void {
  panelIsOpen.set(true);
}

export function closePanel(): void {
  panelIsOpen.set(false);
}

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.tagName.includes("-"));

export function startPanel(): void {
  const button = document.querySelector<HTMLButtonElement>("[data-ask-toggle]");
  const show = () => {
    const open = panelIsOpen.get();
    tab.write("open", open ? "yes" : null);
    button?.setAttribute("aria-expanded", String(open));
    document.documentElement.classList.toggle("chat-is-open", open);
    // A panel that covers the page takes the page out of reach, for the keyboard and for a screen reader.
    for (const part of document.querySelectorAll<HTMLElement>(".site-header, .shell, .skip-link")) {
      part.inert = open && !wide.matches;
    }
  };
  show();
  panelIsOpen.subscribe(show);
  wide.addEventListener("change", show);
  button?.addEventListener("click", () => (panelIsOpen.get() ? closePanel() : openPanel()));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    event.preventDefault();
    openPanel();
  });
  // A citation was followed to a heading of this page: on a narrow screen the text has to come into view.
  addEventListener("hashchange", () => {
    if (!wide.matches) closePanel();
  });
}
