/** A user's app over the default entries. */
import { pageContext } from "docent";
import { defineDocentChat } from "docent/element";
import { DocentChat, useDocent } from "docent/react";
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
