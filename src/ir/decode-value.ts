// The bytes of a variable and its C type -> the JSON value that reads best: numbers, text, enumerators, lists, objects
// by member, { "hex": ... } where nothing else says these very bytes. The inverse of encode-value.ts.
//
// Whoever decodes a part takes its bytes away; what is left at the end of a struct lies in its padding, or in the
// members of a union that was not chosen, and cannot be said by members.

import {
  countLeading,
  decodeUtf8Strict,
  encodeUtf8,
  hexDigits,
  isZero,
  MAX_VALUE_STEPS_BESIDES,
  MAX_VALUE_STEPS_PER_BYTE,
  type Room,
} from "../base/index.js";
import {
  type BtfType,
  findMember,
  type Member,
  resolveType,
  sizeOf,
  type TypeId,
  type TypeTable,
} from "../btf/index.js";
import { integerOfText } from "./fields.js";
import type { JsonValue } from "./json-text.js";

/** What values are read from. */
export interface ValueSource {
  readonly types: TypeTable;
  /** Byte order of the target. */
  readonly little: boolean;
  /** Names of functions whose addresses stand at an offset. */
  readonly addresses: ReadonlyMap<number, string>;
  /**
   * Members and elements that may still be looked at, for all values of an object together: a stranger's struct may
   * have more members than bytes, and be an element. Where nothing is left, values are given as bytes.
   */
  readonly steps: Room;
}

/** Steps for all values of an object with `bytes` bytes of data. */
export function valueSteps(bytes: number): Room {
  return { left: MAX_VALUE_STEPS_BESIDES + MAX_VALUE_STEPS_PER_BYTE * bytes };
}

/** Structs in structs; deeper ones are given as bytes. */
const MAX_DEPTH = 64;
/** Bytes that are copied in the time of one step. */
const BYTES_PER_STEP = 64;
/** Bytes of the largest integer, __int128. */
const MAX_INTEGER = 16;
/** A list of more bytes is given in hexadecimal. */
const MAX_BYTE_LIST = 16;

/** The value of all `bytes`; `undefined` where no value but zero is needed. */
export function decodeValue(source: ValueSource, type: TypeId, bytes: Uint8Array): JsonValue | undefined {
  const grown = bytes.length > (sizeOf(source.types, type) ?? 0);
  if (!grown && source.addresses.size === 0 && isZero(bytes)) return undefined;
  const rest = bytes.slice();
  const value = new Decoder(source, rest).decode(type, 0, bytes.length, 0);
  return value !== undefined && isZero(rest) ? value : hexValue(bytes);
}

/** `{ "hex": "01 02" }`, without the zeros at the end. */
export function hexValue(bytes: Uint8Array): JsonValue {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  // Groups of eight bytes, as a hex dump has them.
  const groups: string[] = [];
  for (let i = 0; i < end; i += 8) groups.push(hexDigits(bytes.subarray(i, Math.min(i + 8, end)), " "));
  return new Map([["hex", groups.join("  ")]]);
}

/** An integer as JSON has it: a number where that is exact, else a string. */
export function integerValue(value: bigint): JsonValue {
  if (value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)) {
    return Number(value);
  }
  return value < 0n ? String(value) : `0x${value.toString(16)}`;
}

/** Text that a reader takes for text: no control characters but line ends and tabs. */
export function readableText(bytes: Uint8Array): string | undefined {
  const text = decodeUtf8Strict(bytes);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
  return text === undefined || /[\0-\x08\x0b-\x1f\x7f-\x9f\ufeff]/.test(text) ? undefined : text;
}

class Decoder {
  readonly #source: ValueSource;
  readonly #rest: Uint8Array;
  /** Offsets of the addresses, ascending. */
  readonly #pointed: readonly number[];

  constructor(source: ValueSource, rest: Uint8Array) {
    this.#source = source;
    this.#rest = rest;
    this.#pointed = [...source.addresses.keys()].sort((a, b) => a - b);
  }

