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
  /** A file of one double: the number of the case at hand, or of one shortly before it. */
  readonly progress: string;
  readonly limitMs: number;
  readonly limitMb: number;
  /** The number in the file must be right: a process before this one did not come to its end. */
  readonly careful: boolean;
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
  /** Processor time that a case may take, in milliseconds; `LIMIT_MS` by default. */
  readonly limitMs?: number;
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
/** The time that fails a test: how fast a machine is, and who else works on it, is no property of this code. */
export const TEST_LIMIT_MS: number = 5 * LIMIT_MS;
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
  const run = async (job: number, first: number, end: number, careful: boolean): Promise<WorkerEnd> => {
    const progress = join(folder, `progress-${job}`);
    const worker = await runWorker(
      script,
      {
        root: ROOT,
        seed: options.seed,
        first,
        step: options.jobs,
        end,
        deadline,
        progress,
        limitMs: options.limitMs ?? LIMIT_MS,
        limitMb: LIMIT_MB,
        careful,
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
    let careful = false;
    while (first < options.end && Date.now() < deadline && findings.length < MAX_FINDINGS) {
      const { result, heavy, diedAt, why } = await run(job, first, options.end, careful);
      // Of what ran beyond its limit together with others, the memory is not known yet.
      ended.push(heavy === undefined ? result : { ...result, peakMb: 0 });
      if (heavy !== undefined) {
        const alone = await run(job, heavy, heavy + 1, true);
        ended.push({ ...nothing(heavy), peakMb: alone.result.peakMb });
        if (alone.diedAt !== undefined) report(heavy, alone.why);
        first = heavy + options.jobs;
      } else if (diedAt === undefined) {
        return;
      } else if (careful) {
        report(diedAt, why);
        first = diedAt + options.jobs;
      } else {
        // Once more from where it last said how far it is, to see which case it was.
        first += result.done * options.jobs;
      }
      careful = diedAt !== undefined && !careful;
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, (_, job) => lane(job)));
  return total();
}

function nothing(number: number): FuzzResult {
  const outcomes = Object.fromEntries(OUTCOMES.map((name) => [name, 0])) as Record<Outcome, number>;
  return { done: 0, outcomes, findings: [], slowest: { number, ms: 0 }, peakMb: 0 };
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
  /** The case with which the process had more memory than it may, and stopped. */
  readonly heavy: number | undefined;
  /** The case that ended the process, or one shortly before it; undefined where it came to its end. */
  readonly diedAt: number | undefined;
  /** How it died. */
  readonly why: string;
}

function runWorker(
  script: string,
  input: WorkerInput,
  onFinding: (number: number, what: string) => void,
  onProgress: (result: FuzzResult) => void,
): Promise<WorkerEnd> {
  writeFileSync(input.progress, new Float64Array([input.first]));
  const child = spawn(process.execPath, [`--max-old-space-size=${LIMIT_MB}`, "-"], {
    stdio: ["pipe", "inherit", "pipe", "ipc"],
  });
  child.stdin!.end(script);
  child.send(input);
  let result = nothing(input.first);
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
      if (!finished && why === "")
        why = `ends the process: ${/FATAL ERROR.*|Error.*/.exec(words)?.[0] ?? words.slice(-300)}`;
      resolve({ result, heavy, diedAt: finished ? undefined : caseAtHand(input.progress), why });
    });
  });
}

function caseAtHand(progress: string): number {
  return new Float64Array(new Uint8Array(readFileSync(progress)).buffer)[0] ?? 0;
}

/** Calls `onHang` where a process has worked too long on one case; the result ends the watch. */
function watchHang(child: ChildProcess, progress: string, onHang: (ms: number) => void): () => void {
  let before = -1;
  let since = 0;
  const timer = setInterval(() => {
    const number = caseAtHand(progress);
    const now = workedMs(child.pid!);
    if (number !== before) [before, since] = [number, now];
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
