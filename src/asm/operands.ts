// The operands of an instruction's text that need judgement: does this number fit that field, is this a cast, an
// address, a symbol? llvm-mc cuts a number that does not fit its field to 32 bits and says nothing; here that is an error.

import { didYouMean } from "../base/index.js";
import { COMMA, isNamePart, keyOf, LESS, LPAREN, MINUS, PLUS, RPAREN, SEMICOLON, STAR } from "./chars.js";
import {
  accept,
  acceptRegister,
  type Cursor,
  checkWidth,
  END,
  expect,
  expectRegister,
  fail,
  failExpected,
  failHere,
  lastToken,
  peek,
  readNumber,
  readShortWord,
} from "./cursor.js";

const S32_MIN = -0x80000000;
const S32_MAX = 0x7fffffff;
const U32_MAX = 0xffffffff;

/** Whether the number read last lies in min..max, both safe integers. */
export function lastWithin(c: Cursor, min: number, max: number): boolean {
  return c.big === undefined && c.value >= min && c.value <= max;
}

/**
 * The number read last as a signed 32-bit immediate of an operation on `width` bits. A 32-bit operation takes the
 * pattern in either reading (-1 or 0xffffffff). A 64-bit one extends the sign, so it takes only what comes out as
 * that same value: -1 or 0xffffffffffffffff, but not 0xffffffff.
 */
export function lastImm32(c: Cursor, width: 32 | 64, hint = ""): number | undefined {
  if (lastWithin(c, S32_MIN, width === 32 ? U32_MAX : S32_MAX)) return c.value | 0;
  if (width === 64 && c.big !== undefined && c.big > 0n && c.big <= 0xffffffffffffffffn) {
    const value = Number(BigInt.asIntN(64, c.big));
    if (value >= S32_MIN && value < 0) return value;
  }
  const max = width === 32 ? U32_MAX : S32_MAX;
  return failHere(c, "asm/imm-range", { value: lastNumber(c), min: S32_MIN, max }, hint);
}

/** The number read last as the two halves of a 64-bit immediate, -2^63..2^64-1; undefined after an error. */
export function lastImm64(c: Cursor): { low: number; high: number } | undefined {
  if (c.big !== undefined) {
    if (c.big >= -0x8000000000000000n && c.big <= 0xffffffffffffffffn) {
      return { low: Number(BigInt.asIntN(32, c.big)), high: Number(BigInt.asIntN(32, c.big >> 32n)) };
    }
  } else if (Math.abs(c.value) <= Number.MAX_SAFE_INTEGER) {
    return { low: c.value | 0, high: Math.floor(c.value / 0x100000000) | 0 };
  }
  return failHere(c, "asm/imm64-range", { value: lastNumber(c) });
}

/** Reads a number for a signed 32-bit field. `hint` is for one that does not fit. */
export function readImm32(c: Cursor, width: 32 | 64, what: string, hint = ""): number | undefined {
  return readNumber(c, what) ? lastImm32(c, width, hint) : undefined;
}

/** What helps where a 64-bit operation cannot have a number as its operand. */
export function wideHint(width: 32 | 64): string {
  return width === 64 ? 'load it into a register with "ll" first' : "";
}

/** A shift by a constant, 0..width-1: the kernel's verifier refuses others, and LLVM does not look. */
export function readShift(c: Cursor, width: 32 | 64): number | undefined {
  if (!readNumber(c, "a register or a number")) return undefined;
  if (lastWithin(c, 0, width - 1)) return c.value;
  const hint = "the kernel refuses a shift by the register's width or more";
  return failHere(c, "asm/shift-range", { value: lastNumber(c), max: width - 1 }, hint);
}

/** The number read last as its author wrote it, but for white space behind its sign. */
export function lastNumber(c: Cursor): string {
  return lastToken(c).replace(/\s+/, "");
}

/** A number of 0..max in an argument list. */
export function readSmall(c: Cursor, what: string, max: number): number | undefined {
  if (!readNumber(c, what)) return undefined;
  if (lastWithin(c, 0, max)) return c.value;
  return failHere(c, "asm/argument-range", { what, value: lastNumber(c), max });
}

/** Bits by the key of a type's name (`keyOf`), negative where it is signed; and the names, for messages. */
export interface Types {
  readonly bits: ReadonlyMap<number, number>;
  readonly names: readonly string[];
}

const UNSIGNED: readonly (readonly [string, number])[] = [
  ["u8", 8],
  ["u16", 16],
  ["u32", 32],
  ["u64", 64],
];
const SIGNED: readonly (readonly [string, number])[] = [
  ["s8", -8],
  ["s16", -16],
  ["s32", -32],
];

function typesOf(rows: readonly (readonly [string, number])[]): Types {
  return {
    bits: new Map(rows.map(([name, bits]) => [keyOf(name), bits])),
    names: rows.map(([name]) => name),
  };
}

export const LOAD_TYPES: Types = typesOf([...UNSIGNED, ...SIGNED]);
export const STORE_TYPES: Types = typesOf(UNSIGNED);
export const EXTENSION_TYPES: Types = typesOf(SIGNED);

/** Reads the name of one of `types`: its bits; 0 after an error. The name is the last token. */
export function readType(c: Cursor, types: Types): number {
  // As a number, because a million of them would be cut out of their lines to be looked up.
  const key = readShortWord(c);
  const bits = types.bits.get(key);
  if (bits !== undefined) return bits;
  const { names } = types;
  if (key === 0) {
    failExpected(c, `a type such as ${names[0]}`);
    return 0;
  }
  const word = lastToken(c);
  const clears = types === EXTENSION_TYPES && word.startsWith("u");
  const hint = clears ? 'to clear the upper half of a register, write "wN = wN"' : didYouMean(word, names);
  failHere(c, "asm/unknown-type", { name: word }, hint || `the types are ${names.join(", ")}`);
  return 0;
}

