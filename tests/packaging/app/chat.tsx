/** The React side of a user's app: the hook, the component and the element, from whichever entries it is given. */
import type { DocentChat as DocentChatType, useDocent as useDocentType } from "docent/react";

interface Entries {
  useDocent: typeof useDocentType;
  DocentChat: typeof DocentChatType;
}

/** Makes the app over `docent/react` or `docent/react/url`. */
export function makeChat({ useDocent, DocentChat }: Entries) {
  return function Chat() {
    const docent = useDocent({
      api: { url: new URL("/chatkit", location.href).href },
      identity: { developmentUserId: "ada" },
      locale: "en",
      selection: { root: "main" },
      onThreadChange: () => {},
    });
    return (
      <DocentChat
        control={docent.control}
        status={docent.status}
        onRetry={docent.retry}
        style={{ height: 560 }}
        data-is-open={docent.isOpen}
      />
    );
  };
}
