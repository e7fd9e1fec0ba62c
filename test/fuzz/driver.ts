// The fuzzer's driver: hands numbers of cases to worker processes, watches their time and memory, and gathers what they
// find. A case is its seed and its number: `npm run fuzz -- --seed S --only N` makes it again.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { OUTCOMES, type Outcome } from "./target.js";

export interface WorkerInput {
  readonly root: string;
  readonly seed: number;
  readonly first: number;
  readonly step: number;
  readonly end: number;
  /** ms since 1970. */
  readonly deadline: number;
  /** A file of two doubles: the number of the case at hand, and the cases done. */
  readonly progress: string;
  readonly limitMs: number;
  readonly limitMb: number;
  /** The process was started for this one case. */
  readonly alone: boolean;
}

type Outcomes = Readonly<Record<Outcome, number>>;

interface Slowest {
  readonly number: number;
  /** Processor time. */
  readonly ms: number;
}

export type FromWorker =
  | { readonly kind: "finding"; readonly number: number; readonly what: string }
  /** The process has grown beyond the limit with this case. */
  | { readonly kind: "heavy"; readonly number: number }
  | {
      readonly kind: "progress";
      readonly done: number;
      readonly outcomes: Outcomes;
      readonly slowest: Slowest;
      readonly peakMb: number;
    }
  | { readonly kind: "end" };

export interface FuzzOptions {
  readonly seed: number;
  /** Numbers of the first case, and of the one behind the last. */
  readonly first: number;
  readonly end: number;
  /** Stops earlier after this time. */
  readonly seconds: number;
  readonly jobs: number;
  readonly onFinding?: (finding: FuzzFinding) => void;
  readonly onProgress?: (result: FuzzResult) => void;
}

export interface FuzzFinding {
  readonly number: number;
  readonly what: string;
}

export interface FuzzResult {
  readonly done: number;
  readonly outcomes: Outcomes;
  readonly findings: readonly FuzzFinding[];
  readonly slowest: Slowest;
  /** The most memory that a worker had, Node and the corpus included, in megabytes. */
  readonly peakMb: number;
}

/** What a case may take: design, bytes from strangers. Memory is that of the whole process. */
export const LIMIT_MS = 1000;
export const LIMIT_MB = 512;
/** A case that takes this time of the processor has hung. */
const HANG_MS = 20_000;
/** A run with more findings has found enough. */
const MAX_FINDINGS = 200;

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The worker as one script: Node 20 cannot run TypeScript. */
export function bundleWorker(): string {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL("./worker.ts", import.meta.url))],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    mainFields: ["module", "main"], // jsonc-parser's main cannot be bundled
    target: "es2022",
    logLevel: "error",
  });
  return outputFiles[0]!.text;
}

