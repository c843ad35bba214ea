/** Mounts and unmounts the chat as often as a test asks: what a site does to it in a long day. */
import { defineDocentChat } from "docent/element";
import { DocentChat, useDocent } from "docent/react";
import { StrictMode, version } from "react";
import { createRoot } from "react-dom/client";

import { makeChat } from "./chat";

const Chat = makeChat({ useDocent, DocentChat });
await defineDocentChat(["openai-chatkit"]);

/** Resolves when `check` holds, looked at after every change of the box. */
function changed(box: HTMLElement, check: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (check()) return resolve();
    const observer = new MutationObserver(() => {
      if (!check()) return;
      observer.disconnect();
      resolve();
    });
    observer.observe(box, { subtree: true, childList: true, attributes: true });
  });
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** One life: mounted, ready, now and then with a selection, unmounted. */
async function live(isSelecting: boolean) {
  const box = document.createElement("div");
  document.body.append(box);
  const root = createRoot(box);
  root.render(
    <StrictMode>
      <Chat />
    </StrictMode>,
  );
  await changed(box, () => box.querySelector("[data-docent-state=ready]") !== null);
  if (!box.querySelector("openai-chatkit")?.shadowRoot?.querySelector("textarea")) throw new Error("The chat shows nothing.");
  if (isSelecting) {
    getSelection()?.selectAllChildren(document.getElementById("text") as HTMLElement);
    await pause(400);
    const popover = document.querySelector("[data-docent-ask]")?.shadowRoot;
    if (!popover?.querySelector(".shown")) throw new Error("The popover does not show.");
  }
  root.unmount();
  box.remove();
  getSelection()?.removeAllRanges();
  await pause(0);
}

Object.assign(window, {
  reactVersion: version,
  async mount(times: number) {
    for (let time = 0; time < times; time++) await live(time % 100 === 99);
    // What was scheduled by the last ones ends, too.
    await pause(500);
  },
});
