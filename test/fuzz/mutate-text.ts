// Damage to a text of IR: pieces cut, doubled, put elsewhere, repeated, nested and replaced by what stands at the edges
// of something.

import type { Random } from "./random.js";

/** Tokens of JSON, of C and of instructions. */
const PIECES = [
  ...["{", "}", "[", "]", ",", ":", '"', "\\", "//", "/*", "null", "true", "-1", "0", '""', "[]", "{}"],
  ...["4294967296", "-9223372036854775809", "18446744073709551616", "1e999", "0x", "0xffffffffffffffff"],
  ...["\u0000", "\ud800", "\u202e", "\ufeff", "\u{1f600}", "\\u0000", "\\n", "\\n\\n"],
  ...[
    "struct ",
    "union ",
    "enum ",
    "typedef ",
    "const ",
    "*",
    "(",
    ")",
    "[0]",
    "[4294967295]",
    "int",
    ": 3",
    ";",
  ],
  ...["__attribute__((packed))", "__attribute__((aligned(2147483648)))", "sizeof(", "<<", "/", "%", "?"],
  ...["r0", "r11", "w0", " ll", "goto", "goto -1", "exit", "+ 40000", "call ", "if ", "lock ", "= "],
];

/** What may stand around a text, again and again. */
const NESTS: readonly (readonly [string, string])[] = [
  ["[", "]"],
  ['{"a":', "}"],
  ["struct { ", " a; }"],
  ["(", ")"],
  ["*", ""],
  ["", "[2]"],
  ["-", ""],
  ["int (*", ")(void)"],
];

/** A damaged copy of `text`; `others` lend pieces. */
export function mutateText(random: Random, text: string, others: readonly string[]): string {
  let result = text;
  for (let left = 1 + random.below(4); left > 0; left--) {
    const at = random.below(result.length + 1);
    const length = random.once(3) ? random.small(2000) : random.below(8);
    const [before, after] = [result.slice(0, at), result.slice(at + length)];
    switch (random.below(7)) {
      case 0:
        result = before + after;
        break;
      case 1:
      case 2:
        result = before + random.pick(PIECES) + (random.once(2) ? result.slice(at) : after);
        break;
      case 3: {
        const other = random.pick(others);
        const from = random.below(other.length + 1);
        result = before + other.slice(from, from + length) + after;
        break;
      }
      case 4: {
        // As often as makes a text of up to 200,000 characters.
        const piece = result.slice(at, at + length);
        const times = random.small(random.once(8) ? 200_000 : 10_000) / Math.max(1, piece.length);
        result = before + piece.repeat(Math.floor(times)) + after;
        break;
      }
      case 5: {
        const [open, close] = random.pick(NESTS);
        const depth = random.small(random.once(8) ? 50_000 : 400);
        const inner = result.slice(at, at + length);
        result = before + open.repeat(depth) + inner + close.repeat(depth) + after;
        break;
      }
      default:
        result = result.replace(/-?\d+/g, (digits) => (random.once(20) ? random.pick(PIECES) : digits));
    }
  }
  return result;
}
