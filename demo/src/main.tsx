/** The script of every page of the demo: the page's own small parts, then the chat as a React island. */

import { createRoot } from "react-dom/client";

import "./styles/base.css";
import "./styles/site.css";
import "./styles/prose.css";
import "./styles/chat.css";

import { Account } from "./chat/account";
import { ChatPanel } from "./chat/panel";
import { startCopyButtons, startMenu, startOutline } from "./page/reading";
import { startTheme } from "./page/theme";
import { startPanel } from "./panel";

startTheme();
startMenu();
startOutline();
startCopyButtons();
startPanel();

function mount(id: string, node: React.ReactNode): void {
  const host = document.getElementById(id);
  if (host) createRoot(host).render(node);
}

mount("account", <Account />);
mount("chat-root", <ChatPanel />);
