// The run of tsbpf: arguments to files to the library to files and texts. All of Node's ways in and out come through
// `io` or files.ts, so that a test can call `runInspect` as it is.

import packageJson from "../package.json" with { type: "json" };
import {
  diffFiles,
  dumpFile,
  encodeUtf8,
  filterDump,
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
import { readSingle } from "./inputs.js";
import { type InspectArgs, parseInspectArgs } from "./inspect-args.js";
import { OK, report, runProgram, type Streams, USER_ERROR, writeFile } from "./run.js";

/** The process, for what it prints. */
export interface InspectIo extends Streams {
  /** Somebody is looking at `stdout`, and likes colours. */
  readonly outputColor: boolean;
}

/** diff(1): 1 says that there is a difference. */
const DIFFERENT = 1;
/** diff(1): trouble is told apart from a difference. */
const DIFF_TROUBLE = 2;

/** Runs tsbpf with the arguments behind its name; the result is the exit code. */
export function runInspect(argv: readonly string[], io: InspectIo): number {
  return runProgram("tsbpf", io, argv[0] === "diff" ? DIFF_TROUBLE : USER_ERROR, () => {
    const parsed = parseInspectArgs(argv, packageJson.version);
    switch (parsed.kind) {
      case "print":
        return parsed;
      case "lift":
        return runLift(parsed, io);
      case "dump":
        return runDump(parsed, io);
      case "diff":
        return runDiff(parsed, io);
    }
  });
}

type ArgsOf<Kind> = Extract<InspectArgs, { kind: Kind }>;

/** Writes nothing where the object cannot be said in IR. */
function runLift(args: ArgsOf<"lift">, io: InspectIo): number {
  const lifted = withFiles([args.input], args, io, ([file]) => liftFile(file!));
  if (lifted === undefined) return USER_ERROR;
  if (args.verbose) for (const what of lifted.dropped) io.stderr(`left out: ${what}\n`);
  const log = new Log();
  writeFile(args.output, encodeUtf8(lifted.text), log);
  return report(log.diagnostics, args, io);
}

/** Shows an object or an IR file, or the part of it that is asked for. */
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
      : terminalSafe(
          printDump(shown, { bytes: args.bytes, section: args.section, paint: paintOf(args, io) }),
        ),
  );
  return OK;
}

/** The exit code says whether there is a difference, so that scripts need not read it. */
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
  // Whether a loader likes the object was not asked; what lift does to it is.
  const asked = diagnostics.filter(({ severity }) => severity === "error" || args.kind === "lift");
  report(asked, args, io);
  return result;
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

/** --color, else what the terminal takes and its user wants (no-color.org). */
function paintOf(args: InspectArgs, io: InspectIo): Paint {
  const color = args.color === "auto" ? io.outputColor : args.color === "always";
  return color ? (style, text) => `\x1b[${SGR[style]}m${text}\x1b[0m` : (_, text) => text;
}
