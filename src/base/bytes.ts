// Bytes and byte order: the one place that holds a DataView. Knows no format.
//
// ByteWriter fills a buffer whose exact size is known before (layout comes first), or grows when it is not.
// ByteReader is a window on somebody else's bytes; it remembers where the window lies in the whole file, so that
// an error inside a section still names a file offset. It checks before it moves: a read past the end throws
// Malformed, which only the doors of the readers catch.

import { assert } from "./assert.js";

/** The smallest multiple of `align` that is not below `value`; an `align` of 0 or 1 asks for nothing. */
export function alignUp(value: number, align: number): number {
  return align <= 1 ? value : Math.ceil(value / align) * align;
}

/** The byte order of typed arrays. */
const MACHINE_IS_LITTLE = new Uint8Array(Int32Array.of(1).buffer)[0] === 1;

const NO_BYTES = new Uint8Array(0);
const NO_VIEW = new DataView(NO_BYTES.buffer);

/**
 * Appends integers and bytes in one byte order. Values must fit: a misfit here is a bug, not a user error. A negative
 * number is written as its two's complement.
 */
export class ByteWriter {
  readonly little: boolean;
  #bytes: Uint8Array = NO_BYTES;
  #view: DataView = NO_VIEW;
  #pos = 0;

  /**
   * `room` is a guess in bytes when the size is unknown, or the exact size when it is known; 0 where there may be none,
   * which then costs nothing. Or it is the bytes to write into, of which there must be enough.
   */
  constructor(room: number | Uint8Array, little: boolean) {
    this.little = little;
    if (typeof room !== "number") {
      this.#bytes = room;
      this.#view = viewOf(room);
    } else if (room > 0) this.#grow(room);
  }

  /** Bytes written so far. */
  get pos(): number {
    return this.#pos;
  }

  u8(value: number): this {
    const at = this.#reserve(1);
    this.#bytes[at] = value;
    return this;
  }

  u16(value: number): this {
    const at = this.#reserve(2);
    this.#view.setUint16(at, value, this.little);
    return this;
  }

  u32(value: number): this {
    const at = this.#reserve(4);
    this.#view.setUint32(at, value, this.little);
    return this;
  }

  /** A number must be a safe integer, and not negative. */
  u64(value: number | bigint): this {
    const at = this.#reserve(8);
    if (typeof value === "bigint") {
      this.#view.setBigUint64(at, value, this.little);
      return this;
    }
    // Two halves: a bigint for each of a million offsets would cost more than all else.
    const high = Math.floor(value / 0x1_0000_0000);
    this.#view.setUint32(this.little ? at : at + 4, value >>> 0, this.little);
    this.#view.setUint32(this.little ? at + 4 : at, high, this.little);
    return this;
  }

  bytes(data: Uint8Array): this {
    const at = this.#reserve(data.length);
    this.#bytes.set(data, at);
    return this;
  }

  /** Writes zeros up to `offset` (bytes from the start), which must not lie behind. */
  padTo(offset: number): this {
    assert(offset >= this.#pos, `cannot pad back from ${this.#pos} to ${offset}`);
    this.#reserve(offset - this.#pos);
    return this;
  }

  /** The bytes written so far, without a copy. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#pos);
  }

  /** The place of the next `size` bytes. Growing doubles, so that a million small writes copy little. */
  #reserve(size: number): number {
    const at = this.#pos;
    const end = at + size;
    if (end > this.#bytes.length) this.#grow(Math.max(end, this.#bytes.length * 2, 16));
    this.#pos = end;
    return at;
  }

  #grow(capacity: number): void {
    const grown = new Uint8Array(capacity);
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** Input bytes that break their format. `offset` counts from the start of the whole file. */
export class Malformed extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/**
 * Reads integers and bytes in one byte order from a window of a file. Every method that takes bytes throws Malformed
 * where they are not there, and leaves the position where it was.
 */
export class ByteReader {
  readonly little: boolean;
  /** Offset of this window in the whole file. */
  readonly base: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #pos = 0;

  constructor(bytes: Uint8Array, little: boolean, base = 0) {
    this.little = little;
    this.base = base;
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
  }

  get pos(): number {
    return this.#pos;
  }

  get size(): number {
    return this.#bytes.length;
  }

  get remaining(): number {
    return this.#bytes.length - this.#pos;
  }

  /** Offset of the next byte in the whole file. */
  get fileOffset(): number {
    return this.base + this.#pos;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), this.little);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), this.little);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), this.little);
  }

  /** The next `length` bytes, without a copy. */
  bytes(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** The whole words of 4 bytes that are left, as numbers of this machine; the position stays. */
  words(): Int32Array {
    const words = new Int32Array(Math.floor(this.remaining / 4));
    const bytes = new Uint8Array(words.buffer);
    bytes.set(this.#bytes.subarray(this.#pos, this.#pos + bytes.length));
    if (this.little === MACHINE_IS_LITTLE) return words;
    const view = new DataView(words.buffer);
    for (let i = 0; i < words.length; i++) words[i] = view.getInt32(i * 4, this.little);
    return words;
  }

  /** Goes to `pos`, counted from the start of the window; its end is a legal place to stand. */
  seek(pos: number): void {
    if (!(pos >= 0 && pos <= this.#bytes.length)) throw new Malformed(`offset ${pos} is outside`, this.base);
    this.#pos = pos;
  }

  /** A reader of the `length` bytes at `offset` of this window. */
  window(offset: number, length: number): ByteReader {
    if (!(offset >= 0 && length >= 0 && offset + length <= this.#bytes.length)) {
      throw new Malformed(
        `range ${offset}+${length} reaches past the end (${this.#bytes.length})`,
        this.base,
      );
    }
    return new ByteReader(this.#bytes.subarray(offset, offset + length), this.little, this.base + offset);
  }

  #take(size: number): number {
    const at = this.#pos;
    if (size > this.#bytes.length - at) {
      throw new Malformed(`needs ${size} bytes, ${this.#bytes.length - at} are left`, this.base + at);
    }
    this.#pos = at + size;
    return at;
  }
}

/** A view of the very bytes of `bytes`, which may be a part of a buffer. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Bytes that are as quickly looked at one by one. */
const FEW = 64;

/**
 * Whether the bytes from `start` up to `end` are all there and all 0. Of uninitialized variables there can be many
 * millions: most are looked at four at a time.
 */
export function isZero(bytes: Uint8Array, start = 0, end: number = bytes.length): boolean {
  if (end > bytes.length) return false;
  let at = start;
  if (end - start > FEW) {
    for (; (bytes.byteOffset + at) % 4 !== 0; at++) if (bytes[at] !== 0) return false;
    const words = new Int32Array(bytes.buffer, bytes.byteOffset + at, Math.floor((end - at) / 4));
    for (let i = 0; i < words.length; i++) if (words[i] !== 0) return false;
    at += 4 * words.length;
  }
  for (; at < end; at++) if (bytes[at] !== 0) return false;
  return true;
}

let shared = new Uint8Array(0);

/**
 * `length` zeros that nobody writes to: all who ask have the same ones, since a few bytes of an object can claim many
 * millions of them, and an archive can have a thousand such objects.
 */
export function sharedZeros(length: number): Uint8Array {
  if (shared.length < length) shared = new Uint8Array(length);
  return shared.subarray(0, length);
}
