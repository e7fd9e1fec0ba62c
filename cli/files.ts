// Reading inputs and writing outputs. An output appears whole or not at all: it is written beside its place and
// renamed, so a run that fails leaves the old file as it was, and the output may be the input. Standard input and output
// are read and written here, too: a pipe may be one that does not block (POSIX read and write, EAGAIN), because some
// other process that shares it, or Node, made it so.

import {
  closeSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

/** What went wrong with a file, in words that fit behind "cannot read" and "cannot write". */
export class FileProblem extends Error {}

/** The bytes of a file, or of standard input for "-". Throws FileProblem; nothing over `limit` bytes is read. */
export function readInput(file: string, limit: number): Uint8Array {
  try {
    if (file === "-") return readStream(0, limit);
    const stat = statSync(file);
    if (stat.isDirectory()) throw new FileProblem("it is a directory");
    if (stat.size > limit) throw new FileProblem(`it has ${stat.size} bytes, and the limit is ${limit}`);
    // Devices, pipes and the files of /proc do not say how much they hold.
    if (stat.size > 0) return readFileSync(file);
    const fd = openSync(file, "r");
    try {
      return readStream(fd, limit);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw asProblem(error);
  }
}

/** Bytes that are asked for at once: what a pipe of Linux holds (pipe(7)). */
const PIPE_SIZE = 65536;

function readStream(fd: number, limit: number): Uint8Array {
  const chunks: Uint8Array[] = [];
  for (let size = 0; ; ) {
    const chunk = Buffer.allocUnsafe(PIPE_SIZE);
    const count = whenReady(() => readSync(fd, chunk, 0, PIPE_SIZE, null));
    if (count === 0) return Buffer.concat(chunks, size);
    size += count;
    if (size > limit) throw new FileProblem(`it has more than ${limit} bytes, which is the limit`);
    chunks.push(chunk.subarray(0, count));
  }
}

/** Prints on standard output; a reader that has seen enough and went away (`| head`) is no trouble. Throws FileProblem. */
export function printOut(text: string): void {
  try {
    writeAll(1, Buffer.from(text));
  } catch (error) {
    if ((error as { code?: unknown }).code !== "EPIPE") throw asProblem(error);
  }
}

/** Prints on standard error. Where that fails, nobody is left to be told. */
export function printError(text: string): void {
  try {
    writeAll(2, Buffer.from(text));
  } catch {}
}

/** Writes `bytes` to `file`, or to standard output for "-". Throws FileProblem. */
export function writeOutput(file: string, bytes: Uint8Array): void {
  try {
    if (file === "-") {
      writeAll(1, bytes);
      return;
    }
    const { path, special, mode } = follow(file);
    if (special) writeInPlace(path, bytes);
    else replaceFile(path, bytes, mode);
  } catch (error) {
    throw asProblem(error);
  }
}

/** A link is followed, so that it stays a link; a device or a pipe is written to, not replaced. */
function follow(file: string): { path: string; special: boolean; mode: number } {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat?.isDirectory()) throw new FileProblem("it is a directory");
  // What /dev/stdout leads to may have no path of its own: a pipe has none.
  if (stat !== undefined && !stat.isFile()) return { path: file, special: true, mode: 0 };
  const path = lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ? realpathOrSelf(file) : file;
  return { path, special: false, mode: stat === undefined ? 0o666 : stat.mode & 0o777 };
}

function realpathOrSelf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

function writeInPlace(path: string, bytes: Uint8Array): void {
  const fd = openSync(path, "w");
  try {
    writeAll(fd, bytes);
  } finally {
    closeSync(fd);
  }
}

function replaceFile(path: string, bytes: Uint8Array, mode: number): void {
  const { temporary, fd } = openBeside(path, mode);
  try {
    try {
      writeAll(fd, bytes);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (error) {
    unlinkSync(temporary);
    throw error;
  }
}

/** Names that a run which was killed may have left behind; nobody has more of one process number. */
const MAX_NAMES = 100;

/** A new file in the folder of `path`: only there can it be renamed to `path`. */
function openBeside(path: string, mode: number): { temporary: string; fd: number } {
  for (let count = 0; ; count++) {
    // A file name has up to 255 bytes, and this one shall fit where `path` does.
    const name = basename(path).slice(0, 40);
    const temporary = join(dirname(path), `.${name}.${process.pid}-${count}.tmp`);
    try {
      return { temporary, fd: openSync(temporary, "wx", mode) };
    } catch (error) {
      if ((error as { code?: unknown }).code !== "EEXIST" || count === MAX_NAMES) throw error;
    }
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += whenReady(() => writeSync(fd, bytes, done));
}

/** Milliseconds between two looks at a pipe that is full, or empty. */
const PAUSE = 2;

function whenReady(act: () => number): number {
  for (;;) {
    try {
      return act();
    } catch (error) {
      if ((error as { code?: unknown }).code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
    }
  }
}

function asProblem(error: unknown): unknown {
  const code = (error as { code?: unknown }).code;
  if (typeof code !== "string" || error instanceof FileProblem) return error;
  // Node words the rest: "EIO: i/o error, read".
  const words = error instanceof Error ? /^[A-Z0-9_]+: ([^,]+)/.exec(error.message)?.[1] : undefined;
  return new FileProblem(REASONS[code] ?? words ?? code);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or directory",
  EACCES: "permission denied",
  EPERM: "operation not permitted",
  EISDIR: "it is a directory",
  ENOTDIR: "a part of its path is not a directory",
  EROFS: "the file system is read-only",
  ENOSPC: "no space is left on the device",
  ENAMETOOLONG: "its name is too long",
  EPIPE: "its reader is gone",
  ELOOP: "too many symbolic links",
  ERR_FS_FILE_TOO_LARGE: "it is larger than 2 GiB",
};
