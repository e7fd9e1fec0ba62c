// The run of tsbpf-ld: arguments to files to the library to files, and what the user sees of it. All of Node's
// ways in and out come through `io` or files.ts, so that a test can call `run` as it is.

import packageJson from "../package.json" with { type: "json" };
import {
  buildObject,
  type Diagnostic,
  decodeUtf8Strict,
  diagnosticToJson,
  formatDiagnostic,
  Log,
  MAX_TEXT_LENGTH,
  type SourceText,
} from "../src/index.js";
import { type LinkArgs, parseArgs } from "./args.js";
import { FileProblem, readInput, writeOutput } from "./files.js";

export interface Io {
  stdout(text: string): void;
  stderr(text: string): void;
  /** Messages may have colours. */
  readonly color: boolean;
}

const OK = 0;
const USER_ERROR = 1;
/** EX_SOFTWARE of sysexits.h. */
const OUR_BUG = 70;

/** Runs tsbpf-ld with the arguments behind its name; the result is the exit code. */
export function run(argv: readonly string[], io: Io): number {
  try {
    const parsed = parseArgs(argv, packageJson.version);
    if (parsed.kind === "print") {
      if (parsed.toStderr) io.stderr(parsed.text);
      else io.stdout(parsed.text);
      return parsed.exitCode;
    }
    return link(parsed.args, io);
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    io.stderr(`tsbpf-ld: internal error, please report it with the input that shows it\n${detail}\n`);
    return OUR_BUG;
  }
}

function link(args: LinkArgs, io: Io): number {
  const log = new Log();
  const source = readSource(args.input, log);
  if (source === undefined) return report(log.diagnostics, args, io);

  const { bytes, diagnostics } = buildObject(source, {
    target: args.target,
    cpu: args.cpu,
    lineInfo: args.lineInfo,
  });
  const exitCode = report(diagnostics, args, io);
  if (bytes === undefined || args.output === undefined) return exitCode;
  // Beyond this point, the object is whole: nothing but the file system can fail.
  try {
    writeOutput(args.output, bytes);
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    const at = { kind: "file", file: args.output } as const;
    log.error("cli/cannot-write", at, { file: args.output, reason: error.message });
    return report(log.diagnostics, args, io);
  }
  return exitCode;
}

function readSource(input: string, log: Log): SourceText | undefined {
  const name = input === "-" ? "<stdin>" : input;
  const at = { kind: "file", file: name } as const;
  let bytes: Uint8Array;
  try {
    bytes = readInput(input, MAX_TEXT_LENGTH);
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    log.error("cli/cannot-read", at, { file: name, reason: error.message });
    return undefined;
  }
  const binary = binaryKind(bytes);
  if (binary !== undefined) {
    log.error("cli/not-ir", at, { file: name, what: binary });
    return undefined;
  }
  const text = decodeUtf8Strict(bytes);
  if (text === undefined) {
    log.error("json/not-utf8", at, {});
    return undefined;
  }
  return { name, text };
}

/** Files that people hand to a linker and that are no JSON, by their first bytes. */
function binaryKind(bytes: Uint8Array): string | undefined {
  const starts = (magic: string): boolean =>
    bytes.length >= magic.length && [...magic].every((c, i) => bytes[i] === c.charCodeAt(0));
  if (starts("\x7fELF")) return "an ELF object";
  if (starts("!<arch>\n")) return "an archive";
  if (starts("BC\xc0\xde")) return "LLVM bitcode";
  return undefined;
}

/** Prints the diagnostics; the exit code that they ask for. */
function report(diagnostics: readonly Diagnostic[], args: LinkArgs, io: Io): number {
  let exitCode = OK;
  for (const diagnostic of diagnostics) {
    if (diagnostic.severity === "error") exitCode = USER_ERROR;
    io.stderr(
      args.errorFormat === "json"
        ? `${JSON.stringify(diagnosticToJson(diagnostic))}\n`
        : `${formatDiagnostic(diagnostic, { color: io.color })}\n`,
    );
  }
  return exitCode;
}
