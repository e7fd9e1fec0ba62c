// Keeps two runs of the loader tests on one machine apart: they watch what each leaves in the kernel, and bpftool pins
// one example's map at a fixed path. The lock is a socket in the abstract namespace (man 7 unix), which goes with its
// process whatever happens to it, and leaves no file.

import { createServer, type Server } from "node:net";
import { eventually } from "./run.js";

const LOCK = "\0tsbpf-loader-tests";

/** Vitest's global setup: waits for the lock, and returns what gives it back. */
export async function setup(): Promise<() => void> {
  if (process.platform !== "linux") return () => {}; // no kernel test runs there
  const server = await eventually(tryLock, 300_000, 500);
  if (server === undefined) throw new Error("another run of the loader tests has not ended for five minutes");
  return () => {
    server.close();
  };
}

function tryLock(): Promise<Server | undefined> {
  return new Promise((done) => {
    const server = createServer();
    server.once("error", () => done(undefined));
    server.listen(LOCK, () => done(server));
  });
}
