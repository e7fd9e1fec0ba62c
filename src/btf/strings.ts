// The string table of .BTF, which .BTF.ext shares (btf.rst, section 3.1 "String Encoding").
//
// Strings stand in order of their first mention, each whole string once. No string shares the tail of another: the
// kernel would allow it, but cilium/ebpf refuses an offset into the middle of a string. A table that was read keeps
// its bytes as they were, duplicates and all, so that writing it again gives the same bytes; new strings follow.
//
// Line info puts a million source lines in here: strings are kept and compared as the bytes of the table itself, and
// none of them is held as a text.

import { assert, decodeUtf8, encodeUtf8 } from "../base/index.js";

/**
 * The longest name that may begin in the middle of another string, in bytes: KSYM_NAME_LEN, the kernel's limit for
 * names (include/linux/kallsyms.h). Without a limit, a table of n bytes could be read as n names of up to n bytes.
 */
const MAX_INNER_NAME = 512;

/** FNV-1a for 32 bits (RFC 9923, section 5): the offset basis and the prime. */
const FNV_BASIS = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;

/** UTF-16 units from which on a string is remembered as a text, too. */
const LONG_TEXT = 256;

/** Slots that are looked at for one string. More are only needed where somebody chose strings that collide. */
const MAX_STEPS = 32;

export class BtfStrings {
  /** The table, and room for more behind it. */
  #bytes: Uint8Array;
  #size: number;
  /** Whole strings by their hash, which steps on where a slot is taken; 0 is a free slot. Made when first needed. */
  #offsets: Uint32Array = new Uint32Array(0);
  #hashes: Int32Array = new Int32Array(0);
  #count = 0;
  /** Of the text that was written last. */
  #lastHash = 0;
  /** Where the string begins that stands behind the one which `internFrom` found last. */
  #next = 0;
  /** Strings that found no slot, and those of a read table whose bytes are no UTF-8, by what they read as. */
  readonly #others = new Map<string, number>();
  /** Long strings that were asked for: to write and compare one of a megabyte for each of its users would cost gigabytes. */
  readonly #long = new Map<string, number>();
  readonly #texts = new Map<number, string>([[0, ""]]);
  /** The table as it was when the first string was asked for; "" where bytes and characters are not the same. */
  #ascii: string | undefined;

  /** An empty table, or one with the bytes of a table that begins and ends with a NUL (the caller checked that). */
  constructor(read: Uint8Array = new Uint8Array(1)) {
    assert(read[0] === 0 && read[read.length - 1] === 0, "a string table must begin and end with a NUL");
    this.#bytes = read;
    this.#size = read.length;
  }

  /** Bytes of the table as it stands. */
  get size(): number {
    return this.#size;
  }

  /** The offset of `text`, which is appended if no whole string equals it. */
  intern(text: string): number {
    return this.#find(text, true);
  }

  offsetOf(text: string): number | undefined {
    return text === "" ? 0 : this.#find(text, false) || undefined;
  }

