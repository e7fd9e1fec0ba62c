// The files of a command line as inputs of a link: what is read, what is refused by its first bytes, and the members of
// thin archives, which are files of their own.

import { dirname, isAbsolute, join } from "node:path";
import { type InputFile, isThinArchive, type Log, MAX_TEXT_LENGTH, readThinArchive } from "../src/index.js";
import { FileProblem, readInput } from "./files.js";

/** The file as an input, or the members of a thin archive; nothing after an error, which is in the log. */
export function readFiles(input: string, log: Log): InputFile[] {
  const name = input === "-" ? "<stdin>" : input;
  const bytes = readBytes(input, name, log);
  if (bytes === undefined) return [];
  if (isThinArchive(bytes)) return readMembers(input, bytes, log);
  const foreign = foreignKind(bytes);
  if (foreign === undefined) return [{ name, bytes }];
  log.error("cli/not-ir", { kind: "file", file: name }, { file: name, what: foreign });
  return [];
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
function foreignKind(bytes: Uint8Array): string | undefined {
  const starts = (magic: string): boolean =>
    bytes.length >= magic.length && [...magic].every((c, i) => bytes[i] === c.charCodeAt(0));
  return starts("BC\xc0\xde") ? "LLVM bitcode" : undefined;
}
