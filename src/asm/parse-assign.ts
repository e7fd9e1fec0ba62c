// The text of everything that begins with a register: arithmetic, moves, and what stands behind `r1 =`.
//
//   dst OP= src | dst OP= number                 OP: + - * / % & | ^ << >> s>> s/ s%
//   dst = src | dst = number                     mov
//   dst = (s8)src                                movsx; s16, s32
//   dst = -dst                                   neg
//   dst = be16 dst                               le, be, bswap; 16, 32, 64
//   dst = number ll | dst = NAME [+ number] ll   ld_imm64
//   dst = addr_space_cast(src, to, from)
//   dst = *... | dst = atomic_...( ... )         parse-memory.ts
//
// Registers of one instruction have one width, r or w, which says whether it is of class ALU64 or ALU.

import { didYouMean } from "../base/index.js";
import {
  AMPERSAND,
  CARET,
  EQUALS,
  GREATER,
  isNameStart,
  keyOf,
  LESS,
  LOWER_R,
  LOWER_S,
  LOWER_W,
  LPAREN,
  MINUS,
  PERCENT,
  PIPE,
  PLUS,
  RPAREN,
  SLASH,
  STAR,
} from "./chars.js";
import {
  acceptRegister,
  atNumber,
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
  readWord,
} from "./cursor.js";
import { makeInsn } from "./fields.js";
import type { AluOp } from "./forms.js";
import type { Insn } from "./instruction.js";
import { ALU, ALU_OPERATOR, END as BYTE_ORDER, CLASS, K, NEG, OPCODE, X } from "./opcodes.js";
import {
  acceptWord,
  checkDestination,
  type Destination,
  EXTENSION_TYPES,
  expectComma,
  expectSame,
  lastImm32,
  lastImm64,
  lastNumber,
  lastWithin,
  readImm32,
  readShift,
  readSmall,
  readType,
  wideHint,
} from "./operands.js";
import { MEMORY_CALLS, parseLoad, parseMemoryCall } from "./parse-memory.js";

/** What an operator means. An operator of up to four characters is looked up as one number, a byte each. */
interface Operator {
  readonly code: number;
  /** 1 for sdiv and smod. */
  readonly offset: 0 | 1;
  readonly shift: boolean;
}

const OPERATORS: ReadonlyMap<number, Operator> = new Map(
  (Object.entries(ALU_OPERATOR) as [AluOp, string][]).map(([op, text]) => {
    const signed = op === "sdiv" || op === "smod";
    const code = op === "sdiv" ? ALU.div : op === "smod" ? ALU.mod : ALU[op];
    const shift = op === "lsh" || op === "rsh" || op === "arsh";
    return [keyOf(text), { code, offset: signed ? 1 : 0, shift }];
  }),
);

/** Behind the register that begins a line; `c.start` and `c.length` are its place. */
export function parseAssignment(c: Cursor, register: number): Insn | undefined {
  const dst: Destination = { register, width: register >= 16 ? 32 : 64, start: c.start, length: c.length };
  // Class and source complete the opcode once width and operand are known.
  const operator = readOperator(c);
  if (operator === undefined) return undefined;
  if (operator.code === ALU.mov) return parseMove(c, dst);
  const cls = dst.width === 64 ? CLASS.alu64 : CLASS.alu;
  const source = acceptRegister(c);
  if (source === -2) return undefined;
  if (source >= 0) {
    const src = checkWidth(c, source, dst.width);
    return src < 0 ? undefined : makeInsn(cls | operator.code | X, register & 15, src, operator.offset, 0);
  }
  if (!atNumber(peek(c))) return failOperand(c);
  const imm = operator.shift
    ? readShift(c, dst.width)
    : readImm32(c, dst.width, "a number", wideHint(dst.width));
  return imm === undefined
    ? undefined
    : makeInsn(cls | operator.code | K, register & 15, 0, operator.offset, imm);
}

/** Says that an operand should stand here; a name there is most likely an address. */
function failOperand(c: Cursor): undefined {
  const hint = isNameStart(peek(c)) ? 'load an address with "rN = NAME ll" first' : "";
  return failExpected(c, "a register or a number", hint);
}

