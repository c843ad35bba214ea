/**
 * Runs compiled wasm tests in browsers: `node run_wasm.mjs RUNNER ENGINE[,ENGINE…] FILE.wasm…`. RUNNER is the program
 * wasm-bindgen-test-runner, which makes a page of a file and serves it; every engine opens that page. So a file is compiled
 * and bound once, however many browsers it is tried in.
 */

import { startEngine } from "./engine.mjs";
import { Program } from "./process.mjs";

/** A suite that shows nothing new for this long hangs. */
const QUIET_MS = 60_000;

const [runner, names, ...files] = process.argv.slice(2);

/** Serves the tests of a file; `undefined` when it has none. */
async function serve(file) {
  const env = { ...process.env, NO_HEADLESS: "1", WASM_BINDGEN_TEST_ADDRESS: "127.0.0.1:0" };
  const server = new Program(runner, [file], { env });
  const address = await server.until(`serve ${file}`, (said) =>
    /no tests to run/.test(said) ? "none" : /available at (http:\/\/\S+)/.exec(said)?.[1],
  );
  if (address !== "none") return { server, address };
  await server.ended;
  return undefined;
}

/** Opens the page of a suite and waits for its end; gives what it wrote. */
async function run(engine, address) {
  await engine.open(address);
  let shown = "";
  for (let quietUntil = Date.now() + QUIET_MS; Date.now() < quietUntil; ) {
    const now = await engine.evaluate(() => document.getElementById("output").textContent);
    if (/^test result: /m.test(now)) return now;
    if (now !== shown) quietUntil = Date.now() + QUIET_MS;
    shown = now;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Nothing new for ${QUIET_MS} ms; so far the page shows:\n${shown}`);
}

const engines = [];
let hasFailed = false;
try {
  for (const name of names.split(",")) engines.push(await startEngine(name));
  for (const file of files) {
    const suite = await serve(file);
    if (!suite) continue;
    try {
      // Side by side: the suites wait more than they compute.
      const results = await Promise.all(
        engines.map((engine) => run(engine, suite.address).catch((error) => `${error.message}\ntest result: FAILED.`)),
      );
      for (const [index, shown] of results.entries()) {
        console.log(`\n${engines[index].name}: ${file}\n${shown.slice(Math.max(0, shown.indexOf("running "))).trim()}`);
        hasFailed ||= !/^test result: ok\./m.test(shown);
      }
    } finally {
      await suite.server.end();
    }
  }
} finally {
  await Promise.all(engines.map((engine) => engine.close()));
}
process.exitCode = hasFailed ? 1 : 0;
