// The lexer of one line of assembly: where we stand in it, and what went wrong first. It knows registers, numbers and
// names, but no instruction. The tokens are those of LLVM's AsmLexer, where BPF uses them.
//
// A line is scanned once, character by character, without a token list. The functions that read something return -1
// or undefined after `fail`, and their callers return at once. `acceptRegister` has two such answers: -1 for "no
// register here", which is no error, and -2 for one that does not exist.

import type { Code } from "../base/index.js";
import {
  digitOf,
  HASH,
  isDigit,
  isNamePart,
  isNameStart,
  isSpace,
  LOWER_B,
  LOWER_R,
  LOWER_W,
  LOWER_X,
  MAX_KEY_LENGTH,
  MINUS,
  PLUS,
  SLASH,
  STAR,
  ZERO,
} from "./chars.js";
import type { SymbolText } from "./parsed.js";

/** A mistake in a text. `start` and `length` are UTF-16 units of that text and cover the wrong operand. */
export interface TextError {
  readonly code: Code;
  readonly args: Readonly<Record<string, string | number | bigint>>;
  readonly start: number;
  readonly length: number;
  /** One thing to try; "" where there is none. */
  readonly hint: string;
}

/** A line and how far it has been read. Readers leave what they read in it. */
export interface Cursor {
  text: string;
  /** Where the line ends in the text. */
  end: number;
  pos: number;
  error: TextError | undefined;
  /** The number read last: exact where it is a safe integer, else `big` has it. */
  value: number;
  big: bigint | undefined;
  /** The name that the instruction refers to. */
  symbol: SymbolText | undefined;
  /** The range of the number, register or name read last. */
  start: number;
  length: number;
}

/** What stands behind the last character of a line, comments not counted. */
export const END = -1;

/** A cursor without a line: one serves for any number of them. */
export function newCursor(): Cursor {
  return {
    text: "",
    end: 0,
    pos: 0,
    error: undefined,
    symbol: undefined,
    value: 0,
    big: undefined,
    start: 0,
    length: 0,
  };
}

/**
 * Puts a cursor before the first character of a line, which is a part of a text: what stands at `end` (a quote, a line
 * end) must be nothing that a name or number goes on with.
 */
export function openLine(c: Cursor, text: string, start: number, end: number): void {
  c.text = text;
  c.end = end;
  c.pos = start;
  c.error = undefined;
  c.symbol = undefined;
  c.value = 0;
  c.big = undefined;
  c.start = start;
  c.length = 0;
}

/** Notes the first error of the line. Returns undefined, so that a parser can `return fail(...)`. */
export function fail(
  c: Cursor,
  code: Code,
  args: TextError["args"],
  start: number,
  length: number,
  hint = "",
): undefined {
  c.error ??= { code, args, start, length, hint };
  return undefined;
}

/** `fail` at the token read last. */
export function failHere(c: Cursor, code: Code, args: TextError["args"], hint = ""): undefined {
  return fail(c, code, args, c.start, c.length, hint);
}

/** Skips white space; returns the next character without taking it, END at the end of the line or at a comment. */
export function peek(c: Cursor): number {
  const { text, end } = c;
  let pos = c.pos;
  let ch = END;
  for (; pos < end; pos++) {
    ch = text.charCodeAt(pos);
    if (!isSpace(ch)) break;
  }
  c.pos = pos;
  if (pos === end || ch === HASH) return END;
  if (ch === SLASH && pos + 1 < end) {
    const next = text.charCodeAt(pos + 1);
    if (next === SLASH || next === STAR) return END;
  }
  return ch;
}

/** Takes `ch` (one ASCII character) if it comes next. */
export function accept(c: Cursor, ch: number): boolean {
  if (peek(c) !== ch) return false;
  c.pos++;
  return true;
}

/** Takes `ch` (one ASCII character), or notes that it is missing. */
export function expect(c: Cursor, ch: number): boolean {
  if (accept(c, ch)) return true;
  failExpected(c, `"${String.fromCharCode(ch)}"`);
  return false;
}

/** Says that `what` should stand here, and what does instead. */
export function failExpected(c: Cursor, what: string, hint = ""): undefined {
  if (peek(c) === END) {
    // The place of what is missing is just behind what is there.
    let end = c.pos;
    while (end > 0 && isSpace(c.text.charCodeAt(end - 1))) end--;
    return fail(c, "asm/missing", { what }, end, 0, hint);
  }
  const start = c.pos;
  const length = tokenLength(c.text, start);
  return fail(c, "asm/expected", { what, found: c.text.slice(start, start + length) }, start, length, hint);
}

/** The length of what a message shows as the wrong word: a name or number, or one character. */
function tokenLength(text: string, start: number): number {
  let end = start;
  while (isNamePart(text.charCodeAt(end))) end++;
  if (end > start) return end - start;
  // Not half of a surrogate pair.
  return text.codePointAt(start)! > 0xffff ? 2 : 1;
}

