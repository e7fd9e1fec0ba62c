// Integer constant expressions (C11, section 6.6): array lengths, widths, alignments, enumerators. Values carry the
// width and the sign of their C type, because `-1 > 0u` and `1 << 31` depend on them. Overflow wraps, as clang lets
// it with a warning.

import { didYouMean } from "../base/index.js";
import { accept, at, type Cursor, expect, fail, failExpected, nested, next, peek } from "./c-cursor.js";
import type { Token } from "./c-lexer.js";
import { alignOf, findMember, memberNames, resolveType, sizeOf } from "./layout.js";

export interface Constant {
  readonly value: bigint;
  /** 8..128 after a cast, at least 32 after any operation (integer promotion). */
  readonly bits: number;
  readonly signed: boolean;
}

const ZERO = 48;

/** Reads a conditional expression: all of C's operators but assignment and comma. */
export function parseConstant(cursor: Cursor): Constant {
  return nested(cursor, () => {
    const condition = parseBinary(cursor, 0);
    if (!accept(cursor, "?")) return condition;
    const yes = parseConstant(cursor);
    expect(cursor, ":");
    const no = parseConstant(cursor);
    const { bits, signed } = common(yes, no);
    return wrap(condition.value !== 0n ? yes.value : no.value, bits, signed);
  });
}

/** Binary operators by their level, the loosest first (C11 6.5.5 to 6.5.14). */
const LEVELS: readonly (readonly string[])[] = [
  ["||"],
  ["&&"],
  ["|"],
  ["^"],
  ["&"],
  ["==", "!="],
  ["<", ">", "<=", ">="],
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "%"],
];
const LEVEL_OF: ReadonlyMap<string, number> = new Map(
  LEVELS.flatMap((row, level) => row.map((op) => [op, level])),
);

/** Precedence climbing: an operator takes all to its right that binds tighter. `least` is the loosest level allowed. */
function parseBinary(cursor: Cursor, least: number): Constant {
  let left = parseUnary(cursor);
  for (;;) {
    const operator = peek(cursor);
    const level = operator.kind === "punct" ? LEVEL_OF.get(operator.text) : undefined;
    if (level === undefined || level < least) return left;
    next(cursor);
    const right = nested(cursor, () => parseBinary(cursor, level + 1));
    left = combine(operator, left, right);
  }
}

/**
 * One operation. Both sides are brought to their common type first, but for shifts, where the left side alone decides
 * the type (C11 6.5.7), and for the logical operators, which only ask for zero.
 */
function combine(operator: Token, left: Constant, right: Constant): Constant {
  const op = operator.text;
  if (op === "<<" || op === ">>") {
    const { value, bits, signed } = promote(left);
    if (right.value < 0n || right.value >= BigInt(bits)) {
      return fail("btf/c-shift-count", { count: right.value, bits }, operator);
    }
    return wrap(op === "<<" ? value << right.value : value >> right.value, bits, signed);
  }
  const { bits, signed } = common(left, right);
  const a = wrap(left.value, bits, signed).value;
  const b = wrap(right.value, bits, signed).value;
  switch (op) {
    case "||":
      return truth(left.value !== 0n || right.value !== 0n);
    case "&&":
      return truth(left.value !== 0n && right.value !== 0n);
    case "==":
      return truth(a === b);
    case "!=":
      return truth(a !== b);
    case "<":
      return truth(a < b);
    case ">":
      return truth(a > b);
    case "<=":
      return truth(a <= b);
    case ">=":
      return truth(a >= b);
    case "|":
      return wrap(a | b, bits, signed);
    case "^":
      return wrap(a ^ b, bits, signed);
    case "&":
      return wrap(a & b, bits, signed);
    case "+":
      return wrap(a + b, bits, signed);
    case "-":
      return wrap(a - b, bits, signed);
    case "*":
      return wrap(a * b, bits, signed);
    default:
      // `/` and `%`: bigint division truncates toward zero, as C's does.
      if (b === 0n) return fail("btf/c-division-by-zero", {}, operator);
      return wrap(op === "/" ? a / b : a % b, bits, signed);
  }
}

