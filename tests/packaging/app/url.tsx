/** A user's app over the entries that load the wasm as files. */
import { defineDocentChat } from "docent/element/url";
import { DocentChat, useDocent } from "docent/react/url";
import { pageContext } from "docent/url";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { makeChat } from "./chat";

const Chat = makeChat({ useDocent, DocentChat });
await defineDocentChat(["openai-chatkit"]);
createRoot(document.getElementById("app") as HTMLElement).render(
  <StrictMode>
    <Chat />
  </StrictMode>,
);
Object.assign(window, { context: await pageContext() });
