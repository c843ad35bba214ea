/** The HTML around a guide: head, header, sidebar, article, outline, the links to the neighbours, footer. */

import { address, entries, groups } from "./navigation.mjs";
import { icons, logo } from "./icons.mjs";

const escape = (text) => text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

/**
 * Everything comes from this site, and the browser holds the pages to it. `wasm-unsafe-eval` is what WebAssembly needs;
 * nothing inline is allowed.
 */
const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; object-src 'none'; base-uri 'none'";

function head({ title, description, assets, path }) {
  return `<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>${escape(title)}</title>
<meta name="description" content="${escape(description)}">
<meta property="og:site_name" content="Docent">
<meta name="color-scheme" content="light dark">
${path ? `<link rel="canonical" href="${path}">` : '<meta name="robots" content="noindex">'}
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<script src="/first-paint.js"></script>
${assets.fonts.map((font) => `<link rel="preload" href="${font}" as="font" type="font/woff2" crossorigin>`).join("\n")}
${assets.styles.map((style) => `<link rel="stylesheet" href="${style}">`).join("\n")}
<script type="module" src="${assets.script}"></script>`;
}

function header() {
  return `<header class="site-header" data-no-ask>
  <button class="icon-button menu-button" type="button" aria-expanded="false" aria-controls="sidebar" data-menu>
    ${icons.menu}<span class="visually-hidden">Menu</span>
  </button>
  <a class="brand" href="/">${logo}<span>Docent</span></a>
  <nav class="header-links" aria-label="Site">
    <a href="/">Guides</a>
    <a href="/plain/">No bundler</a>
  </nav>
  <div class="header-tools">
    <div id="account"></div>
    <button class="icon-button" type="button" data-theme-toggle aria-pressed="false">
      <span class="when-light">${icons.moon}</span><span class="when-dark">${icons.sun}</span>
      <span class="visually-hidden">Dark theme</span>
    </button>
    <button class="ask-button" type="button" data-ask-toggle aria-expanded="false" aria-controls="chat" aria-keyshortcuts="/">
      ${icons.ask}<span>Ask</span><kbd aria-hidden="true">/</kbd>
    </button>
  </div>
</header>`;
}

function sidebar(current) {
  const item = ({ slug, label }) =>
    `<li><a href="${address(slug)}"${slug === current ? ' aria-current="page"' : ""}>${escape(label)}</a></li>`;
  const group = ({ title, entries: list }) =>
    `<section><h2>${escape(title)}</h2><ul>${list.map(item).join("")}</ul></section>`;
  return `<nav id="sidebar" class="sidebar" aria-label="Guides" data-no-ask>${groups.map(group).join("")}
  <p class="sidebar-note"><a href="/plain/">A page with no bundler</a></p></nav>`;
}

function outline(headings) {
  const listed = headings.filter(({ level }) => level === 2 || level === 3);
  if (listed.length < 2) return '<div class="outline"></div>';
  const items = listed
    .map(({ level, id, text }) => `<li class="level-${level}"><a href="#${id}">${escape(text)}</a></li>`)
    .join("");
  return `<nav class="outline" aria-labelledby="outline-title" data-no-ask><h2 id="outline-title">On this page</h2><ul>${items}</ul></nav>`;
}

function neighbours(current) {
  const at = entries.findIndex(({ slug }) => slug === current);
  if (at < 0) return "";
  const link = (entry, rel, word) =>
    entry
      ? `<a class="${rel}" rel="${rel}" href="${address(entry.slug)}"><span>${word}</span>${escape(entry.label)}</a>`
      : "<span></span>";
  return `<nav class="neighbours" aria-label="Neighbouring guides" data-no-ask>
  ${link(entries[at - 1], "prev", "Previous")}${link(entries[at + 1], "next", "Next")}</nav>`;
}

/**
 * One page of the site.
 * @param {{ slug?: string, path?: string, title: string, description: string, html: string,
 *   headings: {level: number, id: string, text: string}[], assets: {script: string, styles: string[], fonts: string[]} }} page
 */
export function layout({ slug, path, title, description, html, headings, assets }) {
  const full = `${title} · Docent`;
  return `<!doctype html>
<html lang="en">
<head>
${head({ title: full, description, assets, path })}
</head>
<body${slug ? ` data-page="${slug}"` : ""}>
<a class="skip-link" href="#content">Skip to the text</a>
${header()}
<div class="shell">
${sidebar(slug)}
<main id="content" tabindex="-1">
<article class="prose">
${html}
</article>
${neighbours(slug)}
<footer class="site-footer" data-no-ask>
  <p>This site is the demo of Docent. Its answers come from the guides you are reading, and nothing leaves this server.</p>
</footer>
</main>
${outline(headings)}
</div>
<div id="chat-root" data-no-ask></div>
</body>
</html>
`;
}
