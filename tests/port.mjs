/** Ports of this machine that are free, for programs that must be told theirs. */

import { createServer } from "node:net";

/** A port of 127.0.0.1 that nobody listens at, as the operating system chooses it. */
export async function freePort() {
  const probe = createServer();
  await new Promise((resolve, reject) => {
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", resolve);
  });
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
