/** What Vite resolves at build time: imported style sheets and the fonts they name. */
/// <reference types="vite/client" />