/** Operators before their operand, and what has none: numbers, characters, names, parentheses and casts. */
function parseUnary(cursor: Cursor): Constant {
  const token = peek(cursor);
  if (token.kind === "punct") {
    switch (token.text) {
      case "-":
      case "+":
      case "~":
      case "!": {
        next(cursor);
        const operand = nested(cursor, () => parseUnary(cursor));
        if (token.text === "!") return truth(operand.value === 0n);
        const { value, bits, signed } = promote(operand);
        return wrap(token.text === "-" ? -value : token.text === "~" ? ~value : value, bits, signed);
      }
      case "(":
        next(cursor);
        return cursor.isTypeStart(cursor) ? parseCast(cursor) : parseGroup(cursor);
      default:
        return failExpected(cursor, "a constant");
    }
  }
  next(cursor);
  switch (token.kind) {
    case "number":
      return parseNumber(token);
    case "char":
      return parseCharacter(token);
    case "name":
      return parseNamed(cursor, token);
    default:
      cursor.position -= token.kind === "end" ? 0 : 1;
      return failExpected(cursor, "a constant");
  }
}

function parseGroup(cursor: Cursor): Constant {
  const inner = parseConstant(cursor);
  expect(cursor, ")");
  return inner;
}

/** Behind "(": a type, ")" and the operand. Only integers can be the target: pointers and floats are no constants. */
function parseCast(cursor: Cursor): Constant {
  const start = peek(cursor);
  const type = resolveType(cursor.scope.types, cursor.typeName(cursor));
  const target = type === 0 ? undefined : cursor.scope.types.at(type);
  const close = expect(cursor, ")");
  const operand = nested(cursor, () => parseUnary(cursor));
  switch (target?.kind) {
    case "int":
      if (target.encoding === "bool") return wrap(operand.value === 0n ? 0n : 1n, 8, false);
      return wrap(operand.value, target.bits, target.encoding === "signed");
    case "enum":
    case "enum64":
      return wrap(operand.value, target.size * 8, target.signed);
    default:
      return fail("btf/c-cast", {}, start, { last: close });
  }
}

/** sizeof and its like, or an enumerator, which may be declared further on. */
function parseNamed(cursor: Cursor, token: Token): Constant {
  switch (token.text) {
    case "sizeof":
    case "_Alignof":
    case "__alignof__":
    case "__alignof":
    case "alignof": {
      expect(cursor, "(");
      const start = peek(cursor);
      if (!cursor.isTypeStart(cursor))
        return fail("btf/c-unsupported", { what: `${token.text} of an expression` }, start);
      const type = cursor.typeName(cursor);
      const close = expect(cursor, ")");
      const size = sizeOf(cursor.scope.types, type);
      if (size === undefined) return fail("btf/c-no-size", {}, start, { last: close });
      return {
        value: BigInt(token.text === "sizeof" ? size : alignOf(cursor.scope, type)),
        bits: 64,
        signed: false,
      };
    }
    case "__builtin_offsetof":
    case "offsetof":
      return parseOffsetOf(cursor);
    default: {
      if (!cursor.scope.enumerators.has(token.text)) cursor.demand("ordinary", token.text, cursor.depth);
      const value = cursor.scope.enumerators.get(token.text);
      if (value !== undefined) return enumeratorConstant(value);
      const hint = (): string => didYouMean(token.text, cursor.scope.enumerators.keys());
      return fail("btf/c-unknown-constant", { name: token.text }, token, { hint });
    }
  }
}

/** `__builtin_offsetof(type, a.b)`, in bytes. */
function parseOffsetOf(cursor: Cursor): Constant {
  const { types } = cursor.scope;
  expect(cursor, "(");
  let type = cursor.typeName(cursor);
  expect(cursor, ",");
  let bits = 0;
  do {
    const name = next(cursor);
    const found = findMember(types, type, name.text);
    if (found === undefined) {
      const hint = (): string => didYouMean(name.text, memberNames(types, type));
      return fail("btf/c-unknown-member", { name: name.text }, name, { hint });
    }
    bits += found.offset;
    type = found.type;
  } while (accept(cursor, "."));
  if (!at(cursor, ")")) return failExpected(cursor, '")"');
  next(cursor);
  return { value: BigInt(Math.floor(bits / 8)), bits: 64, signed: false };
}

