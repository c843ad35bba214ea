/** Answers as a client understands them: ids by first appearance, times masked, the order of keys ignored. */

const ID = /\b(thr|msg|tc|wf|tsk|atc|shcx)_[0-9a-f]{8,32}\b/g;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/;
const FILE = /^http:\/\/127\.0\.0\.1:\d+\/\S*$/;

/**
 * The same steps with every id renamed to its kind and place, times and addresses of files masked. Ids that first appear in
 * a step which is meant to differ (`differing`, by label) count only from where they appear again.
 */
export function normalise(steps, differing = []) {
  let names = new Map();
  const rename = (id, prefix) => {
    if (!names.has(id)) names.set(id, `<${prefix} ${names.size + 1}>`);
    return names.get(id);
  };
  const visit = (value) => {
    if (Array.isArray(value)) return value.map(visit);
    if (value !== null && typeof value === "object") {
      const sorted = Object.keys(value).sort();
      return Object.fromEntries(sorted.map((key) => [key, key === "created_at" ? "<time>" : visit(value[key])]));
    }
    if (typeof value !== "string") return value;
    if (TIME.test(value)) return "<time>";
    if (FILE.test(value)) return "<address>";
    return value.replace(ID, rename);
  };
  // The answers are visited in a fixed order of keys, so that both sides name their ids alike.
  return steps.map(({ label, answer }) => {
    const before = new Map(names);
    const seen = visit(ordered(answer));
    if (differing.includes(label)) names = before;
    return { label, answer: seen };
  });
}

function ordered(value) {
  if (Array.isArray(value)) return value.map(ordered);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, ordered(value[key])]));
}

/** Where two values differ first, in words; `undefined` if they do not. */
export function firstDifference(ours, theirs, path = "") {
  if (Object.is(ours, theirs)) return undefined;
  const [a, b] = [kind(ours), kind(theirs)];
  if (a !== b || (a !== "object" && a !== "array")) return `${path || "."}: ${brief(ours)} instead of ${brief(theirs)}`;
  const keys = a === "array" ? [...Array(Math.max(ours.length, theirs.length)).keys()] : [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
  for (const key of keys) {
    const found = firstDifference(ours[key], theirs[key], `${path}.${key}`);
    if (found) return found;
  }
  return undefined;
}

function kind(value) {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function brief(value) {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}
