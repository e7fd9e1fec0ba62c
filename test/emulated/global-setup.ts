// Before the emulated tests, in vitest's main process: builds the guest and fetches the kernel, since a test's own process
// must not be silent for so long.

import { machine } from "./machine.js";

/** Vitest's global setup. What is lacking is for the tests to say. */
export function setup(): void {
  machine();
}
