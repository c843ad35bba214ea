/** A build that finishes has no dead link: every address within the site names a page, every anchor a heading on it. */

/**
 * @param {Map<string, { headings: {id: string}[], links: string[] }>} pages by address
 * @param {string[]} others addresses that are no guides
 */
export function checkLinks(pages, others) {
  const dead = [];
  for (const [from, { links }] of pages) {
    for (const link of links) {
      if (/^https?:/.test(link)) continue;
      const [path, anchor] = link.split("#");
      const target = pages.get(path || from);
      const found = target ? !anchor || target.headings.some(({ id }) => id === anchor) : others.includes(path);
      if (!found) dead.push(`${from} -> ${link}`);
    }
  }
  if (dead.length) throw new Error(`Dead links in the guides:\n  ${dead.join("\n  ")}`);
}
