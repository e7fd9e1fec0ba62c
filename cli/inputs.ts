// The files of a command line as inputs of the library: what is read, and the members of thin archives, which
// are files of their own.

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

/** A file of the command line. */
export interface InputPath {
  readonly path: string;
  /** If it is an archive, all of its members are linked. */
  readonly wholeArchive: boolean;
}

/** The file as an input, or the members of a thin archive; nothing after an error, which is in the log. */
export function readFiles({ path: input, wholeArchive }: InputPath, log: Log): InputFile[] {
  const name = input === "-" ? "<stdin>" : input;
  const bytes = readBytes(input, name, log);
  if (bytes === undefined) return [];
  if (isThinArchive(bytes)) return readMembers(input, bytes, !wholeArchive, log);
  return [{ name, bytes, wholeArchive }];
}

/** The file as the one input of a command that takes no archives; `undefined` after an error, which is in the log. */
export function readSingle(input: string, log: Log): InputFile | undefined {
  const name = input === "-" ? "<stdin>" : input;
  const bytes = readBytes(input, name, log);
  if (bytes === undefined) return undefined;
  if (!isArchive(bytes) && !isThinArchive(bytes)) return { name, bytes };
  const hint = 'take a member out of it with "ar x", or link it with tsbpf-ld';
  log.error("cli/archive", { kind: "file", file: name }, { file: name }, { hint });
  return undefined;
}

/** Paths of members start at the folder of the archive (GNU ar, `--thin`). */
function readMembers(archive: string, bytes: Uint8Array, member: boolean, log: Log): InputFile[] {
  const folder = dirname(archive);
  return (readThinArchive(bytes, archive, log) ?? []).flatMap((path) => {
    const name = `${archive}(${path})`;
    const content = readBytes(isAbsolute(path) ? path : join(folder, path), name, log);
    return content === undefined ? [] : [{ name, bytes: content, member }];
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
