/** The servers, Docent on each database and the reference: built, set up and started on free ports, and stopped by the processes that were started here. */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../port.mjs";
import { postgres } from "./postgres.mjs";

/** Starts them; gives the endpoints of Docent by database, that of the reference, and a way to stop them. */
export async function start(rootUrl) {
  const root = fileURLToPath(rootUrl);
  const python = referencePython(root);
  execFileSync("cargo", ["build", "--quiet", "--package", "docent-server", "--example", "conformance"], { cwd: root, stdio: "inherit" });
  const built = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug", "examples", "conformance");
  const folder = mkdtempSync(join(root, "target", "differential-"));
  const cluster = await postgres(root);
  const databases = { sqlite: `sqlite://${join(folder, "docent.db")}`, ...(cluster && { postgres: cluster.url }) };
  const children = [];
  const run = async (program, argumentsOn) => {
    const port = await freePort();
    children.push(spawn(program, argumentsOn(port), { stdio: ["ignore", "ignore", "inherit"] }));
    await answering(port);
    return `http://127.0.0.1:${port}`;
  };
  const stop = async () => {
    await Promise.all(children.map(stopped));
    await cluster?.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const reference = await run(python, (port) => [join(root, "tests", "differential", "reference.py"), String(port)]);
    const docent = {};
    for (const [name, url] of Object.entries(databases)) {
      docent[name] = await run(built, (port) => ["--addr", `127.0.0.1:${port}`, "--database-url", url]);
    }
    return { docent, reference, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The Python with the reference in it: an environment below `target/`, made once for these versions. */
function referencePython(root) {
  const requirements = join(root, "tests", "differential", "requirements.txt");
  const folder = join(root, "target", "differential-venv");
  const python = join(folder, "bin", "python");
  const stamp = join(folder, "docent-requirements.txt");
  const wanted = readFileSync(requirements, "utf8");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return python;
  console.log("making the environment of the reference in target/differential-venv");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(root, "target"), { recursive: true });
  try {
    execFileSync("python3", ["-m", "venv", folder], { stdio: "inherit" });
    execFileSync(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements], { stdio: "inherit" });
  } catch (cause) {
    throw new Error("the reference could not be set up: install Python 3.10 or later with its venv module, and let pip reach its packages", { cause });
  }
  writeFileSync(stamp, wanted);
  return python;
}

async function answering(port) {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    try {
      await fetch(`http://127.0.0.1:${port}/`);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  throw new Error(`the server on port ${port} did not answer within a minute`);
}

function stopped(child) {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("exit", resolve);
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), 15_000).unref();
  });
}
