/**
 * The differential suite: the same requests to Docent's conformance example, on SQLite and on Postgres, and to the reference
 * SDK, compared as a client sees them. `node tests/differential/run.mjs` does everything and fails on a difference that is not declared, and on a
 * declared one that no longer occurs. `--only TEXT` runs the cases whose name holds the text and shows both answers.
 */
import { readFileSync } from "node:fs";
import { normalise, firstDifference } from "./compare.mjs";
import { start } from "./servers.mjs";
import { world } from "./world.mjs";
import { cases } from "./cases.mjs";

const root = new URL("../../", import.meta.url);
const declared = JSON.parse(readFileSync(new URL("deviations.json", import.meta.url), "utf8"));
const only = process.argv.includes("--only") ? process.argv[process.argv.indexOf("--only") + 1] : undefined;

/** Plays one case against one server: everything it saw, in order. */
async function play(scenario, base) {
  const site = world(base, scenario.name);
  await scenario.play(site);
  return site.seen.map((step) => ({ label: step.label, answer: step.answer }));
}

/** What came of one case: the ids of declared differences that occurred, and complaints, by database. */
async function judge(scenario, servers) {
  // Each has its own users, so that none waits for another.
  const bases = [servers.reference, ...Object.values(servers.docent)];
  const [reference, ...answers] = await Promise.all(bases.map((base) => play(scenario, base)));
  const databases = Object.keys(servers.docent);
  const outcomes = answers.map((docent) => compare(scenario, { docent, reference }));
  return {
    occurred: outcomes[0].occurred,
    complaints: outcomes.flatMap(({ complaints }, index) => complaints.map((line) => `on ${databases[index]}: ${line}`)),
  };
}

function compare(scenario, raw) {
  const expected = scenario.differs ?? {};
  const [ours, theirs] = [raw.docent, raw.reference].map((steps) => normalise(steps, Object.keys(expected)));
  const complaints = [];
  const occurred = [];
  for (let index = 0; index < Math.max(ours.length, theirs.length); index += 1) {
    const label = ours[index]?.label ?? theirs[index]?.label;
    const difference = firstDifference(ours[index]?.answer, theirs[index]?.answer);
    const rule = expected[label];
    if (!rule) {
      if (difference) complaints.push(`${label}: ${difference}`);
      continue;
    }
    if (!declared[rule.id]) complaints.push(`${label}: ${rule.id} is not in deviations.json`);
    if (!difference) {
      complaints.push(`${label}: the declared difference ${rule.id} no longer occurs`);
      continue;
    }
    const isAsDeclared = (rule.docent?.(ours[index]?.answer) ?? true) && (rule.reference?.(theirs[index]?.answer) ?? true);
    if (!isAsDeclared) complaints.push(`${label}: ${rule.id} occurs, but not as declared (${difference})`);
    else occurred.push(rule.id);
  }
  for (const label of Object.keys(expected)) {
    if (!ours.some((step) => step.label === label)) complaints.push(`no step is called ${label}`);
  }
  if (only) console.log(JSON.stringify({ ours, theirs }, null, 1));
  return { occurred, complaints };
}

/** Every declared difference stands on the page of the protocol, by its id. */
function checkPage() {
  const page = readFileSync(new URL("docs/PROTOCOL.md", root), "utf8");
  return Object.keys(declared)
    .filter((id) => !page.includes(`\`${id}\``))
    .map((id) => `docs/PROTOCOL.md does not name ${id}`);
}

const servers = await start(root);
const failures = checkPage();
const occurred = new Map();
const chosen = cases.filter((scenario) => !only || scenario.name.includes(only));
let same = 0;
try {
  for (const scenario of chosen) {
    let outcome;
    try {
      outcome = await judge(scenario, servers);
    } catch (error) {
      outcome = { occurred: [], complaints: [error.stack ?? String(error)] };
    }
    for (const id of outcome.occurred) occurred.set(id, (occurred.get(id) ?? 0) + 1);
    if (outcome.complaints.length > 0) failures.push(...outcome.complaints.map((line) => `${scenario.name}: ${line}`));
    else if (outcome.occurred.length === 0) same += 1;
    const mark = outcome.complaints.length > 0 ? "FAIL" : outcome.occurred.length > 0 ? "declared" : "same";
    console.log(`${mark.padEnd(9)}${scenario.name}${outcome.occurred.length > 0 ? `  [${[...new Set(outcome.occurred)].join(" ")}]` : ""}`);
  }
} finally {
  await servers.stop();
}
if (!only) {
  for (const id of Object.keys(declared)) {
    if (!occurred.has(id)) failures.push(`the declared difference ${id} did not occur in any case`);
  }
}
const databases = Object.keys(servers.docent).join(" and ");
const differing = chosen.length - same - new Set(failures.map((line) => line.split(": ")[0])).size;
console.log(`\n${chosen.length} cases: ${same} the same, ${Math.max(differing, 0)} with declared differences only; ${occurred.size} of ${Object.keys(declared).length} declared differences occurred; on ${databases}`);
for (const line of failures) console.error(`\n${line}`);
process.exitCode = failures.length > 0 ? 1 : 0;