/** Reads up to the "=" that ends every assignment. LLVM sees tokens, so `r1 s / = r2` is one of its spellings. */
function readOperator(c: Cursor): Operator | undefined {
  let key = 0;
  let ch = peek(c);
  const start = c.pos;
  for (let count = 0; count < 4 && isOperatorPart(ch); count++) {
    key = (key << 8) | ch;
    c.pos++;
    if (ch === EQUALS) break;
    ch = peek(c);
  }
  const operator = OPERATORS.get(key);
  if (operator !== undefined) return operator;
  const end = c.pos;
  if (end === start) return failExpected(c, '"=" or an operator such as "+="');
  const text = c.text.slice(start, end).trimEnd();
  return fail(c, "asm/unknown-operator", { text }, start, text.length);
}

function isOperatorPart(ch: number): boolean {
  switch (ch) {
    case EQUALS:
    case PLUS:
    case MINUS:
    case STAR:
    case SLASH:
    case PERCENT:
    case AMPERSAND:
    case PIPE:
    case CARET:
    case LESS:
    case GREATER:
    case LOWER_S:
      return true;
    default:
      return false;
  }
}

/** Behind `r1 =`. */
function parseMove(c: Cursor, dst: Destination): Insn | undefined {
  const { register, width } = dst;
  const cls = width === 64 ? CLASS.alu64 : CLASS.alu;
  const source = acceptRegister(c);
  if (source === -2) return undefined;
  if (source >= 0) {
    const src = checkWidth(c, source, width);
    return src < 0 ? undefined : makeInsn(cls | ALU.mov | X, register & 15, src, 0, 0);
  }
  const ch = peek(c);
  switch (ch) {
    case END:
      return failExpected(c, "an operand");
    case STAR:
      c.pos++;
      return parseLoad(c, dst);
    case LPAREN:
      c.pos++;
      return parseSignExtension(c, dst, cls);
    case MINUS: {
      // A minus sign belongs to a register (neg) or to a number.
      const before = c.pos;
      c.pos++;
      const same = acceptRegister(c);
      c.pos = before + 1;
      if (same === -2) return undefined;
      if (same >= 0) return expectSame(c, register) ? makeInsn(cls | NEG, register & 15, 0, 0, 0) : undefined;
      c.pos = before;
      break;
    }
  }
  if (atNumber(ch)) return parseConstant(c, dst, cls);
  const word = readWord(c);
  if (word === "") return failExpected(c, "an operand");
  return parseWord(c, dst, word);
}

/** `r1 = 5` (mov, 32 bits) and `r1 = 5 ll` (ld_imm64, all 64). */
function parseConstant(c: Cursor, dst: Destination, cls: number): Insn | undefined {
  if (!readNumber(c, "a number")) return undefined;
  if (acceptWord(c, "ll")) {
    if (!checkDestination(c, dst, 64)) return undefined;
    const value = lastImm64(c);
    if (value === undefined) return undefined;
    return makeInsn(OPCODE.ld_imm64, dst.register, 0, 0, value.low, value.high);
  }
  const hint = dst.width === 64 ? `write "r${dst.register} = ${lastToken(c)} ll" for 64 bits` : "";
  const imm = lastWithin(c, -0x80000000, 0x7fffffff) ? c.value : lastImm32(c, dst.width, hint);
  return imm === undefined ? undefined : makeInsn(cls | ALU.mov | K, dst.register & 15, 0, 0, imm);
}

/** Behind `r1 = (`: `s8)r2`. */
function parseSignExtension(c: Cursor, dst: Destination, cls: number): Insn | undefined {
  const bits = readType(c, EXTENSION_TYPES);
  if (bits === 0) return undefined;
  if (-bits === dst.width) return failHere(c, "asm/wide-cast", { name: lastToken(c), width: dst.width });
  if (!expect(c, RPAREN)) return undefined;
  const src = expectRegister(c, dst.width, "a register");
  return src < 0 ? undefined : makeInsn(cls | ALU.mov | X, dst.register & 15, src, -bits, 0);
}

