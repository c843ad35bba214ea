/** Light or dark: the system decides until the reader chooses; the chat follows. */

import { device } from "../memory";
import { store } from "../store";

export type Theme = "light" | "dark";

const current = (): Theme => (document.documentElement.dataset.theme === "dark" ? "dark" : "light");

/** The theme in force. */
export const theme = store<Theme>(current());

function apply(next: Theme): void {
  document.documentElement.dataset.theme = next;
  theme.set(next);
}

export function startTheme(): void {
  const button = document.querySelector<HTMLButtonElement>("[data-theme-toggle]");
  const show = () => button?.setAttribute("aria-pressed", String(theme.get() === "dark"));
  show();
  theme.subscribe(show);
  button?.addEventListener("click", () => {
    const next = theme.get() === "dark" ? "light" : "dark";
    device.write("theme", next);
    apply(next);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", ({ matches }) => {
    if (device.read("theme") === null) apply(matches ? "dark" : "light");
  });
}
