// Which instruction is this? Looks numbers up in the table of forms.ts.

import { assert } from "../base/index.js";
import { type Cpu, FORMS, type Form, type FormFields, type Range } from "./forms.js";
import type { Insn } from "./instruction.js";
import { OPCODE } from "./opcodes.js";

/** Bytes of an instruction slot (RFC 9669, section 3). */
export const SLOT_SIZE = 8;

// Forms by opcode, at most eleven to an opcode (0xdb, the atomics): a lookup is one array access and a short walk.
const BY_OPCODE: readonly (readonly Entry[])[] = groupByOpcode();

/** A form and its ranges: forms differ in shape, and a lookup that meets one shape only takes a fraction of the time. */
interface Entry {
  readonly form: Form;
  readonly fields: FormFields;
}

/** The forms that share `opcode` (0..255); none where the opcode is unknown. */
export function formsOf(opcode: number): readonly Form[] {
  return (BY_OPCODE[opcode] ?? []).map(({ form }) => form);
}

/** The form of an instruction, or `undefined` where no legal instruction has these fields. */
export function formOf(insn: Insn): Form | undefined {
  const entries = BY_OPCODE[insn.opcode];
  if (entries === undefined) return undefined;
  for (const { form, fields } of entries) {
    const { dst, src, offset, imm, high } = fields;
    if (
      within(insn.imm, imm) &&
      within(insn.offset, offset) &&
      within(insn.src, src) &&
      within(insn.dst, dst) &&
      within(insn.high, high)
    ) {
      return form;
    }
  }
  return undefined;
}

/**
 * The least -mcpu (1 to 4) at which LLVM makes this legal instruction by itself. Its assembler takes every instruction
 * at any -mcpu, so that this is about what a kernel must know, not about what may be written.
 */
export function minimumCpu(insn: Insn): Cpu {
  const form = formOf(insn);
  assert(form !== undefined, `no legal instruction has opcode ${insn.opcode} and these fields`);
  return form.cpu;
}

/** 8-byte units: 2 for ld_imm64, 1 for all others. */
export function slotsOf(insn: Insn): 1 | 2 {
  return insn.opcode === OPCODE.ld_imm64 ? 2 : 1;
}

/** RFC 9669, table 3: the lowest three bits are the class, and two classes jump. */
const CLASS_MASK = 0x07;
const CLASS_JMP = 0x05;
const CLASS_JMP32 = 0x06;

/**
 * The slots that a legal instruction may go over, counted from the one behind it; `undefined` for what does not jump
 * inside its function.
 */
export function jumpDistance(insn: Insn): number | undefined {
  const cls = insn.opcode & CLASS_MASK;
  if (cls !== CLASS_JMP && cls !== CLASS_JMP32) return undefined;
  switch (insn.opcode) {
    case OPCODE.call:
    case OPCODE.callx:
    case OPCODE.exit:
    case OPCODE.gotox:
      return undefined;
    case OPCODE.gotol:
      return insn.imm;
    default:
      return insn.offset;
  }
}

/** Whether `value` lies in `range`, both ends included. */
export function within(value: number, range: Range): boolean {
  return value >= range.min && value <= range.max;
}

function groupByOpcode(): readonly (readonly Entry[])[] {
  const table: Entry[][] = Array.from({ length: 256 }, () => []);
  for (const form of FORMS) table[form.opcode]!.push({ form, fields: form.fields });
  return table;
}
