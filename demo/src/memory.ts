/**
 * What the site remembers on this device: the theme, the user, whether the panel is open, each user's thread.
 * Storage can be switched off or full; then the site works and forgets.
 */

const prefix = "docent-demo:";

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function memory(storage: () => Storage) {
  return {
    read: (key: string): string | null => attempt(() => storage().getItem(prefix + key)),
    write: (key: string, value: string | null): void => {
      attempt(() => (value === null ? storage().removeItem(prefix + key) : storage().setItem(prefix + key, value)));
    },
  };
}

/** Kept until the reader clears it. */
export const device = memory(() => localStorage);

/** Kept for this tab. */
export const tab = memory(() => sessionStorage);
