// One line of assembly text to one instruction; print.ts is the inverse. The syntax is that of clang's assembler for
// BPF and of what llvm-objdump prints, but for these differences:
//
// - A number that does not fit its field is an error; llvm-mc cuts it.
// - Keywords, registers and types are lower case, and registers end at r10.
// - One line has at most one instruction. Labels are names; `1:` with `goto 1b` is not there.
// - The spellings of our own that print.ts lists are read too.
//
//   line        = { name ":" | ";" } [ instruction ] { ";" } [ comment ]
//   comment     = "#" or "//" and the rest, or /* ... */
//   instruction = "if" dst COMPARISON (src | number) "goto" target      == != > >= < <= s> s>= s< s<= &
//               | ("goto" | "gotol" | "may_goto") target                target = name | slots
//               | ("gotox" | "callx") dst | "call" (name | number | "pc" number | "kfunc" number) | "exit"
//               | "ld_pseudo" dst "," source "," number
//               | what parse-assign.ts and parse-memory.ts list

import { didYouMean } from "../base/index.js";
import {
  AMPERSAND,
  BANG,
  COLON,
  EQUALS,
  GREATER,
  isDigit,
  isNameStart,
  isSpace,
  keyOf,
  LESS,
  LOWER_S,
  MINUS,
  PLUS,
  SEMICOLON,
  STAR,
} from "./chars.js";
import {
  acceptRegister,
  atNumber,
  type Cursor,
  checkWidth,
  END,
  expectRegister,
  fail,
  failExpected,
  failHere,
  lastToken,
  newCursor,
  openLine,
  peek,
  readNumber,
  readWord,
} from "./cursor.js";
import { makeInsn } from "./fields.js";
import type { JumpOp } from "./forms.js";
import type { Insn } from "./instruction.js";
import { CALLEE, CLASS, JMP, JMP_OPERATOR, K, OPCODE, PSEUDO, X } from "./opcodes.js";
import {
  acceptWord,
  expectComma,
  expectEnd,
  lastImm32,
  lastImm64,
  lastNumber,
  lastWithin,
  readImm32,
  readSmall,
  skipAnnotation,
  skipComments,
  wideHint,
} from "./operands.js";
import { parseAssignment } from "./parse-assign.js";
import { parseLock, parseRelease, parseStore } from "./parse-memory.js";
import type { LabelText, ParsedLine } from "./parsed.js";

// Most lines have none; they share this one.
const NO_LABELS: readonly LabelText[] = [];

// All lines share one cursor: a million of them would be a million objects of garbage.
const cursor = newCursor();

/**
 * Parses one line (no line end inside): labels and at most one instruction. The first error ends it. A symbolic operand
 * leaves 0 in its field, and comes back as `symbol`. The line may be a part of `text`, from `from` up to a quote or a line
 * end at `to`; all places in the result are those in `text`.
 */
export function parseLine(text: string, from: number = 0, to: number = text.length): ParsedLine {
  const c = cursor;
  openLine(c, text, from, to);
  const parsed = readLine(c);
  c.text = ""; // a document is not kept alive by its last line
  return parsed;
}

function readLine(c: Cursor): ParsedLine {
  const { text } = c;
  let labels = NO_LABELS;
  let insn: Insn | undefined;
  let start = c.pos;
  let end = start;
  while (skipComments(c)) {
    const ch = peek(c);
    start = c.pos;
    end = start;
    if (ch === END) break;
    if (ch === SEMICOLON) {
      c.pos++;
      continue;
    }
    const label = isNameStart(ch) ? readLabelOrInsn(c) : undefined;
    if (label !== undefined && "name" in label) {
      labels = labels === NO_LABELS ? [label] : [...labels, label];
      continue;
    }
    insn = isNameStart(ch) ? label : parseSign(c, ch);
    end = c.pos;
    break;
  }
  if (c.error === undefined) expectEnd(c);
  if (c.error !== undefined) return { error: c.error };
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return { labels, insn, symbol: c.symbol, start, length: end - start, error: undefined };
}