/** Reads `(u8 *)` and its like; 0 after an error. The type stays the last token: what follows may find fault with it. */
export function readCast(c: Cursor, types: Types): number {
  if (!expect(c, LPAREN)) return 0;
  const bits = readType(c, types);
  const { start, length } = c;
  if (bits === 0 || !expect(c, STAR) || !expect(c, RPAREN)) return 0;
  c.start = start;
  c.length = length;
  return bits;
}

/** Reads `r1 + 4` or `r1 - 4`: returns the base, and the offset in `c.value`; -1 after an error. */
export function readBaseOffset(c: Cursor): number {
  const base = expectRegister(c, 64, "a base register");
  if (base < 0) return -1;
  const sign = peek(c);
  if (sign !== PLUS && sign !== MINUS) {
    failExpected(c, '"+" or "-" and an offset', `write "r${base} + 0"`);
    return -1;
  }
  if (!readNumber(c, "an offset")) return -1;
  if (lastWithin(c, -0x8000, 0x7fff)) return base;
  failHere(c, "asm/offset-range", { value: lastNumber(c) });
  return -1;
}

/** Reads `(r1 + 4)`: returns the base, and the offset in `c.value`; -1 after an error. */
export function readAddress(c: Cursor): number {
  if (!expect(c, LPAREN)) return -1;
  const base = readBaseOffset(c);
  return base >= 0 && expect(c, RPAREN) ? base : -1;
}

/** The register that a line begins with. Its place is kept, because what is wrong with it may show only later. */
export interface Destination {
  /** 0..10 for r, 16..26 for w. */
  readonly register: number;
  readonly width: 32 | 64;
  readonly start: number;
  readonly length: number;
}

/** Checks that the destination has `width` bits. */
export function checkDestination(c: Cursor, dst: Destination, width: 32 | 64): boolean {
  if (dst.width === width) return true;
  c.start = dst.start;
  c.length = dst.length;
  return checkWidth(c, dst.register, width) >= 0;
}

/** Checks that the destination is the register that the instruction implies (0..10, +16 for w). */
export function checkImplied(c: Cursor, dst: Destination, register: number): boolean {
  if (dst.register === register) return true;
  c.start = dst.start;
  c.length = dst.length;
  failHere(c, "asm/same-register", { name: lastToken(c), expected: registerName(register) });
  return false;
}

function registerName(register: number): string {
  return (register >= 16 ? "w" : "r") + (register & 15);
}

/** Reads a register that must be `register` again (0..10, +16 for w): LLVM writes some operands twice. */
export function expectSame(c: Cursor, register: number): boolean {
  const name = registerName(register);
  const again = acceptRegister(c);
  if (again === register) return true;
  if (again === -1) failExpected(c, `"${name}"`);
  if (again >= 0) failHere(c, "asm/same-register", { name: lastToken(c), expected: name });
  return false;
}

/** Checks that nothing but comments and ";" is left. A block comment may only stand at an end, as in LLVM. */
export function expectEnd(c: Cursor): boolean {
  for (;;) {
    if (!skipComments(c)) return false;
    const ch = peek(c);
    if (ch === END) return true;
    if (ch !== SEMICOLON) break;
    c.pos++;
    if (!skipComments(c)) return false;
    if (peek(c) !== SEMICOLON && peek(c) !== END) {
      const rest = restOf(c);
      fail(c, "asm/one-instruction", { text: rest }, c.pos, rest.length);
      return false;
    }
  }
  const rest = restOf(c);
  fail(c, "asm/trailing-text", { text: rest }, c.pos, rest.length);
  return false;
}

/** What is left of the line, for messages. */
function restOf(c: Cursor): string {
  return c.text.slice(c.pos, c.end).trimEnd();
}

/** Skips block comments; at a line comment it stays, which peek() takes for the end. False where one is not closed. */
export function skipComments(c: Cursor): boolean {
  while (peek(c) === END && c.pos < c.end && c.text.startsWith("/*", c.pos)) {
    const end = c.text.indexOf("*/", c.pos + 2);
    if (end < 0 || end + 2 > c.end) {
      fail(c, "asm/open-comment", {}, c.pos, 2);
      return false;
    }
    c.pos = end + 2;
  }
  return true;
}

/** Takes `,`. */
export function expectComma(c: Cursor): boolean {
  return expect(c, COMMA);
}

/** Takes `word` if it comes next. The last token stays what it was. */
export function acceptWord(c: Cursor, word: string): boolean {
  if (peek(c) !== word.charCodeAt(0)) return false;
  const end = c.pos + word.length;
  if (!c.text.startsWith(word, c.pos) || isNamePart(c.text.charCodeAt(end))) return false;
  c.pos = end;
  return true;
}

/** Skips the `<prog+0x20>` that llvm-objdump puts behind a target. */
export function skipAnnotation(c: Cursor): boolean {
  if (!accept(c, LESS)) return true;
  const end = c.text.indexOf(">", c.pos);
  if (end < 0 || end >= c.end) {
    c.pos = c.end;
    failExpected(c, '">"');
    return false;
  }
  c.pos = end + 1;
  return true;
}
