// One instruction as the machine sees it: numbers only. RFC 9669, section 3 (instruction encoding).
//
//    63           32 31         16 15   12 11    8 7      0
//   +---------------+-------------+-------+-------+--------+
//   |      imm      |   offset    |  src  |  dst  | opcode |     one slot, little endian
//   +---------------+-------------+-------+-------+--------+
//
// Every instruction has this one shape, so that a million of them stay cheap. What the numbers mean, and which
// combinations exist, is the table in forms.ts. Names (labels, maps, functions) are not here: whoever has them keeps
// them beside the instruction and leaves a zero in the field that they will fill.

/** RFC 9669, section 3. Each field is the signed or unsigned value of its bits; nothing is implied. */
export interface Insn {
  /** 8 bits, unsigned. */
  readonly opcode: number;
  /** Register 0..10. */
  readonly dst: number;
  /** Register 0..10, or the sub-operation where the opcode says so (pseudo calls and loads). */
  readonly src: number;
  /** 16 bits, signed: bytes for memory, slots for jumps. */
  readonly offset: number;
  /** 32 bits, signed. For ld_imm64 the low half. */
  readonly imm: number;
  /** 32 bits, signed: the high half of ld_imm64, which stands in the second slot. 0 in every other instruction. */
  readonly high: number;
}
