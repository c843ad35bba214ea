/** One way to drive Chromium, Firefox and WebKit: open a page, run a function in it, move the mouse, press keys. */

import { readFile } from "node:fs/promises";

import { startFirefox } from "./marionette.mjs";
import { startChromium, startWebKit } from "./webdriver.mjs";

/** Chromium's arguments are those that wasm-pack would give it. */
async function chromiumArguments() {
  const file = new URL("../../webdriver.json", import.meta.url);
  return JSON.parse(await readFile(file, "utf8"))["goog:chromeOptions"].args;
}

const starters = {
  chromium: async () =>
    startChromium(
      process.env.DOCENT_CHROMEDRIVER ?? "chromedriver",
      process.env.DOCENT_CHROMIUM ?? "/usr/bin/chromium",
      await chromiumArguments(),
    ),
  firefox: () => startFirefox(process.env.DOCENT_FIREFOX ?? "firefox-esr"),
  webkit: () => startWebKit(process.env.DOCENT_WEBKIT_DRIVER ?? "WebKitWebDriver"),
};

/** Starts a browser by its engine's name, with a window of 1280 by 900. */
export async function startEngine(name) {
  if (!Object.hasOwn(starters, name)) throw new Error(`There is no engine "${name}"; choose from ${Object.keys(starters).join(", ")}.`);
  const engine = new Engine(name, await starters[name]());
  await engine.send("SetWindowRect", { width: 1280, height: 900 });
  return engine;
}

/** A browser with one page. */
export class Engine {
  #driver;

  constructor(name, driver) {
    this.name = name;
    this.#driver = driver;
  }

  /** A command of WebDriver, by its name. */
  send(command, parameters) {
    return this.#driver.send(command, parameters);
  }

  /** Opens an address and waits for its `load`. */
  async open(url) {
    await this.send("Navigate", { url });
  }

  async reload() {
    await this.send("Refresh");
  }

  /** Runs a function in the page with arguments that JSON can carry; gives what it returns. */
  evaluate(work, ...args) {
    return this.send("ExecuteScript", { script: `return (${work}).apply(null, arguments)`, args });
  }

  /** Presses at the first point, moves over the others and lets go; points are in the viewport, in CSS pixels. */
  async drag(points) {
    const [first, ...rest] = points.map(([x, y]) => ({ type: "pointerMove", x: Math.round(x), y: Math.round(y), duration: 40 }));
    const press = { type: "pointerDown", button: 0 };
    const actions = [first, press, ...rest, { type: "pointerUp", button: 0 }];
    await this.send("PerformActions", { actions: [{ type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions }] });
  }

  click(x, y) {
    return this.drag([[x, y]]);
  }

  /** Presses and releases keys one after the other; a text is its characters. */
  async type(keys) {
    const actions = [...keys].flatMap((value) => [{ type: "keyDown", value }, { type: "keyUp", value }]);
    await this.send("PerformActions", { actions: [{ type: "key", id: "keyboard", actions }] });
  }

  /** Holds the first keys down while the last is pressed. */
  async chord(...keys) {
    const down = keys.map((value) => ({ type: "keyDown", value }));
    const up = keys.toReversed().map((value) => ({ type: "keyUp", value }));
    await this.send("PerformActions", { actions: [{ type: "key", id: "keyboard", actions: [...down, ...up] }] });
  }

  /** What is on the screen, as PNG. */
  async screenshot() {
    return Buffer.from(await this.send("TakeScreenshot"), "base64");
  }

  /** Ends the browser and everything that was started for it. */
  close() {
    return this.#driver.end();
  }
}
