// The numbers of RFC 9669: the fields that opcodes are made of, and LLVM's operators for them. Which combinations are
// instructions is forms.ts.
//
// The opcode byte of arithmetic and jumps, and that of loads and stores (RFC 9669, 3.1 and 3.2):
//
//     7       4   3   2     0              7     5 4    3 2     0
//   +----------+---+---------+            +-------+------+-------+
//   |   code   | s |  class  |            | mode  | size | class |
//   +----------+---+---------+            +-------+------+-------+
//                s: K (immediate) or X (register)

/** RFC 9669, table 3: the low three bits of the opcode. */
export const CLASS = {
  ld: 0x00,
  ldx: 0x01,
  st: 0x02,
  stx: 0x03,
  alu: 0x04,
  jmp: 0x05,
  jmp32: 0x06,
  alu64: 0x07,
} as const;

/** RFC 9669, table 4: where the second operand comes from. */
export const K = 0x00;
export const X = 0x08;

/** RFC 9669, table 5. sdiv and smod are div and mod with an offset of 1. */
export const ALU = {
  add: 0x00,
  sub: 0x10,
  mul: 0x20,
  div: 0x30,
  or: 0x40,
  and: 0x50,
  lsh: 0x60,
  rsh: 0x70,
  mod: 0x90,
  xor: 0xa0,
  mov: 0xb0,
  arsh: 0xc0,
} as const;
export const NEG = 0x80;
/** le, be and bswap. */
export const END = 0xd0;

/** RFC 9669, table 8: the conditional jumps. */
export const JMP = {
  jeq: 0x10,
  jgt: 0x20,
  jge: 0x30,
  jset: 0x40,
  jne: 0x50,
  jsgt: 0x60,
  jsge: 0x70,
  jlt: 0xa0,
  jle: 0xb0,
  jslt: 0xc0,
  jsle: 0xd0,
} as const;

/** RFC 9669, tables 11 and 12, by the width in bits of what is loaded or stored. */
export const SIZE = { 8: 0x10, 16: 0x08, 32: 0x00, 64: 0x18 } as const;
export const MODE = { imm: 0x00, abs: 0x20, ind: 0x40, mem: 0x60, memsx: 0x80, atomic: 0xc0 } as const;

/** RFC 9669, tables 13 and 14: the immediate of an atomic. The last two are LLVM's and the kernel's. */
export const ATOMIC = {
  add: 0x00,
  or: 0x40,
  and: 0x50,
  xor: 0xa0,
  xchg: 0xe1,
  cmpxchg: 0xf1,
  load_acquire: 0x100,
  store_release: 0x110,
} as const;
export const FETCH = 0x01;

/** The opcodes that have a whole instruction for themselves. JCOND (code 0xe) is the kernel's may_goto. */
export const OPCODE = {
  ld_imm64: 0x18,
  goto: 0x05,
  gotol: 0x06,
  gotox: 0x0d,
  may_goto: 0xe5,
  call: 0x85,
  callx: 0x8d,
  exit: 0x95,
} as const;

/** The source register of a call (RFC 9669, table 9) and of ld_imm64 (table 12, the kernel's BPF_PSEUDO_*). */
export const CALLEE = { helper: 0, local: 1, kfunc: 2 } as const;
export const PSEUDO = {
  value: 0,
  map_fd: 1,
  map_value: 2,
  btf_id: 3,
  func: 4,
  map_idx: 5,
  map_idx_value: 6,
} as const;

/** LLVM's and the verifier's operators. */
export const ALU_OPERATOR = {
  add: "+=",
  sub: "-=",
  mul: "*=",
  div: "/=",
  sdiv: "s/=",
  mod: "%=",
  smod: "s%=",
  or: "|=",
  and: "&=",
  xor: "^=",
  lsh: "<<=",
  rsh: ">>=",
  arsh: "s>>=",
  mov: "=",
} as const;
export const JMP_OPERATOR = {
  jeq: "==",
  jne: "!=",
  jgt: ">",
  jge: ">=",
  jlt: "<",
  jle: "<=",
  jsgt: "s>",
  jsge: "s>=",
  jslt: "s<",
  jsle: "s<=",
  jset: "&",
} as const;