export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const folder = mkdtempSync(join(tmpdir(), "tsbpf-fuzz-"));
  try {
    return await fuzzIn(folder, bundleWorker(), options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fuzzIn(folder: string, script: string, options: FuzzOptions): Promise<FuzzResult> {
  const deadline = Date.now() + options.seconds * 1000;
  const findings: FuzzFinding[] = [];
  const ended: FuzzResult[] = [];
  const running = new Map<number, FuzzResult>();
  const total = (): FuzzResult => sum([...ended, ...running.values()], findings);
  const report = (number: number, what: string): void => {
    const finding = { number, what };
    findings.push(finding);
    options.onFinding?.(finding);
  };
  const run = async (job: number, first: number, end: number, alone: boolean): Promise<WorkerEnd> => {
    const progress = join(folder, `progress-${job}`);
    const worker = await runWorker(
      script,
      {
        root: ROOT,
        seed: options.seed,
        first,
        step: options.jobs,
        end,
        deadline: alone ? Number.POSITIVE_INFINITY : deadline,
        progress,
        limitMs: LIMIT_MS,
        limitMb: LIMIT_MB,
        alone,
      },
      report,
      (result) => {
        running.set(job, result);
        options.onProgress?.(total());
      },
    );
    running.delete(job);
    return worker;
  };
  const lane = async (job: number): Promise<void> => {
    let first = options.first + job;
    while (first < options.end && Date.now() < deadline && findings.length < MAX_FINDINGS) {
      const worker = await run(job, first, options.end, false);
      ended.push({ ...worker.result, peakMb: worker.heavy ? 0 : worker.result.peakMb });
      if (worker.stoppedAt === undefined) return;
      const number = worker.stoppedAt;
      if (worker.heavy || worker.why !== "") {
        const again = await run(job, number, number + 1, true);
        ended.push({ ...again.result, done: worker.heavy ? 0 : again.result.done });
        // Also where it was not alone to blame: a case that ended a process is looked at.
        if (again.why !== "") report(number, again.why);
      }
      first = number + options.jobs;
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, (_, job) => lane(job)));
  return total();
}

function sum(parts: readonly FuzzResult[], findings: readonly FuzzFinding[]): FuzzResult {
  const outcomes = Object.fromEntries(
    OUTCOMES.map((name) => [name, parts.reduce((count, part) => count + part.outcomes[name], 0)]),
  ) as Record<Outcome, number>;
  return {
    done: parts.reduce((count, { done }) => count + done, 0),
    outcomes,
    findings,
    slowest: parts.reduce((most, { slowest }) => (slowest.ms > most.ms ? slowest : most), {
      number: 0,
      ms: 0,
    }),
    peakMb: Math.max(0, ...parts.map(({ peakMb }) => peakMb)),
  };
}

interface WorkerEnd {
  readonly result: FuzzResult;
  /** The case that ended the process; undefined where it came to its end. */
  readonly stoppedAt: number | undefined;
  /** What the case did to the process, beyond what the process could say itself. */
  readonly why: string;
  readonly heavy: boolean;
}

function runWorker(
  script: string,
  input: WorkerInput,
  onFinding: (number: number, what: string) => void,
  onProgress: (result: FuzzResult) => void,
): Promise<WorkerEnd> {
  writeFileSync(input.progress, new Float64Array([input.first, 0]));
  const child = spawn(process.execPath, [`--max-old-space-size=${LIMIT_MB}`, "-"], {
    stdio: ["pipe", "inherit", "pipe", "ipc"],
  });
  child.stdin!.end(script);
  child.send(input);
  const empty = Object.fromEntries(OUTCOMES.map((name) => [name, 0])) as Record<Outcome, number>;
  let result: FuzzResult = {
    done: 0,
    outcomes: empty,
    findings: [],
    slowest: { number: input.first, ms: 0 },
    peakMb: 0,
  };
  let words = "";
  child.stderr!.on("data", (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-10_000);
  });
  return new Promise((resolve, reject) => {
    let why = "";
    let finished = false;
    let heavy: number | undefined;
    const stop = watchHang(child, input.progress, (ms) => {
      why = `hangs for more than ${ms} ms`;
      child.kill("SIGKILL");
    });
    child.on("message", (message: FromWorker) => {
      if (message.kind === "finding") onFinding(message.number, message.what);
      else if (message.kind === "heavy") heavy = message.number;
      else if (message.kind === "end") finished = true;
      else {
        const { done, outcomes, slowest, peakMb } = message;
        result = { done, outcomes, findings: [], slowest, peakMb };
        onProgress(result);
      }
    });
    child.on("error", reject);
    child.on("exit", () => {
      stop();
      const [number, done] = new Float64Array(new Uint8Array(readFileSync(input.progress)).buffer);
      if (!finished) {
        result = { ...result, done: done! };
        if (why === "")
          why = `ends the process: ${/FATAL ERROR.*|Error.*/.exec(words)?.[0] ?? words.slice(-300)}`;
      }
      resolve({ result, stoppedAt: finished ? heavy : number!, why, heavy: heavy !== undefined });
    });
  });
}

/** Calls `onHang` where a process has worked too long on one case; the result ends the watch. */
function watchHang(child: ChildProcess, progress: string, onHang: (ms: number) => void): () => void {
  let before = -1;
  let since = 0;
  const timer = setInterval(() => {
    const [number] = new Float64Array(new Uint8Array(readFileSync(progress)).buffer);
    const now = workedMs(child.pid!);
    if (number !== before) [before, since] = [number!, now];
    else if (now - since > HANG_MS) onHang(HANG_MS);
  }, 500);
  return () => clearInterval(timer);
}

/** Processor time of a process (proc(5), stat: fields 14 and 15, in hundredths); the clock where there is no /proc. */
function workedMs(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return Date.now();
  }
}
