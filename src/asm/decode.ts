// Bytes to one instruction; encode.ts is the inverse. RFC 9669, section 3. Whatever forms.ts does not list is refused
// by name: a decoder that lets an unknown pattern pass would let the linker move code that it does not understand.
//
// Objects before relocation are legal too: ld_imm64 and call hold 0 or an addend where an address will be.

import type { Code } from "../base/index.js";
import type { Form, FormFields } from "./forms.js";
import type { Insn } from "./instruction.js";
import { formOf, formsOf, within } from "./isa.js";
import { OPCODE } from "./opcodes.js";

/** Why bytes are no instruction: a message's code and what fills its holes. */
export interface DecodeFailure {
  readonly code: Code;
  readonly args: Readonly<Record<string, string | number | bigint>>;
}

/** Tells the two results of `decodeInsn` apart. */
export function isDecodeFailure(decoded: Insn | DecodeFailure): decoded is DecodeFailure {
  return "code" in decoded;
}

/** Decodes the instruction at `offset` (bytes, any) of `bytes`; `little` is the byte order of the object. */
export function decodeInsn(bytes: Uint8Array, offset: number, little: boolean): Insn | DecodeFailure {
  const left = bytes.length - offset;
  if (left < 8) return { code: "asm/truncated", args: { size: 8, left } };
  const opcode = bytes[offset]!;
  const regs = bytes[offset + 1]!;
  const wide = opcode === OPCODE.ld_imm64;
  if (wide && left < 16) return { code: "asm/truncated", args: { size: 16, left } };
  if (wide && word(bytes, offset + 8, little) !== 0) return { code: "asm/second-slot", args: {} };
  const insn: Insn = {
    opcode,
    dst: little ? regs & 15 : regs >> 4,
    src: little ? regs >> 4 : regs & 15,
    offset: half(bytes, offset + 2, little),
    imm: word(bytes, offset + 4, little),
    high: wide ? word(bytes, offset + 12, little) : 0,
  };
  return formOf(insn) === undefined ? explain(insn) : insn;
}

/** Instructions that are remembered at least and at most: 2 to the power of this. */
const MIN_BITS = 4;
const MAX_BITS = 12;
/** Knuth's multiplier for hashing: the golden ratio of 2^32 (The Art of Computer Programming, section 6.4). */
const GOLDEN = 0x9e3779b1 | 0;

/**
 * `decodeInsn` for whole objects, in which most instructions have been seen before: equal ones are one object, and are checked
 * against the table of forms once.
 */
export class InsnDecoder {
  readonly #little: boolean;
  readonly #bits: number;
  /** By hash: the two words of an instruction, and what they are. */
  readonly #heads: Int32Array;
  readonly #imms: Int32Array;
  readonly #insns: (Insn | undefined)[];

  /** For some `count` instructions: a small object shall not pay for a large memory. */
  constructor(little: boolean, count: number) {
    this.#little = little;
    this.#bits = Math.min(Math.max(Math.ceil(Math.log2(count + 1)), MIN_BITS), MAX_BITS);
    this.#heads = new Int32Array(1 << this.#bits);
    this.#imms = new Int32Array(1 << this.#bits);
    this.#insns = new Array<Insn | undefined>(1 << this.#bits).fill(undefined);
  }

  /** The instruction at `offset` (bytes, any) of `bytes`. */
  decode(bytes: Uint8Array, offset: number): Insn | DecodeFailure {
    // What takes two slots, or is cut off, is rare.
    if (bytes[offset] === OPCODE.ld_imm64 || bytes.length - offset < 8)
      return decodeInsn(bytes, offset, this.#little);
    const head = word(bytes, offset, true);
    const imm = word(bytes, offset + 4, true);
    const slot = Math.imul(head ^ Math.imul(imm, GOLDEN), GOLDEN) >>> (32 - this.#bits);
    const known = this.#insns[slot];
    if (known !== undefined && this.#heads[slot] === head && this.#imms[slot] === imm) return known;
    const insn = decodeInsn(bytes, offset, this.#little);
    if (isDecodeFailure(insn)) return insn;
    this.#heads[slot] = head;
    this.#imms[slot] = imm;
    this.#insns[slot] = insn;
    return insn;
  }
}

/** A signed 16-bit field. */
function half(bytes: Uint8Array, at: number, little: boolean): number {
  const a = bytes[at]!;
  const b = bytes[at + 1]!;
  return ((little ? (b << 8) | a : (a << 8) | b) << 16) >> 16;
}

/** A signed 32-bit field. */
function word(bytes: Uint8Array, at: number, little: boolean): number {
  const a = bytes[at]!;
  const b = bytes[at + 1]!;
  const c = bytes[at + 2]!;
  const d = bytes[at + 3]!;
  return little ? (d << 24) | (c << 16) | (b << 8) | a : (a << 24) | (b << 16) | (c << 8) | d;
}

const FIELDS = ["dst", "src", "offset", "imm", "high"] as const satisfies readonly (keyof FormFields)[];

/**
 * Says which field keeps `insn` from being the form that it resembles most: the one with the fewest fields wrong, the
 * first of equals. Runs only for what is refused, so it may take its time.
 */
function explain(insn: Insn): DecodeFailure {
  const opcode = `0x${insn.opcode.toString(16).padStart(2, "0")}`;
  const forms = formsOf(insn.opcode);
  let best: Form | undefined;
  let bestMisfits: (keyof FormFields)[] = [];
  for (const form of forms) {
    const misfits = FIELDS.filter((field) => !within(insn[field], form.fields[field]));
    if (best === undefined || misfits.length < bestMisfits.length) {
      best = form;
      bestMisfits = misfits;
    }
  }
  if (best === undefined) return { code: "asm/unknown-opcode", args: { opcode } };
  const field = bestMisfits[0]!;
  const value = insn[field];
  const { min, max } = best.fields[field];
  const register = max === 10 && value > 10;
  if (register) return { code: "asm/no-register", args: { name: `r${value}` } };
  // Where the forms of an opcode differ in this very field, it selects the operation: no single value is "right".
  const selects = forms.some((form) => form.fields[field].min !== min || form.fields[field].max !== max);
  if (selects) return { code: "asm/unknown-form", args: { opcode, field, value } };
  if (min < max) return { code: "asm/field-range", args: { op: best.op, field, value, min, max } };
  return { code: "asm/reserved-field", args: { op: best.op, field, value, expected: min } };
}
