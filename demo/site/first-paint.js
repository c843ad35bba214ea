/** Runs before the first paint, so that a dark page never flashes white and an open panel has its room at once. */
(() => {
  const read = (storage, key) => {
    try {
      return storage().getItem(`docent-demo:${key}`);
    } catch {
      return null;
    }
  };
  const root = document.documentElement;
  const choice = read(() => localStorage, "theme");
  const isDark = choice ? choice === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = isDark ? "dark" : "light";
  const wasOpen = read(() => sessionStorage, "open") === "yes";
  root.classList.toggle("chat-is-open", wasOpen && matchMedia("(min-width: 1000px)").matches);
})();
