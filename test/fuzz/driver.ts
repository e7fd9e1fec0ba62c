// The fuzzer's driver: hands numbers of cases to worker threads, watches their time and memory, and gathers what they
// find. A case is its seed and its number: `npm run fuzz -- --seed S --only N` makes it again.

import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { buildSync } from "esbuild";
import type { Outcome } from "./target.js";

/** Number of the case at hand, when it began (ms since 1970; 0 for none), cases done. */
export type Progress = Float64Array;

export interface WorkerInput {
  readonly root: string;
  readonly seed: number;
  readonly first: number;
  readonly step: number;
  readonly end: number;
  readonly deadline: number;
  readonly progress: SharedArrayBuffer;
  readonly limitMs: number;
  readonly limitBytes: number;
}

export type FromWorker =
  | { readonly kind: "finding"; readonly number: number; readonly from: string; readonly what: string }
  | { readonly kind: "progress"; readonly outcomes: Readonly<Record<Outcome, number>> }
  | { readonly kind: "end"; readonly done: number };

export interface FuzzOptions {
  readonly seed: number;
  /** Numbers of the first case, and of the one behind the last. */
  readonly first: number;
  readonly end: number;
  /** Stops earlier after this time. */
  readonly seconds: number;
  readonly jobs: number;
  readonly onFinding?: (finding: FuzzFinding) => void;
  readonly onProgress?: (done: number) => void;
}

export interface FuzzFinding {
  readonly number: number;
  readonly what: string;
}

export interface FuzzResult {
  readonly done: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly findings: readonly FuzzFinding[];
}

/** What a case may take: design, bytes from strangers. */
export const LIMIT_MS = 1000;
export const LIMIT_MB = 512;
/** A case of this time has hung. */
const HANG_MS = 10_000;
/** A run with more findings has found enough. */
const MAX_FINDINGS = 200;

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The worker as one script: a thread cannot load TypeScript. Function names stay, for the stacks of findings. */
function bundleWorker(): string {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL("./worker.ts", import.meta.url))],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: "es2022",
    logLevel: "error",
  });
  return outputFiles[0]!.text;
}

export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const script = bundleWorker();
  const deadline = Date.now() + options.seconds * 1000;
  const findings: FuzzFinding[] = [];
  const outcomes: Record<Outcome, number> = { refused: 0, read: 0, lifted: 0, written: 0 };
  const counts = new Array<number>(options.jobs).fill(0);
  const report = (number: number, what: string): void => {
    const finding = { number, what };
    findings.push(finding);
    options.onFinding?.(finding);
  };
  const progressed = (): void => options.onProgress?.(counts.reduce((sum, count) => sum + count, 0));

  const lane = async (job: number): Promise<void> => {
    let first = options.first + job;
    while (first < options.end && Date.now() < deadline && findings.length < MAX_FINDINGS) {
      const input = { root: ROOT, seed: options.seed, first, step: options.jobs, end: options.end, deadline };
      const thread = await runThread(script, input, {
        onFinding: report,
        onDone: (done) => {
          counts[job]! += done;
          progressed();
        },
      });
      for (const name of Object.keys(outcomes) as Outcome[]) outcomes[name] += thread.outcomes[name];
      if (thread.stoppedAt === undefined) return;
      report(thread.stoppedAt, thread.why);
      first = thread.stoppedAt + options.jobs;
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, (_, job) => lane(job)));
  return { done: counts.reduce((sum, count) => sum + count, 0), outcomes, findings };
}

interface ThreadEnd {
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** The case that ended the thread; undefined where it came to its end. */
  readonly stoppedAt: number | undefined;
  readonly why: string;
}

interface ThreadWatch {
  onFinding(number: number, what: string): void;
  onDone(done: number): void;
}

function runThread(
  script: string,
  input: Omit<WorkerInput, "progress" | "limitMs" | "limitBytes">,
  { onFinding, onDone }: ThreadWatch,
): Promise<ThreadEnd> {
  const progress = new SharedArrayBuffer(3 * 8);
  const shared: Progress = new Float64Array(progress);
  const workerData: WorkerInput = {
    ...input,
    progress,
    limitMs: LIMIT_MS,
    limitBytes: LIMIT_MB * 1024 * 1024,
  };
  const worker = new Worker(script, {
    eval: true,
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: LIMIT_MB },
  });
  let outcomes: Readonly<Record<Outcome, number>> = { refused: 0, read: 0, lifted: 0, written: 0 };
  let reported = 0;
  return new Promise((resolve, reject) => {
    let why = "";
    let ended = false;
    const update = (): void => {
      onDone(shared[2]! - reported);
      reported = shared[2]!;
    };
    const watch = setInterval(() => {
      update();
      if (shared[1]! > 0 && Date.now() - shared[1]! > HANG_MS) {
        why = `hangs for more than ${HANG_MS} ms`;
        void worker.terminate();
      }
    }, 500);
    worker.on("message", (message: FromWorker) => {
      if (message.kind === "finding") onFinding(message.number, `${message.from}: ${message.what}`);
      else if (message.kind === "progress") outcomes = message.outcomes;
      else ended = true;
    });
    worker.on("error", (error: Error & { code?: string }) => {
      if (error.code === "ERR_WORKER_OUT_OF_MEMORY") why = `takes more than ${LIMIT_MB} MB of heap`;
      else reject(error);
    });
    worker.on("exit", () => {
      clearInterval(watch);
      update();
      resolve({ outcomes, stoppedAt: ended ? undefined : shared[0]!, why });
    });
  });
}
