// The run of tsbpf: arguments to files to the library to files and texts. All of Node's ways in and out come through
// `io` or files.ts, so that a test can call `runInspect` as it is.

import packageJson from "../package.json" with { type: "json" };
import {
  type Diagnostic,
  diagnosticToJson,
  diffFiles,
  dumpFile,
  encodeUtf8,
  filterDump,
  formatDiagnostic,
  type InputFile,
  type Inspected,
  Log,
  liftFile,
  type Paint,
  printChanges,
  printDump,
  type Style,
  terminalSafe,
} from "../src/index.js";
import { FileProblem, writeOutput } from "./files.js";
import { readSingle } from "./inputs.js";
import { type InspectArgs, parseInspectArgs } from "./inspect-args.js";

export interface InspectIo {
  stdout(text: string): void;
  stderr(text: string): void;
  /** Messages may have colours. */
  readonly color: boolean;
  /** Somebody is looking at `stdout`, and likes colours. */
  readonly outputColor: boolean;
}

const OK = 0;
const USER_ERROR = 1;
const DIFFERENT = 1;
/** diff(1): trouble is told apart from a difference. */
const DIFF_TROUBLE = 2;
/** EX_SOFTWARE of sysexits.h. */
const OUR_BUG = 70;

/** Runs tsbpf with the arguments behind its name; the result is the exit code. */
export function runInspect(argv: readonly string[], io: InspectIo): number {
  try {
    const parsed = parseInspectArgs(argv, packageJson.version);
    if (parsed.kind === "print") {
      if (parsed.toStderr) io.stderr(parsed.text);
      else io.stdout(parsed.text);
      return parsed.exitCode;
    }
    return inspect(parsed.args, io);
  } catch (error) {
    if (error instanceof FileProblem) {
      io.stderr(`tsbpf: error: cannot write to standard output: ${error.message}\n`);
      return argv[0] === "diff" ? DIFF_TROUBLE : USER_ERROR;
    }
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    io.stderr(`tsbpf: internal error, please report it with the input that shows it\n${detail}\n`);
    return OUR_BUG;
  }
}

function inspect(args: InspectArgs, io: InspectIo): number {
  switch (args.verb) {
    case "lift":
      return runLift(args, io);
    case "dump":
      return runDump(args, io);
    case "diff":
      return runDiff(args, io);
  }
}

type ArgsOf<Verb> = Extract<InspectArgs, { verb: Verb }>;

function runLift(args: ArgsOf<"lift">, io: InspectIo): number {
  const lifted = withFiles([args.input], args, io, ([file]) => liftFile(file!));
  if (lifted === undefined) return USER_ERROR;
  if (args.verbose) for (const what of lifted.dropped) io.stderr(`left out: ${what}\n`);
  try {
    writeOutput(args.output, encodeUtf8(lifted.text));
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    const log = new Log();
    const at = { kind: "file", file: args.output } as const;
    log.error("cli/cannot-write", at, { file: args.output, reason: error.message });
    report(log.diagnostics, args, io);
    return USER_ERROR;
  }
  return OK;
}

function runDump(args: ArgsOf<"dump">, io: InspectIo): number {
  const dump = withFiles([args.input], args, io, ([file]) => {
    const { result, diagnostics } = dumpFile(file!);
    const log = new Log();
    const missing = (what: "section" | "function", name: string | undefined): void => {
      const known = what === "section" ? result?.sections : result?.functions;
      if (name === undefined || known === undefined || known.some((one) => one.name === name)) return;
      log.error("cli/no-such", { kind: "file", file: file!.name }, { file: file!.name, what, name });
    };
    missing("section", args.section);
    missing("function", args.function);
    return {
      result: log.errorCount > 0 ? undefined : result,
      diagnostics: [...diagnostics, ...log.diagnostics],
    };
  });
  if (dump === undefined) return USER_ERROR;
  const shown = filterDump(dump, args);
  io.stdout(
    args.json
      ? `${JSON.stringify(shown, undefined, 2)}\n`
      : terminalSafe(printDump(shown, { bytes: args.bytes, paint: paintOf(args, io) })),
  );
  return OK;
}

function runDiff(args: ArgsOf<"diff">, io: InspectIo): number {
  const changes = withFiles([args.a, args.b], args, io, ([a, b]) => diffFiles(a!, b!, args));
  if (changes === undefined) return DIFF_TROUBLE;
  if (args.json) io.stdout(`${JSON.stringify(changes, undefined, 2)}\n`);
  else if (changes.length > 0) io.stdout(terminalSafe(printChanges(changes, paintOf(args, io))));
  return changes.length > 0 ? DIFFERENT : OK;
}

/** Reads the files, says what is wrong with them, and gives what came out where nothing is. */
function withFiles<T>(
  names: readonly string[],
  args: InspectArgs,
  io: InspectIo,
  use: (files: readonly InputFile[]) => Inspected<T>,
): T | undefined {
  const log = new Log();
  const files = names.flatMap((name) => readSingle(name, log) ?? []);
  if (log.errorCount > 0) {
    report(log.diagnostics, args, io);
    return undefined;
  }
  const { result, diagnostics } = use(files);
  report(diagnostics, args, io);
  return result;
}

function report(diagnostics: readonly Diagnostic[], args: InspectArgs, io: InspectIo): void {
  for (const diagnostic of diagnostics) {
    // Whether a loader likes the object was not asked; what lift does to it is.
    if (diagnostic.severity !== "error" && args.verb !== "lift") continue;
    io.stderr(
      args.errorFormat === "json"
        ? `${JSON.stringify(diagnosticToJson(diagnostic))}\n`
        : `${formatDiagnostic(diagnostic, { color: io.color })}\n`,
    );
  }
}

/** ECMA-48, SGR: what each style is on a terminal. */
const SGR: Readonly<Record<Style, string>> = {
  title: "1",
  name: "36",
  dim: "2",
  source: "32",
  added: "32",
  removed: "31",
};

function paintOf(args: InspectArgs, io: InspectIo): Paint {
  const color = args.color === "auto" ? io.outputColor : args.color === "always";
  return color ? (style, text) => `\x1b[${SGR[style]}m${text}\x1b[0m` : (_, text) => text;
}
