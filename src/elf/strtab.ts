// The string table of an object: one for section names and symbol names, strings that end alike share their tail.
// The order is LLVM's (llvm/MC/StringTableBuilder): it decides which bytes are shared, so a file that shall equal
// clang's has to share the same ones.

import { compareTails, encodeUtf8, isTail } from "../base/index.js";

export interface ElfStrings {
  readonly bytes: Uint8Array;
  /** Offset of each string that was put in. */
  readonly offsets: ReadonlyMap<string, number>;
}

/**
 * Sorts the strings by their reversed bytes, descending, so that each follows the longer ones that end in it; a
 * string that is a tail of the one written last is stored inside it. The order of the input does not matter.
 */
export function buildStrings(strings: Iterable<string>): ElfStrings {
  const offsets = new Map<string, number>([["", 0]]);
  const distinct = new Set(strings);
  distinct.delete("");
  const sorted = [...distinct].map((text) => ({ text, bytes: encodeUtf8(text) }));
  sorted.sort((a, b) => compareTails(b.bytes, a.bytes));

  const written: Uint8Array[] = [];
  let size = 1; // byte 0 is the NUL of the empty string
  let last: Uint8Array = new Uint8Array(0);
  let lastOffset = 0;
  for (const { text, bytes } of sorted) {
    if (isTail(bytes, last)) {
      offsets.set(text, lastOffset + last.length - bytes.length);
      continue;
    }
    offsets.set(text, size);
    written.push(bytes);
    last = bytes;
    lastOffset = size;
    size += bytes.length + 1;
  }

  const table = new Uint8Array(size);
  let at = 1;
  for (const bytes of written) {
    table.set(bytes, at);
    at += bytes.length + 1;
  }
  return { bytes: table, offsets };
}
