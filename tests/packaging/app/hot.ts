/** A module of a user's app that is replaced while the page stays: what it started ends with it. */
import { askSelection, createFetch, whenElementReady } from "docent";

const version = 1;
const leave = new AbortController();
const bar = askSelection({ label: `Ask ${version}`, onAsk() {} });
const send = createFetch({ apiUrl: "/chatkit", userInfo: { version }, fetch: async (_, request) => new Response(request?.body) });
whenElementReady({ name: "never-defined", timeoutMs: 600_000, signal: leave.signal }).catch(() => {});

Object.assign(window, {
  async use() {
    await bar.ready;
    const body = JSON.stringify({ type: "threads.create", params: { input: { content: [] } } });
    const { metadata } = await (await send("/chatkit", { method: "POST", body })).json();
    return metadata.userInfo.version;
  },
});

import.meta.hot?.accept();
import.meta.hot?.dispose(() => {
  bar.destroy();
  leave.abort();
});
