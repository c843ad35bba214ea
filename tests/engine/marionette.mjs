/**
 * Firefox without a driver beside it: the browser itself speaks Marionette, whose commands are those of WebDriver, as
 * `length:[0, id, command, parameters]` over a socket. It is what geckodriver translates to.
 */

import { readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";

import { Program, profileFolder } from "./process.mjs";

/** The browser as a stranger finds it, and nothing that calls home. */
const preferences = {
  // A free port; Firefox writes it into the profile.
  "marionette.port": 0,
  "remote.prefs.recommended": true,
  "browser.shell.checkDefaultBrowser": false,
  "browser.aboutwelcome.enabled": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "app.normandy.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
};

/** Starts Firefox; gives how to send it a command, and how to end it. */
export async function startFirefox(program) {
  const profile = await profileFolder();
  const lines = Object.entries(preferences).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`);
  await writeFile(join(profile.path, "user.js"), lines.join("\n"));
  const firefox = new Program(program, ["--headless", "--marionette", "--no-remote", "--profile", profile.path]);
  const port = await firefox.until("open its port for commands", async () => {
    const text = await readFile(join(profile.path, "MarionetteActivePort"), "utf8");
    return Number(text) || undefined;
  });
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  const waiting = new Map();
  const greeted = new Promise((resolve) => waiting.set("greeting", resolve));
  readMessages(socket, (message) => {
    // The first message greets; the others are [1, id, error, result].
    if (!Array.isArray(message)) return waiting.get("greeting")();
    const [, id, error, result] = message;
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new Error(`${error.error}: ${error.message}`));
    else resolve(result);
  });
  await greeted;

  let last = 0;
  const send = (command, parameters) =>
    new Promise((resolve, reject) => {
      waiting.set(++last, { resolve, reject });
      const text = JSON.stringify([0, last, command, parameters]);
      socket.write(`${Buffer.byteLength(text)}:${text}`);
    });
  await send("WebDriver:NewSession", { capabilities: { alwaysMatch: {} } });
  return {
    send: async (command, parameters = {}) => {
      const result = await send(`WebDriver:${command}`, parameters);
      return result !== null && typeof result === "object" && "value" in result ? result.value : result;
    },
    async end() {
      socket.destroy();
      await firefox.end();
      await profile.remove();
    },
  };
}

/** Cuts the socket's bytes into messages. */
function readMessages(socket, take) {
  let bytes = Buffer.alloc(0);
  socket.on("data", (more) => {
    bytes = Buffer.concat([bytes, more]);
    for (;;) {
      const colon = bytes.indexOf(":");
      const end = colon + 1 + Number(bytes.subarray(0, Math.max(colon, 0)));
      if (colon < 0 || bytes.length < end) return;
      const message = JSON.parse(bytes.subarray(colon + 1, end));
      bytes = bytes.subarray(end);
      take(message);
    }
  });
}
