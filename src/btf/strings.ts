// The string table of .BTF, which .BTF.ext shares (btf.rst, section 3.1 "String Encoding").
//
// Strings stand in order of their first mention, each whole string once. No string shares the tail of another: the
// kernel would allow it, but cilium/ebpf refuses an offset into the middle of a string. A table that was read keeps
// its bytes as they were, duplicates and all, so that writing it again gives the same bytes; new strings follow.

import { assert, decodeUtf8, encodeUtf8 } from "../base/index.js";

/**
 * The longest name that may begin in the middle of another string, in bytes: KSYM_NAME_LEN, the kernel's limit for
 * names (include/linux/kallsyms.h). Without a limit, a table of n bytes could be read as n names of up to n bytes.
 */
const MAX_INNER_NAME = 512;

export class BtfStrings {
  readonly #offsets = new Map<string, number>([["", 0]]);
  readonly #texts = new Map<number, string>([[0, ""]]);
  /** The bytes that this table was read from; its own strings follow in #added. */
  readonly #read: Uint8Array;
  readonly #added: Uint8Array[] = [];
  #size: number;

  /** An empty table, or one with the bytes of a table that begins and ends with a NUL (the caller checked that). */
  constructor(read: Uint8Array = new Uint8Array(1)) {
    assert(read[0] === 0 && read[read.length - 1] === 0, "a string table must begin and end with a NUL");
    this.#read = read;
    this.#size = read.length;
    for (let start = 1; start < read.length; ) {
      const end = read.indexOf(0, start);
      const text = decodeUtf8(read.subarray(start, end));
      this.#texts.set(start, text);
      if (!this.#offsets.has(text)) this.#offsets.set(text, start);
      start = end + 1;
    }
  }

  /** Bytes of the table as it stands. */
  get size(): number {
    return this.#size;
  }

  /** The offset of `text`, which is appended if no whole string equals it. */
  intern(text: string): number {
    const known = this.#offsets.get(text);
    if (known !== undefined) return known;
    assert(!text.includes("\0"), "a BTF string cannot hold a NUL");
    const bytes = encodeUtf8(text);
    const offset = this.#size;
    this.#added.push(bytes);
    this.#offsets.set(text, offset);
    this.#texts.set(offset, text);
    this.#size += bytes.length + 1;
    return offset;
  }

  offsetOf(text: string): number | undefined {
    return this.#offsets.get(text);
  }

  /**
   * The string at `offset`; `undefined` where the offset is past the end. Foreign tables may name the tail of a
   * string: such a name is read, up to MAX_INNER_NAME bytes, and is interned whole when it is written again.
   * Bytes that are no UTF-8 read as U+FFFD.
   */
  textAt(offset: number): string | undefined {
    const known = this.#texts.get(offset);
    if (known !== undefined) return known;
    if (offset >= this.#read.length) return undefined;
    const reach = this.#read.subarray(offset, offset + MAX_INNER_NAME + 1);
    const length = reach.indexOf(0);
    if (length < 0) return undefined;
    const text = decodeUtf8(reach.subarray(0, length));
    this.#texts.set(offset, text);
    return text;
  }

  /** The bytes of the table: every string followed by its NUL. */
  encode(): Uint8Array {
    const out = new Uint8Array(this.#size);
    out.set(this.#read);
    let at = this.#read.length;
    for (const bytes of this.#added) {
      out.set(bytes, at);
      at += bytes.length + 1;
    }
    return out;
  }
}
