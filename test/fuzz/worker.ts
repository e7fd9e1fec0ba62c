// Runs cases in a process of its own, so that one which hangs or eats all memory ends this process and not the run. The
// number of the case at hand stands in a file, where the driver sees it when the process can say nothing more.
//
// To ask the system for time, memory or a write takes as long as a small case, so it is asked only about cases that take
// long: processor time is never more than the time that passed, and nobody fills much memory in a moment.

import { openSync, writeSync } from "node:fs";
import { type Case, type Corpus, makeCase, readCorpus } from "./cases.js";
import type { FromWorker, WorkerInput } from "./driver.js";
import { OUTCOMES, type Outcome, runCase } from "./target.js";

function send(message: FromWorker): void {
  process.send!(message);
}

/** Milliseconds from which on a case is looked at more closely. */
const LONG_MS = 25;
/** How often the file is written. */
const WRITE_MS = 250;

/** Processor time of this process in milliseconds, or the time that passed, where that is less: waiting is no work. */
function clock(): () => number {
  const start = performance.now();
  const cpu = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return Math.min(performance.now() - start, (user + system) / 1000);
  };
}

/** The most memory that this process ever had, in megabytes. */
function peak(): number {
  return process.resourceUsage().maxRSS / 1024;
}

function work(input: WorkerInput): void {
  const { root, seed, first, step, end, deadline, progress, limitMs, limitMb, careful } = input;
  const fd = openSync(progress, "r+");
  const at = new Float64Array(1);
  const corpus: Corpus = readCorpus(root);
  const outcomes = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  let done = 0;
  let slowest = { number: first, ms: 0 };
  let written = 0;
  const report = (): void => send({ kind: "progress", done, outcomes, slowest, peakMb: peak() });

  const run = (number: number, one: Case): void => {
    try {
      outcomes[runCase(one)] += 1;
    } catch (error) {
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      send({ kind: "finding", number, what: `${one.verb} of ${one.from}: ${detail}` });
    }
  };
  const timeAgain = (one: Case): number => {
    const spent = clock();
    try {
      runCase(one);
    } catch {
      // Reported when it ran first.
    }
    return spent();
  };

  for (let number = first; number < end && Date.now() < deadline; number += step) {
    if (careful || performance.now() - written > WRITE_MS) {
      written = performance.now();
      at[0] = number;
      writeSync(fd, at, 0, 8, 0);
    }
    const one = makeCase(corpus, seed, number);
    const start = performance.now();
    run(number, one);
    let spent = performance.now() - start;
    const isLong = spent > LONG_MS;
    if (spent > slowest.ms) spent = Math.min(spent, timeAgain(one));
    // A collection of what earlier cases left behind is not this case's: what is slow must be slow again.
    for (let again = 0; again < 2 && spent > limitMs; again++) spent = Math.min(spent, timeAgain(one));
    if (spent > limitMs) {
      send({ kind: "finding", number, what: `${one.verb} of ${one.from}: takes ${Math.round(spent)} ms` });
    }
    if (spent > slowest.ms) slowest = { number, ms: spent };
    done += 1;
    if ((isLong || careful) && peak() > limitMb) {
      // Is it this case, or what earlier ones left behind? A fresh process tells.
      if (first === number) send({ kind: "finding", number, what: `takes ${Math.round(peak())} MB` });
      else send({ kind: "heavy", number });
      break;
    }
    if (done % 1000 === 0) report();
  }
  report();
  send({ kind: "end" });
  process.disconnect();
}

process.once("message", (input: WorkerInput) => work(input));
