/** Markdown to HTML for the guides: anchors on headings, links between guides, highlighted code, scrolling tables. */

import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import css from "highlight.js/lib/languages/css";
import json from "highlight.js/lib/languages/json";
import rust from "highlight.js/lib/languages/rust";
import ini from "highlight.js/lib/languages/ini";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import MarkdownIt from "markdown-it";

import { address } from "./navigation.mjs";

const languages = { bash, css, json, rust, ini, typescript, xml };
for (const [name, language] of Object.entries(languages)) hljs.registerLanguage(name, language);

/** The names the guides use after three backticks, and what each is called on the page. */
const fences = {
  sh: ["bash", "shell"],
  html: ["xml", "HTML"],
  css: ["css", "CSS"],
  js: ["typescript", "JavaScript"],
  ts: ["typescript", "TypeScript"],
  tsx: ["typescript", "TSX"],
  json: ["json", "JSON"],
  rust: ["rust", "Rust"],
  toml: ["ini", "TOML"],
  text: [null, "text"],
  http: [null, "HTTP"],
};

/** GitHub's rule for anchors, so that a link works both there and here. */
export function slug(text) {
  return text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");
}

const escape = MarkdownIt().utils.escapeHtml;

/** The plain text of an inline token: what a heading says without its markup. */
function plain(token) {
  return token.children.map((child) => (child.type === "text" || child.type === "code_inline" ? child.content : "")).join("");
}

function fence(tokens, index) {
  const { info, content } = tokens[index];
  const name = info.trim();
  const known = fences[name];
  if (!known) throw new Error(`A code block is marked \`${name}\`, which demo/site/markdown.mjs does not know.`);
  const [language, label] = known;
  const code = language ? hljs.highlight(content, { language }).value : escape(content);
  return (
    `<figure class="code"><figcaption><span aria-hidden="true">${label}</span></figcaption>` +
    `<pre tabindex="0" role="group" aria-label="${label} code"><code class="language-${name}">${code}</code></pre></figure>\n`
  );
}

/** `identity.md#tokens` becomes `/guides/identity/#tokens`; other addresses stay. */
function siteLink(href) {
  const match = /^([a-z-]+)\.md(#.*)?$/.exec(href);
  return match ? address(match[1]) + (match[2] ?? "") : href;
}

/**
 * Renders one guide.
 * @param {string} source the Markdown
 * @returns {{ title: string, description: string, html: string, headings: {level: number, id: string, text: string}[], links: string[] }}
 */
export function render(source) {
  const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false });
  const page = { title: "", description: "", html: "", headings: [], links: [] };
  const seen = new Map();

  markdown.renderer.rules.fence = fence;
  markdown.renderer.rules.table_open = () => '<div class="table" tabindex="0" role="group" aria-label="Table"><table>\n';
  markdown.renderer.rules.table_close = () => "</table></div>\n";
  markdown.renderer.rules.heading_open = (tokens, index, options, env, self) => {
    const token = tokens[index];
    const text = plain(tokens[index + 1]);
    const base = slug(text);
    const count = seen.get(base) ?? 0;
    seen.set(base, count + 1);
    const id = count ? `${base}-${count}` : base;
    token.attrSet("id", id);
    const level = Number(token.tag.slice(1));
    page.headings.push({ level, id, text });
    if (level === 1) page.title = text;
    return self.renderToken(tokens, index, options);
  };
  markdown.renderer.rules.heading_close = (tokens, index, options, env, self) => {
    const { id, level, text } = page.headings.at(-1);
    const link = level === 1 ? "" : `<a class="hash-link" href="#${id}" aria-label="Link to ${escape(text)}"></a>`;
    return link + self.renderToken(tokens, index, options);
  };
  markdown.renderer.rules.link_open = (tokens, index, options, env, self) => {
    const token = tokens[index];
    const href = siteLink(token.attrGet("href"));
    token.attrSet("href", href);
    page.links.push(href);
    return self.renderToken(tokens, index, options);
  };

  const tokens = markdown.parse(source, {});
  const first = tokens.findIndex((token) => token.type === "paragraph_open");
  if (first >= 0) page.description = plainText(tokens[first + 1]);
  page.html = markdown.renderer.render(tokens, markdown.options, {});
  return page;
}

/** The first paragraph as one line, for the description of the page. */
function plainText(token) {
  return token.children
    .map((child) => (child.type === "softbreak" ? " " : child.content))
    .join("")
    .trim();
}