/** Reads a name or keyword; "" (and nothing taken) where none begins. */
export function readWord(c: Cursor): string {
  if (!isNameStart(peek(c))) return "";
  const { text } = c;
  const start = c.pos;
  let end = start + 1;
  while (isNamePart(text.charCodeAt(end))) end++;
  c.pos = end;
  c.start = start;
  c.length = end - start;
  return text.slice(start, end);
}

/** As `readWord`, but gives the key of the word (`keyOf`): 0 where none begins, -1 for one that is too long for a key. */
export function readShortWord(c: Cursor): number {
  if (!isNameStart(peek(c))) return 0;
  const { text } = c;
  const start = c.pos;
  let end = start;
  let key = 0;
  for (let ch = text.charCodeAt(end); isNamePart(ch); ch = text.charCodeAt(++end)) key = (key << 8) | ch;
  c.pos = end;
  c.start = start;
  c.length = end - start;
  return c.length <= MAX_KEY_LENGTH ? key : -1;
}

/**
 * Reads a register if one comes next: 0..10 for r0..r10, 16..26 for w0..w10. Any "r" or "w" with only digits behind
 * is one. Returns -1 where another thing comes (nothing taken), -2 after an error.
 */
export function acceptRegister(c: Cursor): number {
  const letter = peek(c);
  if (letter !== LOWER_R && letter !== LOWER_W) return -1;
  const { text } = c;
  const start = c.pos;
  let end = start + 1;
  let number = 0;
  let ch = text.charCodeAt(end);
  while (isDigit(ch)) {
    number = number * 10 + (ch - ZERO);
    ch = text.charCodeAt(++end);
  }
  if (end === start + 1 || isNameStart(ch)) return -1;
  c.start = start;
  c.length = end - start;
  // "r01" names nothing in LLVM.
  if (number > 10 || (end > start + 2 && text.charCodeAt(start + 1) === ZERO)) {
    failHere(c, "asm/no-register", { name: text.slice(start, end) });
    return -2;
  }
  c.pos = end;
  return letter === LOWER_R ? number : number + 16;
}

/** Reads a register of `width` bits; returns its number, or -1 after an error. `what` names the operand. */
export function expectRegister(c: Cursor, width: 32 | 64, what: string): number {
  const register = acceptRegister(c);
  if (register === -1) failExpected(c, what);
  if (register < 0) return -1;
  return checkWidth(c, register, width);
}

/** The number 0..10 of a register just read, if it has `width` bits; -1 after an error. */
export function checkWidth(c: Cursor, register: number, width: 32 | 64): number {
  if (register >= 16 === (width === 32)) return register & 15;
  const name = c.text.slice(c.start, c.start + c.length);
  const right = `${width === 64 ? "r" : "w"}${register & 15}`;
  failHere(c, "asm/register-width", { name, width }, `write "${right}"`);
  return -1;
}

/** Whether a number comes next, with or without a sign. */
export function atNumber(ch: number): boolean {
  return isDigit(ch) || ch === MINUS || ch === PLUS;
}

/** Reads a number with an optional sign into `value` and `big`: decimal, 0x, 0b, octal with a leading 0. */
export function readNumber(c: Cursor, what: string): boolean {
  const sign = peek(c);
  const start = c.pos;
  if (sign === MINUS || sign === PLUS) c.pos++;
  if (!isDigit(peek(c))) {
    failExpected(c, what);
    return false;
  }
  if (!readDigits(c)) return false;
  if (sign === MINUS) {
    c.value = 0 - c.value; // not the -0 that negation makes of 0
    if (c.big !== undefined) c.big = -c.big;
  }
  c.length = c.start + c.length - start;
  c.start = start;
  return true;
}

/** Reads an unsigned number; a digit comes next. Its base is told by how it begins, as in LLVM and in C. */
function readDigits(c: Cursor): boolean {
  const { text } = c;
  const start = c.pos;
  let end = start;
  let base = 10;
  if (text.charCodeAt(start) === ZERO) {
    const letter = text.charCodeAt(start + 1) | 0x20;
    base = letter === LOWER_X ? 16 : letter === LOWER_B ? 2 : isDigit(text.charCodeAt(start + 1)) ? 8 : 10;
    if (base === 16 || base === 2) end += 2;
  }
  const first = end;
  let value = 0;
  for (let digit = digitOf(text.charCodeAt(end)); digit < base; digit = digitOf(text.charCodeAt(++end))) {
    value = value * base + digit;
  }
  const bad = end === first || isNamePart(text.charCodeAt(end));
  while (isNamePart(text.charCodeAt(end))) end++;
  c.start = start;
  c.length = end - start;
  if (bad) {
    failHere(c, "asm/bad-number", { text: text.slice(start, end) });
    return false;
  }
  c.pos = end;
  c.value = value;
  c.big = undefined;
  // Beyond 2^53 a double has lost bits. Beyond 2^64 (with a margin for rounding) no field takes the number anyway.
  if (value > Number.MAX_SAFE_INTEGER && value < 2e19) {
    const digits = text.slice(start, end);
    c.big = BigInt(base === 8 ? `0o${digits}` : digits);
  }
  return true;
}

/** The text of the token read last, as its author wrote it. */
export function lastToken(c: Cursor): string {
  return c.text.slice(c.start, c.start + c.length);
}
