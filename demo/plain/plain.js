/** Docent on a page with no bundler: register the element, give it a fetch, hand it what the reader selects. */

import { askSelection, createFetch, pageContext, whenElementReady } from "docent";
import { defineDocentChat } from "docent/element";

const chat = document.getElementById("chat");
const state = document.getElementById("state");
const endpoint = new URL("/chatkit", location.href).href;
const dark = matchMedia("(prefers-color-scheme: dark)");

function options() {
  return {
    api: {
      url: endpoint,
      fetch: createFetch({ apiUrl: endpoint, developmentUserId: "ada", userInfo: { name: "Ada" } }),
    },
    theme: { colorScheme: dark.matches ? "dark" : "light", color: { accent: { primary: dark.matches ? "#72d3b4" : "#0c5c4a", level: 1 } } },
    startScreen: { greeting: "Ask about this page" },
    composer: { placeholder: "Ask about this page" },
  };
}

async function start() {
  await defineDocentChat();
  await whenElementReady({ name: "docent-chat", element: chat });
  chat.setOptions(options());
  dark.addEventListener("change", () => chat.setOptions(options()));
  state.textContent = "";
  askSelection({
    root: "#content",
    onAsk: async (selection) => {
      await chat.setComposerValue({ reply: selection.text });
      await chat.focusComposer();
    },
  });
}

async function showContext() {
  document.getElementById("context-json").textContent = JSON.stringify(await pageContext(), null, 2);
}

document.getElementById("context").addEventListener("toggle", showContext);
start().catch((error) => {
  state.textContent = `The chat did not start (${error.code ?? error.name}): ${error.message}`;
});
