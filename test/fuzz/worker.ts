// Runs cases in a thread of its own, so that one which hangs or eats all memory ends the thread and not the run. The
// number of the case at hand stands in shared memory, where the driver sees it when the thread can say nothing more.

import { parentPort, workerData } from "node:worker_threads";
import { type Corpus, makeCase, readCorpus } from "./cases.js";
import type { FromWorker, Progress, WorkerInput } from "./driver.js";
import { type Outcome, runObject, runText } from "./target.js";

const { root, seed, first, step, end, deadline, progress, limitMs, limitBytes } = workerData as WorkerInput;
const shared: Progress = new Float64Array(progress);
const corpus: Corpus = readCorpus(root);
const outcomes: Record<Outcome, number> = { refused: 0, read: 0, lifted: 0, written: 0 };

function send(message: FromWorker): void {
  parentPort!.postMessage(message);
}

/** Milliseconds of one run; what it throws is reported. */
function time(number: number): number {
  const one = makeCase(corpus, seed, number);
  const before = process.memoryUsage.rss();
  const start = performance.now();
  const cpu = process.cpuUsage();
  shared[1] = Date.now();
  shared[0] = number;
  try {
    outcomes[one.kind === "object" ? runObject(one.bytes) : runText(one.text)] += 1;
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    send({ kind: "finding", number, from: one.from, what: detail });
  }
  // Other processes may have had the processor meanwhile: waiting is not work.
  const { user, system } = process.cpuUsage(cpu);
  const spent = Math.min(performance.now() - start, (user + system) / 1000);
  const grown = process.memoryUsage.rss() - before;
  if (grown > limitBytes) {
    const what = `takes ${Math.round(grown / 1024 / 1024)} MB`;
    send({ kind: "finding", number, from: one.from, what });
  }
  return spent;
}

let done = 0;
for (let number = first; number < end && Date.now() < deadline; number += step) {
  let spent = time(number);
  // A collection of what earlier cases left behind is not this case's: what is slow must be slow again.
  for (let again = 0; again < 2 && spent > limitMs; again++) spent = Math.min(spent, time(number));
  if (spent > limitMs) {
    const what = `takes ${Math.round(spent)} ms`;
    send({ kind: "finding", number, from: makeCase(corpus, seed, number).from, what });
  }
  done += 1;
  shared[2] = done;
  if (done % 1000 === 0) send({ kind: "progress", outcomes });
}
shared[1] = 0;
send({ kind: "progress", outcomes });
send({ kind: "end", done });
