// One instruction to its 8 or 16 bytes; decode.ts is the inverse. RFC 9669, section 3.
//
//   byte   0        1         2   3    4 .. 7
//        +--------+---------+--------+---------+     regs: src << 4 | dst in little endian,
//        | opcode |  regs   | offset |   imm   |           dst << 4 | src in big endian:
//        +--------+---------+--------+---------+     C bit-fields fill a byte from the other end.
//
// ld_imm64 has a second slot, all zero but for its immediate, the high half of the value.

import { type ByteWriter, bug } from "../base/index.js";
import type { Insn } from "./instruction.js";
import { slotsOf } from "./isa.js";

/** Appends `insn` in the byte order of `out`. Fields were checked where they came from: here a misfit is a bug. */
export function encodeInsn(insn: Insn, out: ByteWriter): void {
  const { opcode, dst, src, offset, imm, high } = insn;
  if (offset !== (offset << 16) >> 16 || imm !== (imm | 0))
    bug(`offset ${offset} or imm ${imm} does not fit`);
  if (!(dst >= 0 && dst <= 10 && src >= 0 && src <= 10)) bug(`register ${dst} or ${src} does not exist`);
  // The first four bytes at once, as a number of the same byte order.
  const head = out.little
    ? (offset << 16) | (src << 12) | (dst << 8) | opcode
    : (opcode << 24) | (dst << 20) | (src << 16) | (offset & 0xffff);
  out.u32(head).u32(imm);
  if (slotsOf(insn) === 2) out.u32(0).u32(high);
}
