// What the runs of tsbpf-ld and tsbpf have in common: exit codes, what becomes of an exception, and how diagnostics and
// files are written.

import { type Diagnostic, diagnosticToJson, formatDiagnostic, type Log } from "../src/index.js";
import type { PrintAndEnd } from "./command-line.js";
import { FileProblem, writeOutput } from "./files.js";

/** Where a program prints. */
export interface Streams {
  stdout(text: string): void;
  stderr(text: string): void;
  /** Messages may have colours. */
  readonly color: boolean;
}

export const OK = 0;
export const USER_ERROR = 1;
/** EX_SOFTWARE of sysexits.h. */
const OUR_BUG = 70;

/**
 * Runs the program `name`: `act` gives the exit code, or a text to end with. `trouble` is the exit code where standard
 * output takes no more.
 */
export function runProgram(
  name: string,
  io: Streams,
  trouble: number,
  act: () => number | PrintAndEnd,
): number {
  try {
    const end = act();
    if (typeof end === "number") return end;
    if (end.toStderr) io.stderr(end.text);
    else io.stdout(end.text);
    return end.exitCode;
  } catch (error) {
    if (error instanceof FileProblem) {
      io.stderr(`${name}: error: cannot write to standard output: ${error.message}\n`);
      return trouble;
    }
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    io.stderr(`${name}: internal error, please report it with the input that shows it\n${detail}\n`);
    return OUR_BUG;
  }
}

/** Writes a file, or says in the log why it cannot be written. */
export function writeFile(file: string, bytes: Uint8Array, log: Log): void {
  try {
    writeOutput(file, bytes);
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    log.error("cli/cannot-write", { kind: "file", file }, { file, reason: error.message });
  }
}

/** Prints the diagnostics; the exit code that they ask for. */
export function report(
  diagnostics: readonly Diagnostic[],
  { errorFormat }: { readonly errorFormat: "text" | "json" },
  io: Streams,
): number {
  let exitCode = OK;
  for (const diagnostic of diagnostics) {
    if (diagnostic.severity === "error") exitCode = USER_ERROR;
    io.stderr(
      errorFormat === "json"
        ? `${JSON.stringify(diagnosticToJson(diagnostic))}\n`
        : `${formatDiagnostic(diagnostic, { color: io.color })}\n`,
    );
  }
  return exitCode;
}
