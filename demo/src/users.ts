/** The two users of the demo and nobody. They exist so that one can see that threads are kept apart. */

import { device } from "./memory";
import { store } from "./store";

export interface User {
  id: string;
  name: string;
  role: string;
}

export const users: readonly User[] = [
  { id: "ada", name: "Ada", role: "reader" },
  { id: "grace", name: "Grace", role: "maintainer" },
];

const nobody = "nobody";

function remembered(): User | null {
  const id = device.read("user");
  return id === nobody ? null : (users.find((user) => user.id === id) ?? users[0]!);
}

/** Who is signed in; `null` is nobody. */
export const currentUser = store<User | null>(remembered());

export function signIn(user: User | null): void {
  device.write("user", user?.id ?? nobody);
  currentUser.set(user);
}
