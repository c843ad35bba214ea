/** One user's conversation: the real `@openai/chatkit-react` through Docent's hook, with Docent's open element under it. */

import { ChatKit } from "@openai/chatkit-react";
import { useDocent } from "docent/react";
import { defineDocentChat } from "docent/element";
import { useEffect, useState } from "react";

import { device } from "../memory";
import { theme } from "../page/theme";
import { openPanel } from "../panel";
import { useStore } from "../store";
import type { User } from "../users";
import { ElementState } from "./element-state";
import { chatTheme } from "./look";

export function Conversation({ user, open }: { user: User; open: boolean }) {
  const colorScheme = useStore(theme);
  const threadKey = `thread:${user.id}`;
  const [initialThread] = useState(() => device.read(threadKey));

  const chat = useDocent({
    api: { url: "/chatkit", domainKey: "local" },
    developmentUserId: user.id,
    userInfo: { name: user.name, role: user.role },
    fallback: () => defineDocentChat(["openai-chatkit"]),
    selection: { root: "#content", onAsk: openPanel },
    initialThread,
    onThreadChange: ({ threadId }) => device.write(threadKey, threadId),
    theme: chatTheme(colorScheme),
    frameTitle: "Chat about these guides",
    header: { enabled: true },
    history: { enabled: true, showDelete: true, showRename: true },
    startScreen: {
      greeting: "What would you like to know?",
      prompts: [
        { label: "What leaves the browser?", prompt: "What does the page context send, and what is redacted?", icon: "lightbulb" },
        { label: "How do I sign users in?", prompt: "How do I sign users in with a token?", icon: "profile" },
        { label: "Run the server", prompt: "How do I run docent serve over my own documents?", icon: "square-code" },
      ],
    },
    composer: { placeholder: "Ask about these guides" },
    threadItemActions: { feedback: true, retry: true },
    disclaimer: { text: "Answers quote the guides. Follow the citation to check." },
  });

  const { status, focusComposer } = chat;
  useEffect(() => {
    if (open && status.state === "ready") void focusComposer();
  }, [open, status.state, focusComposer]);

  return (
    <>
      <ChatKit control={chat.control} className="chat" />
      <ElementState status={status} />
    </>
  );
}
