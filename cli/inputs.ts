// The files of a command line as inputs of the library: what is read, what is refused by its first bytes, and the members
// of thin archives, which are files of their own.

import { dirname, isAbsolute, join } from "node:path";
import {
  type InputFile,
  isArchive,
  isThinArchive,
  type Log,
  MAX_TEXT_LENGTH,
  readThinArchive,
} from "../src/index.js";
import { FileProblem, readInput } from "./files.js";

/** The file as an input, or the members of a thin archive; nothing after an error, which is in the log. */
export function readFiles(input: string, log: Log): InputFile[] {
  const name = input === "-" ? "<stdin>" : input;
  const bytes = readBytes(input, name, log);
  if (bytes === undefined) return [];
  if (isThinArchive(bytes)) return readMembers(input, bytes, log);
  return isForeign(name, bytes, log) ? [] : [{ name, bytes }];
}

/** The file as the one input of a command that takes no archives; `undefined` after an error, which is in the log. */
export function readSingle(input: string, log: Log): InputFile | undefined {
  const name = input === "-" ? "<stdin>" : input;
  const bytes = readBytes(input, name, log);
  if (bytes === undefined || isForeign(name, bytes, log)) return undefined;
  if (!isArchive(bytes) && !isThinArchive(bytes)) return { name, bytes };
  const hint = 'take a member out of it with "ar x", or link it with tsbpf-ld';
  log.error("cli/archive", { kind: "file", file: name }, { file: name }, { hint });
  return undefined;
}

/** Paths of members start at the folder of the archive (GNU ar, `--thin`). */
function readMembers(archive: string, bytes: Uint8Array, log: Log): InputFile[] {
  const folder = dirname(archive);
  return (readThinArchive(bytes, archive, log) ?? []).flatMap((path) => {
    const name = `${archive}(${path})`;
    const member = readBytes(isAbsolute(path) ? path : join(folder, path), name, log);
    return member === undefined ? [] : [{ name, bytes: member, member: true }];
  });
}

/** The bytes of a file; where it cannot be read the log says why. */
function readBytes(path: string, name: string, log: Log): Uint8Array | undefined {
  try {
    return readInput(path, MAX_TEXT_LENGTH);
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    const file = path === "-" ? name : path;
    log.error("cli/cannot-read", { kind: "file", file: name }, { file, reason: error.message });
    return undefined;
  }
}

/** Files that people hand to a linker and that it cannot read, by their first bytes. */
const FOREIGN: readonly (readonly [magic: string, what: string])[] = [
  ["BC\xc0\xde", "LLVM bitcode"],
  ["\x1f\x8b", "compressed by gzip"],
  ["\xff\xfe", "UTF-16 text"],
  ["\xfe\xff", "UTF-16 text"],
];

/** Whether the file is empty, or one of FOREIGN; then the log says so. */
function isForeign(name: string, bytes: Uint8Array, log: Log): boolean {
  const starts = (magic: string): boolean => [...magic].every((c, i) => bytes[i] === c.charCodeAt(0));
  const what = bytes.length === 0 ? "empty" : FOREIGN.find(([magic]) => starts(magic))?.[1];
  if (what !== undefined) log.error("cli/not-ir", { kind: "file", file: name }, { file: name, what });
  return what !== undefined;
}
