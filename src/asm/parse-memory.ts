// The text of loads, stores and atomics: everything with a `*(u64 *)(r1 + 8)` or `(r1 + 8, r2)` in it.
//
//   dst = *(u8 *)(base + offset)                     ldx; u16, u32, u64; memsx: s8, s16, s32
//   r0 = *(u8 *)skb[number] | skb[src] | skb[src + number]
//   *(u8 *)(base + offset) = src | number            stx, st
//   lock *(u64 *)(base + offset) OP= src             OP: + | & ^
//   src = atomic_fetch_add((u64 *)(base + offset), src)
//   src = xchg_64(base + offset, src)                xchg32_32 for w registers
//   r0 = cmpxchg_64(base + offset, r0, src)          cmpxchg32_32, w0
//   dst = load_acquire((u8 *)(base + offset))
//   store_release((u8 *)(base + offset), src)
//
// A base is an r register. A value is one too where the access has 64 bits or extends a sign, else a w register;
// plain loads, stores and the 32-bit add take r there as well, as LLVM does: that is how it wrote them before v3.

import {
  AMPERSAND,
  CARET,
  EQUALS,
  LBRACKET,
  LPAREN,
  MINUS,
  PIPE,
  PLUS,
  RBRACKET,
  RPAREN,
  STAR,
} from "./chars.js";
import type { Cursor } from "./cursor.js";
import {
  accept,
  acceptRegister,
  atNumber,
  checkWidth,
  expect,
  expectRegister,
  failExpected,
  failHere,
  lastToken,
  peek,
  readNumber,
} from "./cursor.js";
import { makeInsn } from "./fields.js";
import type { Size } from "./forms.js";
import type { Insn } from "./instruction.js";
import { ATOMIC, CLASS, FETCH, MODE, SIZE } from "./opcodes.js";
import {
  acceptWord,
  checkDestination,
  checkImplied,
  type Destination,
  expectComma,
  expectSame,
  LOAD_TYPES,
  lastImm32,
  readAddress,
  readBaseOffset,
  readCast,
  readImm32,
  STORE_TYPES,
  wideHint,
} from "./operands.js";

/** Behind `r1 = *`. */
export function parseLoad(c: Cursor, dst: Destination): Insn | undefined {
  const bits = readCast(c, LOAD_TYPES);
  if (bits === 0) return undefined;
  const size = Math.abs(bits) as Size;
  if (acceptWord(c, "skb")) return parsePacket(c, dst, bits);
  // 64-bit and sign-extending loads fill the whole register; the others zero its upper half, and LLVM takes both names.
  if ((bits < 0 || size === 64) && !checkDestination(c, dst, 64)) return undefined;
  const base = readAddress(c);
  if (base < 0) return undefined;
  const opcode = CLASS.ldx | SIZE[size] | (bits < 0 ? MODE.memsx : MODE.mem);
  return makeInsn(opcode, dst.register & 15, base, c.value, 0);
}

/** `r0 = *(u8 *)skb[r1]` and `skb[4]`: r0 is the only destination, and 64 bits is no size (RFC 9669, 5.5). */
function parsePacket(c: Cursor, dst: Destination, bits: number): Insn | undefined {
  if (bits < 0 || bits === 64) return failHere(c, "asm/packet-size", { type: lastToken(c) });
  if (!checkImplied(c, dst, 0) || !expect(c, LBRACKET)) return undefined;
  const opcode = CLASS.ld | SIZE[bits as 8 | 16 | 32];
  const register = acceptRegister(c);
  if (register === -2) return undefined;
  let src = 0;
  let imm: number | undefined = 0;
  if (register >= 0) {
    src = checkWidth(c, register, 64);
    if (src < 0) return undefined;
    const sign = peek(c);
    if (sign === PLUS || sign === MINUS) imm = readImm32(c, 64, "an offset");
  } else {
    imm = readImm32(c, 64, "a register or an offset");
  }
  if (imm === undefined || !expect(c, RBRACKET)) return undefined;
  return makeInsn(opcode | (register >= 0 ? MODE.ind : MODE.abs), 0, src, 0, imm);
}