/** Byte swaps by their names. The class chooses bswap, which always swaps (RFC 9669, 4.2); K and X choose le and be. */
const SWAPS: ReadonlyMap<string, { readonly opcode: number; readonly bits: number }> = new Map(
  ([16, 32, 64] as const).flatMap((bits) => [
    [`le${bits}`, { opcode: CLASS.alu | BYTE_ORDER | K, bits }],
    [`be${bits}`, { opcode: CLASS.alu | BYTE_ORDER | X, bits }],
    [`bswap${bits}`, { opcode: CLASS.alu64 | BYTE_ORDER | K, bits }],
  ]),
);

/** Behind `r1 = word`: an operation if what follows is its operand, else the name of a symbol. */
function parseWord(c: Cursor, dst: Destination, word: string): Insn | undefined {
  const { start, length } = c;
  const next = peek(c);
  // No name of a symbol is followed by "(" or a register, so that symbols may have the names of operations.
  if (next === LPAREN) {
    c.pos++;
    if (word === "addr_space_cast") return parseAddrSpaceCast(c, dst);
    if (MEMORY_CALLS.includes(word)) return parseMemoryCall(c, word, dst);
    const hint = didYouMean(word, [...MEMORY_CALLS, "addr_space_cast"]);
    return fail(c, "asm/unknown-operation", { name: word }, start, length, hint);
  }
  const swap = SWAPS.get(word);
  if (swap !== undefined && (next === LOWER_R || next === LOWER_W)) {
    if (!checkDestination(c, dst, 64) || !expectSame(c, dst.register)) return undefined;
    return makeInsn(swap.opcode, dst.register, 0, 0, swap.bits);
  }
  return parseAddress(c, dst, { name: word, start, length });
}

/** Behind `r1 = NAME`: `ll`, `+ 4 ll`, `- 4 ll`. The place of the symbol is that of its name. */
function parseAddress(
  c: Cursor,
  dst: Destination,
  { name, start, length }: { readonly name: string; readonly start: number; readonly length: number },
): Insn | undefined {
  // A sum of numbers, as LLVM takes it; each part and the whole must fit the field that holds an addend.
  let addend = 0;
  for (let sign = peek(c); sign === PLUS || sign === MINUS; sign = peek(c)) {
    if (!readNumber(c, "a number")) return undefined;
    if (!lastWithin(c, -0x80000000, 0x7fffffff)) {
      return failHere(c, "asm/addend-range", { value: lastNumber(c) });
    }
    addend += c.value;
  }
  const end = c.pos;
  if (!acceptWord(c, "ll")) {
    if (peek(c) !== END) return failExpected(c, '"ll"');
    const hint = `write "${c.text.slice(dst.start, end).trim()} ll"`;
    return fail(c, "asm/missing-ll", { name }, start, length, hint);
  }
  if (!checkDestination(c, dst, 64)) return undefined;
  if (addend !== (addend | 0)) return failHere(c, "asm/addend-range", { value: addend });
  c.symbol = { role: "address", name, addend, start, length };
  return makeInsn(OPCODE.ld_imm64, dst.register, 0, 0, 0);
}

/**
 * Behind `r1 = addr_space_cast(`: `r2, 0, 1)`. The two spaces are the halves of the immediate. The kernel knows it as a
 * mov64 with offset 1 (BPF_ADDR_SPACE_CAST).
 */
function parseAddrSpaceCast(c: Cursor, dst: Destination): Insn | undefined {
  if (!checkDestination(c, dst, 64)) return undefined;
  const src = expectRegister(c, 64, "a register");
  if (src < 0 || !expectComma(c)) return undefined;
  const to = readSmall(c, "an address space", 0xffff);
  if (to === undefined || !expectComma(c)) return undefined;
  const from = readSmall(c, "an address space", 0xffff);
  if (from === undefined || !expect(c, RPAREN)) return undefined;
  return makeInsn(CLASS.alu64 | ALU.mov | X, dst.register, src, 1, (to << 16) | from);
}