const NUMBER = /^(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)(?=([uUlL]*)$)/;
const SUFFIX = /^(?:[uU]?(?:l|L|ll|LL)?|(?:l|L|ll|LL)[uU])$/;

/** C11 6.4.4.1: the first type that holds the value; unsigned ones only by suffix, or where it is not decimal. */
function parseNumber(token: Token): Constant {
  const match = NUMBER.exec(token.text);
  const suffix = match?.[1] ?? "";
  if (match === null || !SUFFIX.test(suffix)) return fail("btf/c-bad-number", { text: token.text }, token);
  const digits = match[0];
  const octal = /^0\d/.test(digits);
  const value = BigInt(octal ? `0o${digits.slice(1)}` : digits);
  const decimal = digits.charCodeAt(0) !== ZERO;
  const unsigned = /u/i.test(suffix);
  for (const bits of /l/i.test(suffix) ? [64] : [32, 64]) {
    if (!unsigned && value < 1n << BigInt(bits - 1)) return { value, bits, signed: true };
    if ((unsigned || !decimal) && value < 1n << BigInt(bits)) return { value, bits, signed: false };
  }
  // A decimal constant that no signed type holds is unsigned all the same (clang warns).
  if (value < 1n << 64n) return { value, bits: 64, signed: false };
  return fail("btf/c-number-range", { text: token.text }, token);
}

const ESCAPES: Readonly<Record<string, number>> = {
  n: 10,
  t: 9,
  r: 13,
  a: 7,
  b: 8,
  f: 12,
  v: 11,
  e: 27,
  "\\": 92,
  "'": 39,
  '"': 34,
  "?": 63,
};

/** One character: an int with the value of a (signed) char, C11 6.4.4.4. */
function parseCharacter(token: Token): Constant {
  const body = token.text.slice(1, -1);
  const plain = /^[\x20-\x7e]$/.test(body) ? body.charCodeAt(0) : undefined;
  const numeric = /^\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3}))$/.exec(body);
  const simple = /^\\.$/.test(body) ? ESCAPES[body.slice(1)] : undefined;
  const code =
    plain ??
    (numeric === null
      ? simple
      : Number.parseInt(numeric[1] ?? numeric[2] ?? "", numeric[1] === undefined ? 8 : 16));
  if (code === undefined || code > 0xff)
    return fail("btf/c-bad-character-constant", { text: token.text }, token);
  return { value: BigInt.asIntN(8, BigInt(code)), bits: 32, signed: true };
}

/** An enumerator is an int where it fits; clang gives the others the type of their enum, which has these widths. */
function enumeratorConstant(value: bigint): Constant {
  for (const bits of [32, 64]) {
    if (BigInt.asIntN(bits, value) === value) return { value, bits, signed: true };
    if (BigInt.asUintN(bits, value) === value) return { value, bits, signed: false };
  }
  return wrap(value, 64, false);
}

/** C11 6.3.1.1: what is narrower than int becomes int. */
function promote(constant: Constant): Constant {
  return constant.bits < 32 ? { value: constant.value, bits: 32, signed: true } : constant;
}

/** C11 6.3.1.8: the wider type, and unsigned where an operand of that width is. */
function common(left: Constant, right: Constant): { bits: number; signed: boolean } {
  const a = promote(left);
  const b = promote(right);
  const bits = Math.max(a.bits, b.bits);
  return { bits, signed: (a.signed || a.bits < bits) && (b.signed || b.bits < bits) };
}

/** The value modulo 2^bits, as the type holds it. */
function wrap(value: bigint, bits: number, signed: boolean): Constant {
  return { value: signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value), bits, signed };
}

/** What comparisons and logical operators give: an int. */
function truth(condition: boolean): Constant {
  return { value: condition ? 1n : 0n, bits: 32, signed: true };
}
