/** One user's conversation: the real `@openai/chatkit-react` through Docent's hook, with Docent's open element under it. */

import { DocentChat, useDocent, type UseDocentOptions } from "docent/react";
import { useEffect, useState } from "react";

import { device } from "../memory";
import { theme } from "../page/theme";
import { closePanel, openPanel } from "../panel";
import { useStore } from "../store";
import type { User } from "../users";
import { chatTheme } from "./look";
import { LoadState } from "./load-state";

/**
 * Where the chat element comes from. A site that wants the official one names its script in `data-chat-script` on the
 * body; this site brings the open one along, under the same name.
 */
const script: UseDocentOptions["script"] = document.body.dataset.chatScript
  ? { url: document.body.dataset.chatScript, timeoutMs: 6_000, retries: 1 }
  : { fallback: async () => (await import("docent/element")).defineDocentChat(["openai-chatkit"]) };

export function Conversation({ user, open }: { user: User; open: boolean }) {
  const colorScheme = useStore(theme);
  const threadKey = `thread:${user.id}`;
  const [initialThread] = useState(() => device.read(threadKey));

  const chat = useDocent({
    api: { url: "/chatkit" },
    identity: { developmentUserId: user.id, userInfo: { name: user.name, role: user.role } },
    selection: { root: "#content", insetTop: 60, theme: colorScheme },
    script,
    onOpen: openPanel,
    initialThread,
    onThreadChange: ({ threadId }) => device.write(threadKey, threadId),
    theme: chatTheme(colorScheme),
    frameTitle: "Chat about these guides",
    header: { rightAction: { icon: "close", onClick: closePanel } },
    history: { enabled: true, showDelete: true, showRename: true },
    startScreen: {
      greeting: "What would you like to know?",
      prompts: [
        { label: "What leaves the browser?", prompt: "What does page context send?", icon: "lightbulb" },
        { label: "How do I sign users in?", prompt: "How do I sign users in with a bearer token?", icon: "profile" },
        { label: "Run it over my own documents", prompt: "How do I run docent serve over my documents?", icon: "square-code" },
      ],
    },
    composer: { placeholder: "Ask about these guides" },
    threadItemActions: { feedback: true, retry: true },
    disclaimer: { text: "Answers quote these guides. Follow a citation to check." },
  });

  // The reader goes on typing where the panel opened, and again when another passage comes in.
  const { status, retry, selection, focusComposer } = chat;
  const isReady = status.state === "ready";
  useEffect(() => {
    if (open && isReady) void focusComposer();
  }, [open, isReady, selection, focusComposer]);

  return (
    <DocentChat
      className="chat"
      control={chat.control}
      status={status}
      placeholder={<LoadState status={status} onRetry={retry} />}
    />
  );
}
