// Before the first test, in vitest's main process: fetches the Go modules whose objects makers.ts reads, once a machine (Go
// keeps them). Where that fails, the tests that want them skip, or fail where judges are required.

import { fileURLToPath } from "node:url";
import { judge } from "../judges.js";
import { tryRun } from "../loaders/run.js";

/** Vitest's global setup. */
export function setup(): void {
  const go = judge("go", "https://go.dev/dl");
  const cwd = fileURLToPath(new URL("modules/", import.meta.url));
  if (go !== undefined) tryRun(go, ["mod", "download"], { cwd, timeout: 180_000 });
}
