/** What helps while reading: the menu on a narrow screen, the outline that follows, copy buttons on code. */

/** The sidebar as a sheet on a narrow screen. */
export function startMenu(): void {
  const button = document.querySelector<HTMLButtonElement>("[data-menu]");
  const sidebar = document.getElementById("sidebar");
  if (!button || !sidebar) return;
  const show = (open: boolean) => {
    sidebar.classList.toggle("is-open", open);
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => show(button.getAttribute("aria-expanded") !== "true"));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || button.getAttribute("aria-expanded") !== "true") return;
    show(false);
    button.focus();
  });
}

/** Marks the section in view in the outline: the last heading above the upper third of the window. */
export function startOutline(): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>(".outline a")];
  const headings = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  if (!links.length) return;
  const mark = () => {
    const line = innerHeight * 0.3;
    const atEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 4;
    let active = -1;
    headings.forEach((heading, index) => {
      if (heading && (atEnd || heading.getBoundingClientRect().top <= line)) active = index;
    });
    links.forEach((link, index) => {
      if (index === active) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  };
  let asked = false;
  const schedule = () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      mark();
    });
  };
  addEventListener("scroll", schedule, { passive: true });
  addEventListener("resize", schedule, { passive: true });
  mark();
}

/** A button on each code block that copies it. */
export function startCopyButtons(): void {
  for (const figure of document.querySelectorAll<HTMLElement>("figure.code")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy-button";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      const code = figure.querySelector("code")?.textContent ?? "";
      const copied = await navigator.clipboard.writeText(code).then(
        () => true,
        () => false,
      );
      button.textContent = copied ? "Copied" : "Press Ctrl+C";
      setTimeout(() => (button.textContent = "Copy"), 1600);
    });
    figure.querySelector("figcaption")?.append(button);
  }
}