/** A line that begins with a name, a keyword or a register. */
function readLabelOrInsn(c: Cursor): LabelText | Insn | undefined {
  const register = acceptRegister(c);
  if (register >= 0) {
    if (peek(c) === COLON) return failHere(c, "asm/label-register", { name: lastToken(c) });
    return parseAssignment(c, register);
  }
  if (register === -2) return undefined;
  const name = readWord(c);
  if (peek(c) !== COLON) return parseKeyword(c, name);
  c.pos++;
  return { name, start: c.start, length: c.length };
}

/** A line that begins with neither name nor register: a store, or a mistake. */
function parseSign(c: Cursor, ch: number): Insn | undefined {
  if (ch === STAR) {
    c.pos++;
    return parseStore(c);
  }
  const before = c.pos;
  if (isDigit(ch) && readNumber(c, "a number") && peek(c) === COLON) {
    const hint = 'numeric labels are not supported; give it a name such as "out"';
    return failHere(c, "asm/label-number", { text: lastToken(c) }, hint);
  }
  c.pos = before;
  return failExpected(c, "an instruction or a label");
}

/** The words that an instruction can begin with, for hints. */
const KEYWORDS = [
  "if",
  "goto",
  "gotol",
  "gotox",
  "may_goto",
  "call",
  "callx",
  "exit",
  "lock",
  "store_release",
  "ld_pseudo",
] as const;

/** A line that begins with `word`, which is neither a label nor a register. */
function parseKeyword(c: Cursor, word: string): Insn | undefined {
  const { start, length } = c;
  switch (word) {
    case "exit":
      return makeInsn(OPCODE.exit, 0, 0, 0, 0);
    case "call":
      return parseCall(c);
    case "if":
      return parseConditional(c);
    case "goto":
    case "may_goto": {
      const offset = readTarget(c, 16, word === "goto" ? "gotol reaches further" : "");
      return offset === undefined ? undefined : makeInsn(OPCODE[word], 0, 0, offset, 0);
    }
    case "gotol": {
      const imm = readTarget(c, 32);
      return imm === undefined ? undefined : makeInsn(OPCODE.gotol, 0, 0, 0, imm);
    }
    case "gotox":
    case "callx": {
      const register = expectRegister(c, 64, "a register");
      return register < 0 ? undefined : makeInsn(OPCODE[word], register, 0, 0, 0);
    }
    case "lock":
      return parseLock(c);
    case "store_release":
      return parseRelease(c);
    case "ld_pseudo":
      return parsePseudo(c);
    default:
      return fail(c, "asm/unknown-instruction", { text: word }, start, length, hintFor(c, word));
  }
}

/** What the author of a line that begins with an unknown word may have meant. */
function hintFor(c: Cursor, word: string): string {
  const lower = word.toLowerCase();
  if (lower !== word && (/^[rw]\d+$/.test(lower) || (KEYWORDS as readonly string[]).includes(lower))) {
    return `instructions are written in lower case: "${lower}"`;
  }
  return didYouMean(word, KEYWORDS) || (peek(c) === END ? `a label is written "${word}:"` : "");
}

/** Behind `call`: a number (a helper), a name, `pc+5` (this program) or `kfunc 5` (a BTF id). */
function parseCall(c: Cursor): Insn | undefined {
  const ch = peek(c);
  if (atNumber(ch)) return makeCall(CALLEE.helper, readImm32(c, 64, "a number"));
  if (acceptRegister(c) !== -1) {
    return c.error === undefined
      ? failHere(c, "asm/call-register", { name: lastToken(c) }, 'write "callx"')
      : undefined;
  }
  const name = readWord(c);
  if (name === "") return failExpected(c, "the name or number of a function");
  const { start, length } = c;
  const next = peek(c);
  if (name === "pc" && (next === PLUS || next === MINUS)) {
    return makeCall(CALLEE.local, readImm32(c, 64, "a number"));
  }
  if (name === "kfunc" && atNumber(next)) return makeCall(CALLEE.kfunc, readImm32(c, 64, "a number"));
  c.symbol = { role: "call", name, addend: 0, start, length };
  return makeInsn(OPCODE.call, 0, 0, 0, 0);
}

/** A call by number; undefined where the number was wrong. */
function makeCall(callee: number, imm: number | undefined): Insn | undefined {
  return imm === undefined ? undefined : makeInsn(OPCODE.call, 0, callee, 0, imm);
}