  /**
   * The string at `offset`; `undefined` where the offset is past the end. Foreign tables may name the tail of a
   * string: such a name is read, up to MAX_INNER_NAME bytes, and is interned whole when it is written again.
   * Bytes that are no UTF-8 read as U+FFFD.
   */
  textAt(offset: number): string | undefined {
    const known = this.#texts.get(offset);
    if (known !== undefined) return known;
    if (offset >= this.#size) return undefined;
    const whole = this.#bytes[offset - 1] === 0;
    const ascii = whole ? this.#textOfAscii(offset) : undefined;
    if (ascii !== undefined) {
      this.#texts.set(offset, ascii);
      return ascii;
    }
    const limit = whole ? this.#size : Math.min(this.#size, offset + MAX_INNER_NAME + 1);
    const end = this.#bytes.subarray(0, limit).indexOf(0, offset);
    if (end < 0) return undefined;
    const text = decodeUtf8(this.#bytes.subarray(offset, end));
    this.#texts.set(offset, text);
    return text;
  }

  /** The string at `offset`, where one begins, if the table that was read has nothing but ASCII. */
  #textOfAscii(offset: number): string | undefined {
    if (this.#ascii === undefined) {
      // Decoded at once, and cut where strings are asked for: a decoder costs more than most names.
      const all = decodeUtf8(this.#bytes.subarray(0, this.#size));
      this.#ascii = all.length === this.#size && !all.includes("\ufffd") ? all : "";
    }
    const end = this.#ascii.indexOf("\0", offset);
    return end < 0 ? undefined : this.#ascii.slice(offset, end);
  }

  /** Whether `textAt` knows a string at `offset`. */
  has(offset: number): boolean {
    if (offset === 0) return true;
    if (offset >= this.#size) return false;
    const bytes = this.#bytes;
    if (bytes[offset - 1] === 0) return true;
    const limit = Math.min(this.#size, offset + MAX_INNER_NAME + 1);
    for (let at = offset; at < limit; at++) if (bytes[at] === 0) return true;
    return false;
  }

  /** Whether the string at `offset`, which there is, is "": the end of another one. */
  isEmptyAt(offset: number): boolean {
    return this.#bytes[offset] === 0;
  }

  /** As `intern` of the string that `other` has at `offset`, without making a text of it. */
  internFrom(other: BtfStrings, offset: number): number {
    const guess = this.#next;
    const length = this.#matches(guess, other.#bytes, offset);
    const found = length > 0 ? guess : this.#internBytes(other, offset);
    // Objects of one project bring the same names in the same order: the next one is most likely the one behind this.
    if (length > 0) this.#next = guess + length + 1;
    else this.#next = this.#bytes.indexOf(0, found) + 1;
    return found;
  }

  /** The length of the string at `own`, if it is the one at `offset` of `bytes`; else 0. */
  #matches(own: number, bytes: Uint8Array, offset: number): number {
    if (own >= this.#size) return 0;
    const table = this.#bytes;
    let i = 0;
    while (table[own + i] === bytes[offset + i] && bytes[offset + i] !== 0) i++;
    return table[own + i] === bytes[offset + i] ? i : 0;
  }

  #internBytes(other: BtfStrings, offset: number): number {
    if (this.#offsets.length === 0) this.#index();
    const bytes = other.#bytes;
    let hash = FNV_BASIS;
    let end = offset;
    for (let byte = bytes[end]!; byte !== 0; byte = bytes[++end]!) {
      // What is no ASCII may not be UTF-8 either, and texts that differ in such bytes read the same.
      if (byte >= 0x80) return this.intern(other.textAt(offset)!);
      hash = Math.imul(hash ^ byte, FNV_PRIME);
    }
    const slot = end === offset ? -1 : this.#slotOf(hash, bytes, offset, end - offset);
    const known = slot < 0 ? 0 : this.#offsets[slot]!;
    return known !== 0 ? known : this.intern(other.textAt(offset)!);
  }

  /** The bytes of the table, every string followed by its NUL. They are the table's own: good until it grows. */
  encode(): Uint8Array {
    return this.#bytes.subarray(0, this.#size);
  }

  /** The offset of `text`; where there is none, that at which it was appended, or 0. */
  #find(text: string, append: boolean): number {
    if (text === "") return 0;
    if (this.#offsets.length === 0) this.#index();
    const other = this.#others.size === 0 ? undefined : this.#others.get(text);
    if (other !== undefined) return other;
    if (text.length < LONG_TEXT) return this.#findBytes(text, append);
    let offset = this.#long.get(text) ?? 0;
    if (offset === 0) {
      offset = this.#findBytes(text, append);
      if (offset !== 0) this.#long.set(text, offset);
    }
    return offset;
  }

  #findBytes(text: string, append: boolean): number {
    // It is written behind the table, and the table grows over it where no string equals it.
    const start = this.#size;
    const end = this.#write(text, start);
    const hash = this.#lastHash;
    const slot = this.#slotOf(hash, this.#bytes, start, end - start);
    const known = slot < 0 ? 0 : this.#offsets[slot]!;
    if (known !== 0 || !append) return known;
    this.#bytes[end] = 0;
    this.#size = end + 1;
    if (slot < 0) this.#others.set(text, start);
    else this.#enter(slot, hash, start);
    return start;
  }

  /**
   * Writes `text` at `start`, as far as it may be behind the table; returns where it ends, and leaves its hash. Nearly all
   * strings are ASCII, for which this is one loop.
   */
  #write(text: string, start: number): number {
    this.#reserve(start + text.length + 1);
    const bytes = this.#bytes;
    let hash = FNV_BASIS;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit >= 0x80 || unit === 0) return this.#writeUtf8(text, start);
      bytes[start + i] = unit;
      hash = Math.imul(hash ^ unit, FNV_PRIME);
    }
    this.#lastHash = hash;
    return start + text.length;
  }

