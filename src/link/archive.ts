// Archives (`ar`): a row of files, each behind a header of 60 bytes of text. Source: the System V and GNU forms of ar(5),
// with the long names of both GNU (a table `//`) and BSD (`#1/length`). The table of symbols in front is not used: what a
// member defines is asked of the member itself.

import { decodeUtf8, type Log } from "../base/index.js";

/** A file of an archive. Its bytes are a part of the archive's, empty in a thin one. */
export interface ArchiveMember {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const MAGIC = "!<arch>\n";
/** The members of a thin archive are files beside it, of which it has the paths (GNU ar, `--thin`). */
const THIN_MAGIC = "!<thin>\n";
const HEADER_SIZE = 60;
/** Offsets in a header: the name has 16 characters, the size stands at 48 and has 10, the end mark at 58. */
const NAME_END = 16;
const SIZE_START = 48;
const SIZE_END = 58;
const END_MARK = "`\n";

/** Whether the bytes begin as an archive with its members in it does. */
export function isArchive(bytes: Uint8Array): boolean {
  return text(bytes, 0, MAGIC.length) === MAGIC;
}

/** Whether the bytes begin as an archive of paths does. */
export function isThinArchive(bytes: Uint8Array): boolean {
  return text(bytes, 0, MAGIC.length) === THIN_MAGIC;
}

/** The members in their order, without the tables of the archive itself; `undefined` after an error. */
export function readArchive(bytes: Uint8Array, file: string, log: Log): ArchiveMember[] | undefined {
  return readMembers(bytes, file, false, log);
}

/** The paths of the members, from the folder of the archive; `undefined` after an error. */
export function readThinArchive(bytes: Uint8Array, file: string, log: Log): string[] | undefined {
  return readMembers(bytes, file, true, log)?.map(({ name }) => name);
}

function readMembers(bytes: Uint8Array, file: string, thin: boolean, log: Log): ArchiveMember[] | undefined {
  const members: ArchiveMember[] = [];
  let longNames = bytes.subarray(0, 0);
  // Names may share bytes of the table, and without a bound all of them could share all of it.
  let room = bytes.length;
  for (let at = MAGIC.length; at < bytes.length; ) {
    const fail = (what: string): undefined => {
      log.error("link/archive", { kind: "bytes", file, section: "", offset: at }, { what });
      return undefined;
    };
    const size = text(bytes, at + SIZE_START, at + SIZE_END).trimEnd();
    if (text(bytes, at + SIZE_END, at + HEADER_SIZE) !== END_MARK || !/^\d+$/.test(size)) {
      return fail("here begins no member");
    }
    const name = text(bytes, at, at + NAME_END).trimEnd();
    const table = name === "//" || isTable(name);
    const start = at + HEADER_SIZE;
    // Of a thin archive, only the tables are there.
    const end = thin && !table ? start : start + Number(size);
    if (end > bytes.length)
      return fail(`the member reaches past the end of the file (${bytes.length} bytes)`);
    if (name === "//") longNames = bytes.subarray(start, end);
    else if (!table) {
      const one = member(bytes, name, start, end, longNames);
      room -= one.name.length;
      if (room < 0) return fail("the names of its members are longer than the file");
      members.push(one);
    }
    at = end + (end % 2); // members begin at even offsets
  }
  return members;
}

/** Tables of symbols: GNU's, the one of 64 bits, and BSD's. */
function isTable(name: string): boolean {
  return name === "/" || name === "/SYM64/" || name.startsWith("__.SYMDEF");
}

/** The member between two offsets, by its name in the header: short, in GNU's table of long names, or BSD's before its bytes. */
function member(
  bytes: Uint8Array,
  name: string,
  start: number,
  end: number,
  longNames: Uint8Array,
): ArchiveMember {
  const long = /^\/(\d+)$/.exec(name);
  if (long !== null) {
    const from = Number(long[1]);
    const newline = longNames.indexOf(0x0a, from);
    const line = text(longNames, from, newline < 0 ? longNames.length : newline);
    return { name: line.replace(/\/$/, ""), bytes: bytes.subarray(start, end) };
  }
  const bsd = /^#1\/(\d+)$/.exec(name);
  if (bsd !== null) {
    const behind = Math.min(start + Number(bsd[1]), end);
    return { name: text(bytes, start, behind).replace(/\0+$/, ""), bytes: bytes.subarray(behind, end) };
  }
  return { name: name.replace(/\/$/, ""), bytes: bytes.subarray(start, end) };
}

function text(bytes: Uint8Array, start: number, end: number): string {
  return decodeUtf8(bytes.subarray(start, end));
}
