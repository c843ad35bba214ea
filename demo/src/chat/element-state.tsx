/** What the panel shows until the element is there: nothing for a moment, a word when it is slow, a reason and Retry. */

import type { DocentStatus } from "docent/react";

export function ElementState({ status }: { status: DocentStatus }) {
  return null;
}