  #writeUtf8(text: string, start: number): number {
    assert(!text.includes("\0"), "a BTF string cannot hold a NUL");
    const bytes = encodeUtf8(text);
    const end = start + bytes.length;
    this.#reserve(end + 1);
    this.#bytes.set(bytes, start);
    this.#lastHash = this.#hash(start, end);
    return end;
  }

  #reserve(size: number): void {
    if (size <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(size, this.#bytes.length * 2));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }

  #hash(start: number, end: number): number {
    const bytes = this.#bytes;
    let hash = FNV_BASIS;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, FNV_PRIME);
    return hash;
  }

  /**
   * The slot of the whole string that equals the `length` bytes at `start` of `bytes`, or the free one where it belongs; -1
   * where all that it may take are taken.
   */
  #slotOf(hash: number, bytes: Uint8Array, start: number, length: number): number {
    const mask = this.#offsets.length - 1;
    let slot = firstSlot(hash, mask);
    for (let step = 0; step < MAX_STEPS; step++) {
      const offset = this.#offsets[slot]!;
      if (offset === 0 || (this.#hashes[slot] === hash && this.#equals(offset, bytes, start, length)))
        return slot;
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  #equals(offset: number, bytes: Uint8Array, start: number, length: number): boolean {
    const own = this.#bytes;
    for (let i = 0; i < length; i++) if (own[offset + i] !== bytes[start + i]) return false;
    return own[offset + length] === 0;
  }

  /** Fills a free slot, and keeps half of them free. */
  #enter(slot: number, hash: number, offset: number): void {
    this.#offsets[slot] = offset;
    this.#hashes[slot] = hash;
    this.#count += 1;
    if (this.#count * 2 > this.#offsets.length) this.#grow(this.#offsets.length * 2);
  }

  /** Makes `slots` slots, a power of two, and enters again what was there. */
  #grow(slots: number): void {
    const [offsets, hashes] = [this.#offsets, this.#hashes];
    this.#offsets = new Uint32Array(slots);
    this.#hashes = new Int32Array(slots);
    for (let i = 0; i < offsets.length; i++) {
      if (offsets[i] !== 0) this.#reenter(hashes[i]!, offsets[i]!);
    }
  }

  #reenter(hash: number, offset: number): void {
    const mask = this.#offsets.length - 1;
    let slot = firstSlot(hash, mask);
    for (let step = 0; step < MAX_STEPS; step++) {
      if (this.#offsets[slot] === 0) {
        this.#offsets[slot] = offset;
        this.#hashes[slot] = hash;
        return;
      }
      slot = (slot + 1) & mask;
    }
    this.#others.set(this.textAt(offset)!, offset);
  }

  /** Enters the strings of the table that was read; of equal ones the first counts. */
  #index(): void {
    this.#grow(1024);
    for (let start = 1; start < this.#size; ) {
      const end = this.#bytes.indexOf(0, start);
      if (end > start) this.#enterRead(start, end);
      start = end + 1;
    }
  }

  #enterRead(start: number, end: number): void {
    const bytes = this.#bytes.subarray(start, end);
    if (bytes.some((byte) => byte >= 0x80)) {
      const text = decodeUtf8(bytes);
      if (!sameBytes(encodeUtf8(text), bytes)) {
        if (this.#find(text, false) === 0) this.#others.set(text, start);
        return;
      }
    }
    const hash = this.#hash(start, end);
    const slot = this.#slotOf(hash, this.#bytes, start, end - start);
    if (slot >= 0) {
      if (this.#offsets[slot] === 0) this.#enter(slot, hash, start);
      return;
    }
    const text = decodeUtf8(bytes);
    if (!this.#others.has(text)) this.#others.set(text, start);
  }
}

/** The low bits of FNV-1a alone say little about the first characters. */
function firstSlot(hash: number, mask: number): number {
  return (hash ^ (hash >>> 15)) & mask;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
