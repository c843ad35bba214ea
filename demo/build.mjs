/**
 * Builds the demo site into demo/dist: the script and styles with Vite, the guides as static pages, the plain page with
 * the files of the package beside it. Run `cargo xtask build-wasm` first; the site uses the built package only.
 *
 * It is built beside demo/dist and takes its place when it is whole: a server that runs over it never misses a file.
 */

import { access, cp, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

import { favicon } from "./site/icons.mjs";
import { layout } from "./site/layout.mjs";
import { checkLinks } from "./site/links.mjs";
import { render } from "./site/markdown.mjs";
import { address, entries } from "./site/navigation.mjs";

const demo = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("..", import.meta.url));
const target = join(root, "target");
const dist = join(target, `demo-new-${process.pid}`);
const guides = join(root, "docs", "guides");
const pkg = join(root, "pkg");

/** Vite builds one entry; `docent` resolves through the root package's own `exports`, as it does for a user. */
async function bundle() {
  await build({
    configFile: false,
    root: demo,
    logLevel: "warn",
    build: {
      outDir: dist,
      emptyOutDir: true,
      manifest: true,
      target: "es2022",
      // The wasm is inside the package's script as text, so one large chunk is expected.
      chunkSizeWarningLimit: 4096,
      rolldownOptions: {
        input: join(demo, "src", "main.tsx"),
        // "use client" is a word to servers that render React; this site is rendered in the browser.
        checks: { moduleLevelDirective: false },
      },
    },
  });
  const manifestFile = join(dist, ".vite", "manifest.json");
  const manifest = JSON.parse(await readFile(manifestFile, "utf8"));
  await rm(join(dist, ".vite"), { recursive: true });
  const entry = manifest["src/main.tsx"];
  const fonts = (entry.assets ?? []).filter((name) => /(instrument-sans|newsreader).*normal.*\.woff2$/.test(name));
  return { script: `/${entry.file}`, styles: (entry.css ?? []).map((file) => `/${file}`), fonts: fonts.map((file) => `/${file}`) };
}

async function writePage(path, html) {
  const folder = join(dist, path);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "index.html"), html);
}

async function writeGuides(assets) {
  const files = (await readdir(guides)).filter((name) => name.endsWith(".md")).map((name) => name.slice(0, -3));
  const unlisted = files.filter((slug) => !entries.some((entry) => entry.slug === slug));
  if (unlisted.length) throw new Error(`Guides missing from demo/site/navigation.mjs: ${unlisted.join(", ")}.`);

  const pages = new Map();
  for (const { slug } of entries) {
    const page = render(await readFile(join(guides, `${slug}.md`), "utf8"));
    pages.set(address(slug), page);
    await writePage(address(slug), layout({ ...page, slug, path: address(slug), assets }));
  }
  checkLinks(pages, ["/plain/"]);

  const missing = render(await readFile(join(demo, "site", "not-found.md"), "utf8"));
  await writeFile(join(dist, "404.html"), layout({ ...missing, assets }));
  return pages.size;
}

/** The page with no bundler loads the package's files as they are. */
async function writePlain() {
  await cp(join(demo, "plain"), join(dist, "plain"), { recursive: true });
  await cp(pkg, join(dist, "plain", "pkg"), { recursive: true, filter: (source) => !source.endsWith(".d.ts") });
}

/** Puts the new site in the place of the old one. */
async function publish() {
  const place = join(demo, "dist");
  const old = join(target, `demo-old-${process.pid}`);
  await rename(place, old).catch((error) => {
    if (error.code !== "ENOENT") throw error;
  });
  await rename(dist, place);
  await rm(old, { recursive: true, force: true });
}

await access(join(pkg, "index.js")).catch(() => {
  console.error("demo: pkg/ is not built yet. Run `cargo xtask build-wasm` and try again.");
  process.exit(1);
});
await mkdir(target, { recursive: true });
const assets = await bundle();
const count = await writeGuides(assets);
await writePlain();
await writeFile(join(dist, "favicon.svg"), favicon);
await cp(join(demo, "site", "first-paint.js"), join(dist, "first-paint.js"));
await publish();
console.log(`demo: ${count} guides and the plain page are in demo/dist.`);