  /** Counts a look at `bytes` bytes; false where it was one too many. */
  #step(bytes: number): boolean {
    const { steps } = this.#source;
    steps.left -= 1 + Math.floor(bytes / BYTES_PER_STEP);
    return steps.left >= 0;
  }

  /** The last offset of an address from `start` to before `end`; undefined where there is none. */
  #lastPointed(start: number, end: number): number | undefined {
    const last = this.#pointed[countLeading(this.#pointed, (offset) => offset < end) - 1];
    return last === undefined || last < start ? undefined : last;
  }

  /**
   * The value of `type` at byte `at`, whose bytes are taken away. `end` is where the storage ends: a flexible array
   * goes up to there. `undefined` where no value says these bytes.
   */
  decode(type: TypeId, at: number, end: number, depth: number): JsonValue | undefined {
    const { types } = this.#source;
    const id = resolveType(types, type);
    if (id === 0 || depth > MAX_DEPTH || !this.#step(end - at)) return undefined;
    const record = types.at(id);
    // A variable can be smaller than its type says.
    if (at + (sizeOf(types, id) ?? 0) > this.#rest.length) return undefined;
    switch (record.kind) {
      case "int":
      case "enum":
      case "enum64":
        return this.#integer(record, at * 8, record.size * 8);
      case "float":
        return this.#float(record.size, at);
      case "ptr": {
        const name = this.#source.addresses.get(at);
        const value = this.#take(at * 8, 64);
        if (name !== undefined) return value === 0n ? name : undefined;
        return value === 0n ? null : `0x${value.toString(16)}`;
      }
      case "array":
        return this.#array(record, at, end, depth);
      case "struct":
      case "union": {
        const values = new Map<string, JsonValue>();
        return this.#members(id, id, at, end, values, depth) ? values : undefined;
      }
      default:
        return undefined;
    }
  }

  /** Unsigned bits at bit `offset`, counted as encode-value.ts counts them. */
  #take(offset: number, width: number): bigint {
    const rest = this.#rest;
    const { little } = this.#source;
    let value = 0n;
    for (let i = 0; i < width; ) {
      // The next bits of value, from the least significant: a whole byte where one lies there.
      const position = little ? offset + i : offset + width - 1 - i;
      const byte = position >> 3;
      if (width - i >= 8 && (little ? position % 8 === 0 : position % 8 === 7)) {
        value |= BigInt(rest[byte] ?? 0) << BigInt(i);
        rest[byte] = 0;
        i += 8;
        continue;
      }
      const mask = little ? 1 << (position & 7) : 0x80 >> (position & 7);
      if (((rest[byte] ?? 0) & mask) !== 0) {
        value |= 1n << BigInt(i);
        rest[byte]! &= ~mask;
      }
      i += 1;
    }
    return value;
  }

  #integer(
    type: Extract<BtfType, { kind: "int" | "enum" | "enum64" }>,
    offset: number,
    width: number,
  ): JsonValue | undefined {
    if (width > MAX_INTEGER * 8 || offset + width > this.#rest.length * 8) return undefined;
    const bits = this.#take(offset, width);
    const signed = type.kind === "int" ? type.encoding === "signed" : type.signed;
    const value = signed ? BigInt.asIntN(width, bits) : bits;
    if (type.kind === "int") {
      if (type.encoding !== "bool") return integerValue(value);
      return value > 1n ? undefined : value === 1n;
    }
    if (!this.#step(type.values.length * BYTES_PER_STEP)) return undefined;
    const name = type.values.find((one) => one.value === value)?.name;
    return name !== undefined && integerOfText(name) === undefined ? name : integerValue(value);
  }

  /** JSON has no NaN and no infinity, and who writes it loses the sign of -0: those are left to the bytes. */
  #float(size: number, at: number): JsonValue | undefined {
    if (size !== 4 && size !== 8) return undefined;
    const bits = this.#take(at * 8, size * 8);
    const value =
      size === 4
        ? new Float32Array(new Uint32Array([Number(bits)]).buffer)[0]!
        : new Float64Array(new BigUint64Array([bits]).buffer)[0]!;
    if (!Number.isFinite(value) || Object.is(value, -0)) return undefined;
    if (size !== 4) return value;
    // The shortest digits that are this very float.
    for (let digits = 1; digits <= 9; digits++) {
      const short = Number(value.toPrecision(digits));
      if (Math.fround(short) === value) return short;
    }
    return value;
  }

  #array(
    type: Extract<BtfType, { kind: "array" }>,
    at: number,
    end: number,
    depth: number,
  ): JsonValue | undefined {
    const { types } = this.#source;
    const size = sizeOf(types, type.element) ?? 0;
    if (size === 0) return [];
    const flexible = type.length === 0;
    const length = flexible ? Math.floor((end - at) / size) : type.length;
    // BTF that is broken may promise more than there is.
    if (at + length * size > this.#rest.length) return undefined;
    const bytes = this.#rest.slice(at, at + length * size);
    const record = types.at(resolveType(types, type.element));
    if (size === 1 && record.kind === "int") {
      const text = record.name === "char" ? textOf(bytes, flexible) : undefined;
      if (text !== undefined || (bytes.length > MAX_BYTE_LIST && !flexible)) {
        this.#rest.fill(0, at, at + length);
        return text ?? hexValue(bytes);
      }
    }
    const values: JsonValue[] = [];
    for (let i = 0; i < length; i++) {
      const start = at + i * size;
      const before = this.#rest.slice(start, start + size);
      const value = this.decode(type.element, start, start + size, depth + 1);
      if (value !== undefined) values.push(value);
      else if (!this.#takeHex(type.element, start, before, values)) return undefined;
    }
    if (!flexible) {
      // What is not given is zero.
      const pointed = this.#lastPointed(at, at + bytes.length);
      const kept = pointed === undefined ? 0 : Math.floor((pointed - at) / size) + 1;
      values.length = Math.max(lastNonZero(bytes, size), kept);
    }
    return values;
  }

  /** Bytes instead of a value, where { "hex": ... } means bytes. */
  #takeHex(type: TypeId, at: number, bytes: Uint8Array, values: JsonValue[]): boolean {
    if (findMember(this.#source.types, type, "hex") !== undefined) return false;
    this.#rest.fill(0, at, at + bytes.length);
    values.push(hexValue(bytes));
    return true;
  }

  /** Puts the members of `id` that are not zero into `values`, by the names that `root` finds them under. */
  #members(
    root: TypeId,
    id: TypeId,
    at: number,
    end: number,
    values: Map<string, JsonValue>,
    depth: number,
  ): boolean {
    const type = this.#source.types.at(id);
    if (depth > MAX_DEPTH) return false;
    if (type.kind === "union") return this.#union(root, type, at, values, depth);
    if (type.kind !== "struct") return false;
    for (const member of type.members) {
      if (!this.#member(root, member, at, end, values, depth)) return false;
    }
    return true;
  }

  #member(
    root: TypeId,
    member: Member,
    at: number,
    end: number,
    values: Map<string, JsonValue>,
    depth: number,
  ): boolean {
    const { types } = this.#source;
    const start = at + Math.floor(member.offset / 8);
    const inner = resolveType(types, member.type);
    const size = sizeOf(types, member.type) ?? 0;
    if (!this.#step(size)) return false;
    if (member.name === "") {
      return inner !== 0 && this.#members(root, inner, start, end, values, depth + 1);
    }
    if (member.bits !== 0) {
      const record = inner === 0 ? undefined : types.at(inner);
      if (record?.kind !== "int" && record?.kind !== "enum" && record?.kind !== "enum64") return false;
      const value = this.#integer(record, at * 8 + member.offset, member.bits);
      if (value === undefined) return false;
      const zero = this.#integer(record, at * 8 + member.offset, member.bits);
      if (value !== zero) values.set(member.name, value);
      return true;
    }
    const flexible = size === 0 && end > start;
    const pointed = this.#lastPointed(start, start + size) !== undefined;
    if (!flexible && !pointed && isZero(this.#rest, start, start + size)) return true;
    // Another member of this name may hide it.
    if (findMember(types, root, member.name)?.member !== member) return false;
    const before = this.#rest.slice(start, start + size);
    const value = this.decode(member.type, start, flexible ? end : start + size, depth + 1);
    if (value !== undefined && (flexible || isZero(this.#rest, start, start + size))) {
      values.set(member.name, value);
      return true;
    }
    const hex: JsonValue[] = [];
    if (flexible || !this.#takeHex(member.type, start, before, hex)) return false;
    values.set(member.name, hex[0]!);
    return true;
  }

  /** One member of a union has the value: the first that says all of its bytes. */
  #union(
    root: TypeId,
    type: Extract<BtfType, { kind: "struct" | "union" }>,
    at: number,
    values: Map<string, JsonValue>,
    depth: number,
  ): boolean {
    // BTF that is broken may put it behind the end of its struct.
    if (at + type.size > this.#rest.length) return false;
    if (isZero(this.#rest, at, at + type.size)) return true;
    const before = this.#rest.slice(at, at + type.size);
    for (const member of type.members) {
      if (!this.#step(type.size)) return false;
      const tried = new Map<string, JsonValue>();
      const said = this.#member(root, member, at, at + type.size, tried, depth + 1);
      if (said && isZero(this.#rest, at, at + type.size)) {
        for (const [name, value] of tried) values.set(name, value);
        return true;
      }
      this.#rest.set(before, at);
    }
    return false;
  }
}

/** Elements up to the last that is not zero. */
function lastNonZero(bytes: Uint8Array, size: number): number {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return Math.ceil(end / size);
}

/** The text of a char array: readable, and all zero behind it. A flexible one has exactly one NUL. */
function textOf(bytes: Uint8Array, flexible: boolean): string | undefined {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  if (flexible && end !== bytes.length - 1) return undefined;
  const text = readableText(bytes.subarray(0, end));
  return text !== undefined && encodeUtf8(text).length === end ? text : undefined;
}
