/** Chromium and WebKit by their drivers, over HTTP as the W3C's WebDriver has it. */

import { freePort } from "../port.mjs";
import { Program } from "./process.mjs";

/** Where each command of WebDriver is, by its name in Marionette. */
const routes = {
  Navigate: ["POST", "url"],
  Refresh: ["POST", "refresh"],
  SetWindowRect: ["POST", "window/rect"],
  ExecuteScript: ["POST", "execute/sync"],
  PerformActions: ["POST", "actions"],
  TakeScreenshot: ["GET", "screenshot"],
};

/** Starts a driver and a session with it; gives how to send a command, and how to end both. */
async function startDriver(command, args, port, capabilities) {
  const driver = new Program(command, args);
  const base = `http://127.0.0.1:${port}`;
  const call = async (method, path, body) => {
    const answer = await fetch(base + path, {
      method,
      ...(method === "POST" ? { body: JSON.stringify(body), headers: { "content-type": "application/json" } } : {}),
    });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${value.error}: ${value.message}`);
    return value;
  };
  await driver.until("answer", async () => (await fetch(`${base}/status`)).ok || undefined);
  let session;
  try {
    session = await call("POST", "/session", { capabilities: { alwaysMatch: capabilities } });
  } catch (error) {
    await driver.end();
    throw error;
  }
  return {
    send(name, parameters = {}) {
      const [method, path] = routes[name];
      return call(method, `/session/${session.sessionId}/${path}`, parameters);
    },
    async end() {
      await call("DELETE", `/session/${session.sessionId}`).catch(() => {});
      await driver.end();
    },
  };
}

/** Chromium by chromedriver. */
export async function startChromium(chromedriver, chromium, args) {
  const port = await freePort();
  const options = { binary: chromium, args };
  return startDriver(chromedriver, [`--port=${port}`], port, { browserName: "chrome", "goog:chromeOptions": options });
}

/** WebKitGTK by WebKitWebDriver. It wants a display; without one it gets a virtual one. */
export async function startWebKit(driver) {
  const port = await freePort();
  const args = process.env.DISPLAY || process.env.WAYLAND_DISPLAY ? [] : ["--auto-servernum", "--server-args=-screen 0 1400x1000x24", driver];
  const [command, ...rest] = args.length ? ["xvfb-run", ...args] : [driver];
  return startDriver(command, [...rest, `--port=${port}`], port, {});
}
