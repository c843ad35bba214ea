/**
 * What the packaging tests stand on: the packed package as it was unpacked by the stage before, pages that load it, and a
 * server behind them. `DOCENT_PACKAGE` is the folder whose node_modules holds the package.
 */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, request as ask } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of a user's project: `node_modules/docent` is what `npm pack` packed. */
export const project = process.env.DOCENT_PACKAGE ?? fileURLToPath(new URL("../../target/package", import.meta.url));

if (!existsSync(join(project, "node_modules", "docent", "package.json"))) {
  throw new Error("The package is not packed. Run: cargo xtask test --only build-wasm,package");
}

const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm", ".json": "application/json" };

/**
 * Serves `pages` (path to text, or to a function that gives it), the files below `folders` (prefix to folder), and the
 * chat endpoint of `backend` under the same origin. `headers` go with every answer of ours. Policies' reports are kept.
 */
export async function startHost({ backend, pages = {}, folders = {}, headers = {} }) {
  const reports = [];
  const requests = [];
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, "http://host").pathname;
    requests.push(path);
    if (path.startsWith("/chatkit")) return forward(backend, request, response);
    if (path === "/favicon.ico") return response.writeHead(204).end();
    if (path === "/reports") {
      let body = "";
      for await (const chunk of request) body += chunk;
      reports.push(body);
      return response.writeHead(204).end();
    }
    const send = (name, body) =>
      response.writeHead(200, { "content-type": types[extname(name)] ?? types[".html"], "cache-control": "no-store", ...headers }).end(body);
    if (Object.hasOwn(pages, path)) return send(path, pages[path]);
    for (const [prefix, folder] of Object.entries(folders)) {
      if (!path.startsWith(prefix)) continue;
      const file = join(folder, normalize(path.slice(prefix.length)));
      const body = await readFile(file).catch(() => undefined);
      if (body) return send(file, body);
    }
    response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    reports,
    requests,
    async end() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Hands a request to the server behind, as it is. */
function forward(backend, request, response) {
  const behind = ask(new URL(request.url, backend.origin), { method: request.method, headers: request.headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  behind.on("error", () => response.destroy());
  response.on("close", () => behind.destroy());
  request.pipe(behind);
}

/** A page that loads one module and has something to select. */
export const html = (module, more = "", head = "") => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A packed page</title>${head}</head>
<body><main><h1>A packed page</h1><h2 id="keys">Keys</h2><p id="text">A thread belongs to the user who opened it.</p></main>${more}
<script type="module" src="${module}"></script></body></html>`;

/**
 * A module that uses every function of the package, without a bundler and without React. `window.use()` starts it, so that
 * a test can look at the page before anything was used.
 */
export const plainModule = (entry, element) => `
import { askSelection, createFetch, pageContext, whenElementReady } from "/docent/pkg/${entry}.js";
import { defineDocentChat } from "/docent/pkg/${element}.js";
window.use = async () => {
  const chat = document.querySelector("docent-chat");
  Object.assign(chat.style, { display: "block", height: "560px" });
  await defineDocentChat();
  await whenElementReady({ name: "docent-chat", element: chat });
  const apiUrl = new URL("/chatkit", location.href).href;
  chat.setOptions({
    api: { url: apiUrl, fetch: createFetch({ apiUrl, developmentUserId: "ada" }) },
    locale: "en",
    theme: { colorScheme: "dark", color: { accent: { primary: "#72d3b4", level: 1 } } },
    history: { enabled: true },
    threadItemActions: { feedback: true, retry: true },
  });
  window.handle = askSelection({ root: "main", onAsk: (asked) => chat.setComposerValue({ reply: asked.text }).then(() => chat.focusComposer()) });
  await window.handle.ready;
  return pageContext();
};
window.isLoaded = true;
`;
