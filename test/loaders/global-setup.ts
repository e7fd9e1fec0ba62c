// Before the first loader test, in vitest's main process: waits for its turn, then builds the harnesses (a test's own
// process must not be silent for so long).
//
// Only one run of the loader tests goes on at a time on one machine: they watch what each leaves in the kernel, and bpftool
// pins one example's map at a fixed path. The lock is a socket in the abstract namespace (man 7 unix), which goes with its
// process whatever happens to it, and leaves no file.

import { createServer, type Server } from "node:net";
import { HARNESSES, harness } from "./harness.js";
import { kernelObstacle } from "./kernel.js";
import { newestHarness } from "./newest.js";
import { eventually } from "./run.js";

const LOCK = "\0tsbpf-loader-tests";
const PATIENCE_MS = 300_000;

/** Vitest's global setup: what it returns is called after the last test. */
export async function setup(): Promise<() => void> {
  const lock = kernelObstacle() === undefined ? await takeLock() : undefined;
  for (const name of HARNESSES) harness(name);
  newestHarness();
  return () => {
    lock?.close();
  };
}

async function takeLock(): Promise<Server> {
  const free = await tryLock();
  if (free !== undefined) return free;
  console.log("waiting for another run of the loader tests on this machine");
  const lock = await eventually(tryLock, PATIENCE_MS, 500);
  if (lock === undefined) throw new Error("another run of the loader tests has not ended for five minutes");
  return lock;
}

function tryLock(): Promise<Server | undefined> {
  return new Promise((done) => {
    const server = createServer();
    server.once("error", () => done(undefined));
    server.listen(LOCK, () => done(server));
  });
}
