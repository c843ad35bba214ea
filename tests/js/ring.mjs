/** A fetch that everything it was given leads back to, and a look at whether such a one is ever let go. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

const apiUrl = "http://localhost:9360/chatkit";
const body = JSON.stringify({ type: "threads.create", params: { input: {} } });

/** Makes one over this `createFetch`; its requests are answered by `answer`, which gets what `fetch` gets. */
export function makeRing(createFetch, answer = async () => new Response("answer")) {
  const ring = { asked: 0 };
  const ask = (value) => (ring.asked++, ring.send && value);
  const pageContext = { enabled: () => ask(true), transform: (context) => ask(context) };
  ring.send = createFetch({
    apiUrl,
    token: (rejected) => ask(rejected ? "u" : "t"),
    userInfo: () => ask({}),
    onSession: () => ask(0),
    pageContext,
    fetch: (...request) => ask(answer(...request)),
  });
  ring.ask = () => ring.send(apiUrl, { method: "POST", body });
  return ring;
}

/** Collects until `isOver`, half a second at most. */
export async function settle(isOver) {
  for (let round = 0; round < 50 && !isOver(); round++) {
    // What was looked at is held until the end of the task.
    await new Promise((resolve) => setTimeout(resolve, 10));
    collect();
  }
}
