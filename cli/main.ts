// The run of tsbpf-ld: arguments to files to the library to files, and what the user sees of it. All of Node's
// ways in and out come through `io` or files.ts, so that a test can call `run` as it is.

import packageJson from "../package.json" with { type: "json" };
import {
  didYouMean,
  encodeUtf8,
  explain,
  type LinkedFiles,
  type LinkReport,
  Log,
  linkFiles,
  printReport,
  reportToJson,
  terminalSafe,
} from "../src/index.js";
import { type LinkArgs, parseArgs } from "./args.js";
import { prepareEngine } from "./engine.js";
import { readFiles } from "./inputs.js";
import { progressOn } from "./progress.js";
import { report, runProgram, type Streams, USER_ERROR, writeFile } from "./run.js";

/** The process, for what it prints and how long it takes. */
export interface Io extends Streams {
  /** Somebody is looking at `stderr`. */
  readonly terminal?: boolean;
  /** The time in milliseconds; the machine's by default. */
  readonly now?: () => number;
}

/** Runs tsbpf-ld with the arguments behind its name; the result is the exit code. */
export function run(argv: readonly string[], io: Io): number {
  return runProgram("tsbpf-ld", io, USER_ERROR, () => {
    const parsed = parseArgs(argv, packageJson.version);
    return parsed.kind === "print" ? parsed : link(parsed, io);
  });
}

/** Reads, links, explains, writes: in this order, so that a file is touched only when nothing can be wrong any more. */
function link(args: LinkArgs, io: Io): number {
  const log = new Log();
  const files = args.inputs.flatMap((input) => readFiles(input, log));
  if (log.errorCount > 0) return report(log.diagnostics, args, io);

  prepareEngine(files.reduce((sum, { bytes }) => sum + bytes.length, 0));
  const progress = progressOn(
    (text) => io.stderr(text),
    () => io.terminal ?? false,
    io.now ?? Date.now,
  );
  const linked = linkFiles(files, {
    ...args.options,
    report: args.map !== undefined || args.trace.length > 0 || args.why.length > 0,
    progress: progress.show,
  });
  progress.clear();
  const exitCode = report(linked.diagnostics, args, io);
  if (linked.bytes === undefined) return exitCode;
  if (!explainTo(linked, args, io, log)) return report(log.diagnostics, args, io);
  // Beyond this point, the object is whole: nothing but the file system can fail.
  if (args.map !== undefined) writeFile(args.map, encodeUtf8(mapFile(args.map, linked)), log);
  if (args.output !== undefined && log.errorCount === 0) writeFile(args.output, linked.bytes, log);
  return log.errorCount > 0 ? report(log.diagnostics, args, io) : exitCode;
}

/** --why and --trace-symbol. False where a name is not there. */
function explainTo({ module, report }: LinkedFiles, args: LinkArgs, io: Io, log: Log): boolean {
  // What is asked for must not get into an object on standard output.
  const print = (text: string): void =>
    args.output === "-" ? io.stderr(terminalSafe(text)) : io.stdout(terminalSafe(text));
  for (const name of args.why) {
    const lines = module && explain(module, name, report);
    if (lines !== undefined) print(`${lines.join("\n")}\n`);
    else unknownName("--why", name, report, log);
  }
  for (const name of args.trace) {
    const mentions = report?.mentions.filter((mention) => mention.name === name) ?? [];
    for (const { input, verb, kind } of mentions) print(`${input}: ${verb} ${kind} ${name}\n`);
    if (mentions.length === 0) unknownName("--trace-symbol", name, report, log);
  }
  return log.errorCount === 0;
}

/** No input mentions the name that an option gives. */
function unknownName(option: string, name: string, report: LinkReport | undefined, log: Log): void {
  const hint = didYouMean(name, report?.mentions.map((mention) => mention.name) ?? []);
  log.error("link/unknown-name", { kind: "file", file: option }, { name }, { hint });
}

/** The link map: JSON where the name of the file asks for it. */
function mapFile(file: string, { report, placed }: LinkedFiles): string {
  if (report === undefined) return "";
  return file.endsWith(".json")
    ? `${JSON.stringify(reportToJson(report, placed), undefined, 2)}\n`
    : printReport(report, placed);
}
