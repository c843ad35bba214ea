/** The site's look in the terms of the chat's theme options. */

import type { ChatKitOptions } from "@openai/chatkit-react";

import type { Theme } from "../page/theme";

const accent = { light: "#0c5c4a", dark: "#72d3b4" };
const surface = {
  light: { background: "#ffffff", foreground: "#16211c" },
  dark: { background: "#141c19", foreground: "#e9efea" },
};

export function chatTheme(scheme: Theme): ChatKitOptions["theme"] {
  return {
    colorScheme: scheme,
    radius: "soft",
    density: "normal",
    typography: {
      baseSize: 15,
      fontFamily: '"Instrument Sans", system-ui, sans-serif',
      fontFamilyMono: '"JetBrains Mono", ui-monospace, monospace',
    },
    color: {
      grayscale: { hue: 155, tint: 3 },
      accent: { primary: accent[scheme], level: 1 },
      surface: surface[scheme],
    },
  };
}
