/** Every case of the suite, in the order of the protocol's page. */
import { cases as attachments } from "./cases/attachments.mjs";
import { cases as bodies } from "./cases/bodies.mjs";
import { cases as events } from "./cases/events.mjs";
import { cases as failures } from "./cases/failures.mjs";
import { cases as isolation } from "./cases/isolation.mjs";
import { cases as messages } from "./cases/messages.mjs";
import { cases as pages } from "./cases/pages.mjs";
import { cases as questions } from "./cases/questions.mjs";
import { cases as stored } from "./cases/stored.mjs";
import { cases as threads } from "./cases/threads.mjs";
import { cases as widgets } from "./cases/widgets.mjs";

export const cases = [
  ...threads,
  ...messages,
  ...events,
  ...stored,
  ...pages,
  ...questions,
  ...widgets,
  ...attachments,
  ...failures,
  ...bodies,
  ...isolation,
];

const names = cases.map((scenario) => scenario.name);
const twice = names.filter((name, place) => names.indexOf(name) !== place);
if (twice.length > 0) throw new Error(`two cases share a name: ${twice.join(", ")}`);