/** Behind the `*` that begins a line: `(u64 *)(r1 + 8) = r2`, or a number. */
export function parseStore(c: Cursor): Insn | undefined {
  const size = readCast(c, STORE_TYPES) as Size | 0;
  if (size === 0) return undefined;
  const base = readAddress(c);
  const offset = c.value;
  if (base < 0 || !expect(c, EQUALS)) return undefined;
  const register = acceptRegister(c);
  if (register === -2) return undefined;
  if (register >= 0) {
    if (size === 64 && checkWidth(c, register, 64) < 0) return undefined;
    return makeInsn(CLASS.stx | MODE.mem | SIZE[size], base, register & 15, offset, 0);
  }
  if (!atNumber(peek(c))) return failExpected(c, "a register or a number");
  if (!readNumber(c, "a number")) return undefined;
  const imm = lastImm32(c, widthFor(size), wideHint(widthFor(size)));
  return imm === undefined ? undefined : makeInsn(CLASS.st | MODE.mem | SIZE[size], base, 0, offset, imm);
}

/** Reads `(u32 *)` or `(u64 *)` of an atomic; 0 after an error. */
function readAtomicCast(c: Cursor): 32 | 64 | 0 {
  const size = readCast(c, STORE_TYPES);
  if (size === 0 || size === 32 || size === 64) return size;
  failHere(c, "asm/atomic-size", { bits: size });
  return 0;
}

/** Behind `lock`: `*(u64 *)(r1 + 8) += r2`. */
export function parseLock(c: Cursor): Insn | undefined {
  if (!expect(c, STAR)) return undefined;
  const size = readAtomicCast(c);
  if (size === 0) return undefined;
  const base = readAddress(c);
  const offset = c.value;
  if (base < 0) return undefined;
  const code = operatorCode(peek(c));
  if (code < 0) return failExpected(c, '"+=", "|=", "&=" or "^="');
  c.pos++;
  if (!expect(c, EQUALS)) return undefined;
  const register = acceptRegister(c);
  if (register === -1) return failExpected(c, "a register");
  if (register === -2) return undefined;
  // LLVM knows the 32-bit add under its v1 spelling too, with an r register.
  const old = size === 32 && code === ATOMIC.add;
  if (!old && checkWidth(c, register, size) < 0) return undefined;
  return makeInsn(CLASS.stx | MODE.atomic | SIZE[size], base, register & 15, offset, code);
}

/** The operation of the character before "=", or -1. */
function operatorCode(ch: number): number {
  switch (ch) {
    case PLUS:
      return ATOMIC.add;
    case PIPE:
      return ATOMIC.or;
    case AMPERSAND:
      return ATOMIC.and;
    case CARET:
      return ATOMIC.xor;
    default:
      return -1;
  }
}

/** The immediates of atomics that return the old value in src (RFC 9669, 5.3). */
const FETCHES: ReadonlyMap<string, number> = new Map([
  ["atomic_fetch_add", ATOMIC.add | FETCH],
  ["atomic_fetch_or", ATOMIC.or | FETCH],
  ["atomic_fetch_and", ATOMIC.and | FETCH],
  ["atomic_fetch_xor", ATOMIC.xor | FETCH],
]);

/** LLVM's names of the complex atomics; the number behind the first word is the width of the access. */
const EXCHANGES: ReadonlyMap<string, { readonly size: 32 | 64; readonly imm: number }> = new Map([
  ["xchg_64", { size: 64, imm: ATOMIC.xchg }],
  ["xchg32_32", { size: 32, imm: ATOMIC.xchg }],
  ["cmpxchg_64", { size: 64, imm: ATOMIC.cmpxchg }],
  ["cmpxchg32_32", { size: 32, imm: ATOMIC.cmpxchg }],
]);

