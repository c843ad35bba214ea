/** A Postgres for the suite's second run of Docent: that of `DOCENT_CONFORMANCE_POSTGRES_URL`, else a cluster of its own. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";

const PROGRAMS = "/usr/lib/postgresql";

/**
 * `{ url, stop }`, or null, loudly, where there is no Postgres; on a CI machine that is an error. A database that is named
 * has to be empty: the tables are made in it, and stay.
 */
export async function postgres(root) {
  const named = process.env.DOCENT_CONFORMANCE_POSTGRES_URL;
  if (named) return { url: named, stop: async () => {} };
  const programs = folderOfPrograms();
  if (!programs) {
    const advice = "install Debian's package postgresql, or set DOCENT_CONFORMANCE_POSTGRES_URL to an empty database";
    if (process.env.CI) throw new Error(`there is no Postgres here: ${advice}`);
    console.error(`SKIPPED on Postgres, because there is none here: ${advice}`);
    return null;
  }
  const script = readFileSync(join(root, "crates/server/tests/it/postgres/cluster.sh"), "utf8");
  // Postgres refuses to run as root.
  const asUser = process.getuid?.() === 0 ? ["runuser", "-u", "postgres", "--"] : [];
  const [program, ...rest] = [...asUser, "sh", "-c", script, "cluster.sh", programs];
  const { TMPDIR: _, ...environment } = process.env;
  const cluster = spawn(program, rest, { env: environment, stdio: ["pipe", "pipe", "inherit"], detached: true });
  const ended = new Promise((resolve) => cluster.once("exit", resolve));
  const folder = await Promise.race([firstLine(cluster.stdout), ended.then(() => undefined)]);
  if (!folder) throw new Error("the Postgres cluster did not start: its messages are above");
  return {
    url: `postgres://docent@localhost/postgres?host=${folder}`,
    // It ends, and leaves nothing behind, when its standard input does.
    stop: async () => {
      cluster.stdin.end();
      await ended;
    },
  };
}

function firstLine(stream) {
  return new Promise((resolve) => createInterface({ input: stream }).once("line", resolve));
}

/** The programs of the newest Postgres installed here. */
function folderOfPrograms() {
  const holds = (folder) => existsSync(join(folder, "initdb"));
  const versions = existsSync(PROGRAMS) ? readdirSync(PROGRAMS) : [];
  const newest = versions.filter((version) => holds(join(PROGRAMS, version, "bin"))).sort((a, b) => Number(b) - Number(a))[0];
  if (newest) return join(PROGRAMS, newest, "bin");
  return (process.env.PATH ?? "").split(delimiter).find(holds);
}
