/** The pages of the site in reading order: one list for the sidebar, the previous and next links and the build. */

/**
 * @typedef {{ slug: string, label: string }} Entry `slug` names a file `docs/guides/<slug>.md`; `index` is the start page.
 * @typedef {{ title: string, entries: Entry[] }} Group
 */

/** @type {Group[]} */
export const groups = [
  {
    title: "Start",
    entries: [
      { slug: "index", label: "Ask the page" },
      { slug: "quick-start", label: "Quick start" },
      { slug: "react", label: "React and friends" },
    ],
  },
  {
    title: "The page",
    entries: [
      { slug: "identity", label: "Identity and sign-in" },
      { slug: "script-loading", label: "Loading the element" },
      { slug: "page-context", label: "Context and privacy" },
      { slug: "selection", label: "Asking a selection" },
      { slug: "element", label: "The element" },
    ],
  },
  {
    title: "The server",
    entries: [
      { slug: "server", label: "Running the server" },
      { slug: "custom-handler", label: "Your own handler" },
      { slug: "protocol", label: "Protocol notes" },
    ],
  },
  {
    title: "When it does not work",
    entries: [{ slug: "troubleshooting", label: "Troubleshooting" }],
  },
];

/** Every page in reading order. */
export const entries = groups.flatMap((group) => group.entries);

/** The address of a page on the site. */
export const address = (slug) => (slug === "index" ? "/" : `/guides/${slug}/`);
