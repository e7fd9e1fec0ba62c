// Instructions from their fields, always in one shape, so that the engine keeps one hidden class for all of them.

import type { Insn } from "./instruction.js";

/** An instruction of these fields (see Insn for their ranges); `high` is for ld_imm64 alone. */
export function makeInsn(
  opcode: number,
  dst: number,
  src: number,
  offset: number,
  imm: number,
  high: number = 0,
): Insn {
  return { opcode, dst, src, offset, imm, high };
}

/** A copy with some fields replaced; whoever fills a symbolic operand checks the range of what it fills in. */
export function withFields(insn: Insn, fields: Partial<Insn>): Insn {
  return makeInsn(
    fields.opcode ?? insn.opcode,
    fields.dst ?? insn.dst,
    fields.src ?? insn.src,
    fields.offset ?? insn.offset,
    fields.imm ?? insn.imm,
    fields.high ?? insn.high,
  );
}