/** The words that `r1 = word(` can begin with, for hints. */
export const MEMORY_CALLS: readonly string[] = [...FETCHES.keys(), ...EXCHANGES.keys(), "load_acquire"];

/** Behind `r1 = name(`, where `name` is one of MEMORY_CALLS. */
export function parseMemoryCall(c: Cursor, name: string, dst: Destination): Insn | undefined {
  const fetch = FETCHES.get(name);
  const exchange = EXCHANGES.get(name);
  const insn =
    fetch !== undefined
      ? parseFetch(c, dst, fetch)
      : exchange !== undefined
        ? parseExchange(c, dst, exchange.size, exchange.imm)
        : parseAcquire(c, dst);
  return insn !== undefined && expect(c, RPAREN) ? insn : undefined;
}

/** The width of the register that holds a value of `size` bits. */
function widthFor(size: Size): 32 | 64 {
  return size === 64 ? 64 : 32;
}

/** `(u64 *)(r1 + 8), r2` with r2 the destination too. */
function parseFetch(c: Cursor, dst: Destination, imm: number): Insn | undefined {
  const size = readAtomicCast(c);
  if (size === 0 || !checkDestination(c, dst, size)) return undefined;
  const base = readAddress(c);
  const offset = c.value;
  if (base < 0 || !expectComma(c) || !expectSame(c, dst.register)) return undefined;
  return makeInsn(CLASS.stx | MODE.atomic | SIZE[size], base, dst.register & 15, offset, imm);
}

/** `r1 + 8, r2` with r2 the destination too (xchg), or `r1 + 8, r0, r2` with r0 the destination (cmpxchg). */
function parseExchange(c: Cursor, dst: Destination, size: 32 | 64, imm: number): Insn | undefined {
  const compares = imm === ATOMIC.cmpxchg;
  if (!checkDestination(c, dst, size) || (compares && !checkImplied(c, dst, size === 64 ? 0 : 16))) {
    return undefined;
  }
  const base = readBaseOffset(c);
  const offset = c.value;
  // In cmpxchg the register that the second operand repeats is r0, the value to compare with.
  if (base < 0 || !expectComma(c) || !expectSame(c, dst.register)) return undefined;
  let src = dst.register & 15;
  if (compares) {
    if (!expectComma(c)) return undefined;
    src = expectRegister(c, size, "a register");
    if (src < 0) return undefined;
  }
  return makeInsn(CLASS.stx | MODE.atomic | SIZE[size], base, src, offset, imm);
}

/** `(u8 *)(r1 + 8)`. Unlike other atomics it loads: the destination stands in dst, the base in src. */
function parseAcquire(c: Cursor, dst: Destination): Insn | undefined {
  const size = readCast(c, STORE_TYPES) as Size | 0;
  if (size === 0 || !checkDestination(c, dst, widthFor(size))) return undefined;
  const base = readAddress(c);
  if (base < 0) return undefined;
  return makeInsn(
    CLASS.stx | MODE.atomic | SIZE[size],
    dst.register & 15,
    base,
    c.value,
    ATOMIC.load_acquire,
  );
}

/** Behind `store_release`: `((u64 *)(r1 + 8), r2)`. */
export function parseRelease(c: Cursor): Insn | undefined {
  if (!accept(c, LPAREN)) return failExpected(c, '"("');
  const size = readCast(c, STORE_TYPES) as Size | 0;
  if (size === 0) return undefined;
  const base = readAddress(c);
  const offset = c.value;
  if (base < 0 || !expectComma(c)) return undefined;
  const src = expectRegister(c, widthFor(size), "a register");
  if (src < 0 || !expect(c, RPAREN)) return undefined;
  return makeInsn(CLASS.stx | MODE.atomic | SIZE[size], base, src, offset, ATOMIC.store_release);
}
