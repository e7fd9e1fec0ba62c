// Runs cases in a process of its own, so that one which hangs or eats all memory ends this process and not the run. The
// number of the case at hand stands in a file, where the driver sees it when the process can say nothing more.

import { openSync, writeSync } from "node:fs";
import { type Case, type Corpus, makeCase, readCorpus } from "./cases.js";
import type { FromWorker, WorkerInput } from "./driver.js";
import { OUTCOMES, type Outcome, runCase } from "./target.js";

function send(message: FromWorker): void {
  process.send!(message);
}

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

function work({
  root,
  seed,
  first,
  step,
  end,
  deadline,
  progress,
  limitMs,
  limitMb,
  alone,
}: WorkerInput): void {
  const fd = openSync(progress, "r+");
  const at = new Float64Array(2);
  const corpus: Corpus = readCorpus(root);
  const outcomes = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  let done = 0;
  let slowest = { number: first, ms: 0 };
  const report = (): void => send({ kind: "progress", done, outcomes, slowest, peakMb: peak() });

  /** Milliseconds of one run; what it throws is reported, once. */
  const time = (number: number, one: Case, again: boolean): number => {
    const spent = clock();
    try {
      const outcome = runCase(one);
      if (!again) outcomes[outcome] += 1;
    } catch (error) {
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      if (!again) send({ kind: "finding", number, what: `${one.verb} of ${one.from}: ${detail}` });
    }
    return spent();
  };

  for (let number = first; number < end && Date.now() < deadline; number += step) {
    at[0] = number;
    at[1] = done;
    writeSync(fd, at, 0, 16, 0);
    const one = makeCase(corpus, seed, number);
    let spent = time(number, one, false);
    // A collection of what earlier cases left behind is not this case's: what is slow must be slow again.
    for (let again = 0; again < 2 && spent > limitMs; again++)
      spent = Math.min(spent, time(number, one, true));
    if (spent > limitMs) {
      send({ kind: "finding", number, what: `${one.verb} of ${one.from}: takes ${Math.round(spent)} ms` });
    }
    if (spent > slowest.ms) slowest = { number, ms: spent };
    done += 1;
    if (peak() > limitMb) {
      // Is it this case, or what earlier ones left behind? A fresh process tells.
      if (alone) send({ kind: "finding", number, what: `takes ${Math.round(peak())} MB` });
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