// The code of a conditional jump by the key of its operator.
const CONDITIONS: ReadonlyMap<number, number> = new Map(
  (Object.entries(JMP_OPERATOR) as [JumpOp, string][]).map(([op, text]) => [keyOf(text), JMP[op]]),
);

/** Behind `if`: `r1 == r2 goto out`. The width of the registers chooses the class, JMP or JMP32. */
function parseConditional(c: Cursor): Insn | undefined {
  const register = acceptRegister(c);
  if (register === -1) return failExpected(c, "a register");
  if (register === -2) return undefined;
  const width = register >= 16 ? 32 : 64;
  const code = readCondition(c);
  if (code < 0) return undefined;
  const opcode = (width === 64 ? CLASS.jmp : CLASS.jmp32) | code;
  const source = acceptRegister(c);
  if (source === -2) return undefined;
  let src = 0;
  let imm: number | undefined = 0;
  if (source >= 0) {
    src = checkWidth(c, source, width);
    if (src < 0) return undefined;
  } else {
    if (!readNumber(c, "a register or a number")) return undefined;
    imm = lastImm32(c, width, wideHint(width));
    if (imm === undefined) return undefined;
  }
  if (!acceptWord(c, "goto")) return failExpected(c, '"goto"');
  const offset = readTarget(c, 16);
  if (offset === undefined) return undefined;
  return makeInsn(opcode | (source >= 0 ? X : K), register & 15, src, offset, imm);
}

/** Reads `==`, `s>=`, ...: its code, or -1 after an error. As in LLVM, white space may stand inside. */
function readCondition(c: Cursor): number {
  let key = 0;
  let ch = peek(c);
  const start = c.pos;
  let end = start;
  while (
    ch === EQUALS ||
    ch === BANG ||
    ch === LESS ||
    ch === GREATER ||
    ch === AMPERSAND ||
    (ch === LOWER_S && key === 0)
  ) {
    key = (key << 8) | ch;
    end = ++c.pos;
    ch = peek(c);
  }
  const code = CONDITIONS.get(key);
  if (code !== undefined) return code;
  c.pos = start;
  if (key === 0 || key === LOWER_S) failExpected(c, 'a comparison such as "==" or "s>"');
  else fail(c, "asm/unknown-comparison", { text: c.text.slice(start, end) }, start, end - start);
  return -1;
}

/** Reads the target of a jump: slots from the next instruction, or a label (then 0). */
function readTarget(c: Cursor, bits: 16 | 32, hint = ""): number | undefined {
  let distance = 0;
  if (atNumber(peek(c))) {
    if (!readNumber(c, "a number")) return undefined;
    const limit = bits === 16 ? 0x8000 : 0x80000000;
    if (!lastWithin(c, -limit, limit - 1)) {
      return failHere(c, "asm/jump-range", { value: lastNumber(c), min: -limit, max: limit - 1 }, hint);
    }
    distance = c.value;
  } else {
    const register = acceptRegister(c);
    if (register === -2) return undefined;
    if (register >= 0) return failHere(c, "asm/jump-register", { name: lastToken(c) }, 'write "gotox"');
    const name = readWord(c);
    if (name === "") return failExpected(c, "a label or a distance");
    c.symbol = { role: "jump", name, addend: 0, start: c.start, length: c.length };
  }
  return skipAnnotation(c) ? distance : undefined;
}

/**
 * Behind `ld_pseudo`: `r1, 2, 5`: the register, the pseudo source and 64 bits. The kernel refuses an upper half beside
 * a file descriptor or a function, and forms.ts has no form for it.
 */
function parsePseudo(c: Cursor): Insn | undefined {
  const dst = expectRegister(c, 64, "a register");
  if (dst < 0 || !expectComma(c)) return undefined;
  const src = readSmall(c, "a pseudo source", 6);
  if (src === undefined || !expectComma(c) || !readNumber(c, "a number")) return undefined;
  const value = lastImm64(c);
  if (value === undefined) return undefined;
  const narrow = src === PSEUDO.map_fd || src === PSEUDO.map_idx || src === PSEUDO.func;
  if (narrow && value.high !== 0) return failHere(c, "asm/pseudo-range", { src, value: lastNumber(c) });
  return makeInsn(OPCODE.ld_imm64, dst, src, 0, value.low, value.high);
}
