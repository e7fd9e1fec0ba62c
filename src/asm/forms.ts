// Every legal instruction, once: RFC 9669 (sections 3 to 5), and what LLVM 22 adds to it: may_goto, gotox, callx,
// addr_space_cast, load_acquire and store_release. Encoder, decoder, printer, parser and the structured form rest on
// this table; how an instruction looks as text is print.ts and parse.ts.
//
// An opcode alone does not say which instruction it is: div64 and sdiv64 differ in the offset, atomics in the
// immediate, calls in the source register. So a form is a range for each field, and the forms of one opcode exclude
// each other.

import {
  ALU,
  type ALU_OPERATOR,
  ATOMIC,
  CALLEE,
  CLASS,
  END,
  FETCH,
  JMP,
  K,
  MODE,
  NEG,
  OPCODE,
  PSEUDO,
  SIZE,
  X,
} from "./opcodes.js";

export type AluOp = keyof typeof ALU_OPERATOR;
export type JumpOp = keyof typeof JMP;
export type AtomicOp = "add" | "or" | "and" | "xor";
export type Width = 32 | 64;
/** Bits of a memory access. */
export type Size = 8 | 16 | 32 | 64;
export type Operand = "imm" | "reg";
export type Callee = keyof typeof CALLEE;
export type Pseudo = keyof typeof PSEUDO;
/** LLVM's -mcpu: v1 to v4. */
export type Cpu = 1 | 2 | 3 | 4;

/** Both ends belong to the range. A field that an instruction does not use holds 0. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

export type FormFields = Readonly<Record<"dst" | "src" | "offset" | "imm" | "high", Range>>;

/** What an instruction does. */
export type Operation =
  | { readonly kind: "alu"; readonly alu: AluOp; readonly width: Width; readonly operand: Operand }
  | { readonly kind: "movsx"; readonly width: Width; readonly bits: 8 | 16 | 32 }
  | { readonly kind: "neg"; readonly width: Width }
  | { readonly kind: "end"; readonly order: "le" | "be" | "bswap"; readonly bits: 16 | 32 | 64 }
  | { readonly kind: "addr_space_cast" }
  | { readonly kind: "ld_packet"; readonly mode: "abs" | "ind"; readonly size: 8 | 16 | 32 }
  | { readonly kind: "ldx"; readonly size: Size; readonly signed: boolean }
  | { readonly kind: "st"; readonly size: Size; readonly operand: Operand }
  | { readonly kind: "atomic"; readonly atomic: AtomicOp; readonly fetch: boolean; readonly size: 32 | 64 }
  | { readonly kind: "xchg" | "cmpxchg"; readonly size: 32 | 64 }
  | { readonly kind: "load_acquire" | "store_release"; readonly size: Size }
  | { readonly kind: "jump"; readonly jump: JumpOp; readonly width: Width; readonly operand: Operand }
  | { readonly kind: "goto" | "gotol" | "may_goto" | "gotox" | "callx" | "exit" }
  | { readonly kind: "call"; readonly callee: Callee }
  | { readonly kind: "ld_imm64"; readonly pseudo: Pseudo };

/** One legal encoding. `op` names it; only the K and X forms of one operation share their `op`. */
export type Form = Operation & {
  readonly op: string;
  readonly opcode: number;
  /** The least -mcpu at which LLVM 22 makes this instruction by itself. */
  readonly cpu: Cpu;
  readonly fields: FormFields;
};

const REG: Range = { min: 0, max: 10 };
const ZERO: Range = { min: 0, max: 0 };
const S16: Range = { min: -0x8000, max: 0x7fff };
const S32: Range = { min: -0x80000000, max: 0x7fffffff };
const NONE: FormFields = { dst: ZERO, src: ZERO, offset: ZERO, imm: ZERO, high: ZERO };

function only(value: number): Range {
  return { min: value, max: value };
}

/** The letters that the RFC's mnemonics end in. */
const LETTER = { 8: "b", 16: "h", 32: "w", 64: "dw" } as const;

/** Every form, in the order of the RFC. */
export const FORMS: readonly Form[] = [...aluForms(), ...memoryForms(), ...jumpForms(), ...wideForms()];

function* aluForms(): Generator<Form> {
  for (const width of [64, 32] as const) {
    const cls = width === 64 ? CLASS.alu64 : CLASS.alu;
    // LLVM ties all 32-bit arithmetic to its feature alu32, which v3 brought.
    const cpu = width === 64 ? 1 : 3;
    // A shift by the width or more is defined by RFC 9669 (4.1, masked) but refused by the kernel's verifier.
    const shift = { min: 0, max: width - 1 };
    for (const [alu, code] of Object.entries(ALU) as [keyof typeof ALU, number][]) {
      const imm = alu === "lsh" || alu === "rsh" || alu === "arsh" ? shift : S32;
      const opcode = cls | code;
      const op = `${alu}${width}`;
      yield {
        kind: "alu",
        alu,
        width,
        operand: "imm",
        op,
        opcode: opcode | K,
        cpu,
        fields: { ...NONE, dst: REG, imm },
      };
      yield {
        kind: "alu",
        alu,
        width,
        operand: "reg",
        op,
        opcode: opcode | X,
        cpu,
        fields: { ...NONE, dst: REG, src: REG },
      };
    }
    for (const [alu, code] of [
      ["sdiv", ALU.div],
      ["smod", ALU.mod],
    ] as const) {
      const opcode = cls | code;
      const op = `${alu}${width}`;
      const fields = { ...NONE, dst: REG, offset: only(1) };
      yield {
        kind: "alu",
        alu,
        width,
        operand: "imm",
        op,
        opcode: opcode | K,
        cpu: 4,
        fields: { ...fields, imm: S32 },
      };
      yield {
        kind: "alu",
        alu,
        width,
        operand: "reg",
        op,
        opcode: opcode | X,
        cpu: 4,
        fields: { ...fields, src: REG },
      };
    }
    for (const bits of [8, 16, 32] as const) {
      if (bits === 32 && width === 32) continue;
      const fields = { ...NONE, dst: REG, src: REG, offset: only(bits) };
      yield {
        kind: "movsx",
        width,
        bits,
        op: `movsx${width}_s${bits}`,
        opcode: cls | ALU.mov | X,
        cpu: 4,
        fields,
      };
    }
    yield { kind: "neg", width, op: `neg${width}`, opcode: cls | NEG, cpu, fields: { ...NONE, dst: REG } };
  }
  // RFC 9669, 4.2: the immediate is the width in bits.
  for (const bits of [16, 32, 64] as const) {
    const fields = { ...NONE, dst: REG, imm: only(bits) };
    yield { kind: "end", order: "le", bits, op: `le${bits}`, opcode: CLASS.alu | END | K, cpu: 1, fields };
    yield { kind: "end", order: "be", bits, op: `be${bits}`, opcode: CLASS.alu | END | X, cpu: 1, fields };
    yield {
      kind: "end",
      order: "bswap",
      bits,
      op: `bswap${bits}`,
      opcode: CLASS.alu64 | END | K,
      cpu: 4,
      fields,
    };
  }
  // A mov64 whose offset is 1; the immediate holds the two address spaces, 16 bits each.
  const cast = { ...NONE, dst: REG, src: REG, offset: only(1), imm: S32 };
  yield {
    kind: "addr_space_cast",
    op: "addr_space_cast",
    opcode: CLASS.alu64 | ALU.mov | X,
    cpu: 1,
    fields: cast,
  };
}

function* memoryForms(): Generator<Form> {
  for (const size of [8, 16, 32] as const) {
    // RFC 9669, 5.5: r0 and the context in r6 are implied. The kernel adds the immediate of "ind" to the register.
    const opcode = CLASS.ld | SIZE[size];
    const abs = { ...NONE, imm: S32 };
    yield {
      kind: "ld_packet",
      mode: "abs",
      size,
      op: `ldabs${LETTER[size]}`,
      opcode: opcode | MODE.abs,
      cpu: 1,
      fields: abs,
    };
    const ind = { ...NONE, src: REG, imm: S32 };
    yield {
      kind: "ld_packet",
      mode: "ind",
      size,
      op: `ldind${LETTER[size]}`,
      opcode: opcode | MODE.ind,
      cpu: 1,
      fields: ind,
    };
  }
  const address = { ...NONE, dst: REG, src: REG, offset: S16 };
  for (const size of [8, 16, 32, 64] as const) {
    const letter = LETTER[size];
    const mem = SIZE[size] | MODE.mem;
    yield {
      kind: "ldx",
      size,
      signed: false,
      op: `ldx${letter}`,
      opcode: CLASS.ldx | mem,
      cpu: 1,
      fields: address,
    };
    yield {
      kind: "st",
      size,
      operand: "reg",
      op: `stx${letter}`,
      opcode: CLASS.stx | mem,
      cpu: 1,
      fields: address,
    };
    const fields = { ...NONE, dst: REG, offset: S16, imm: S32 };
    yield { kind: "st", size, operand: "imm", op: `st${letter}`, opcode: CLASS.st | mem, cpu: 4, fields };
    if (size === 64) continue;
    const opcode = CLASS.ldx | SIZE[size] | MODE.memsx;
    yield { kind: "ldx", size, signed: true, op: `ldxs${letter}`, opcode, cpu: 4, fields: address };
  }
  for (const size of [32, 64] as const) {
    const opcode = CLASS.stx | SIZE[size] | MODE.atomic;
    // The 32-bit forms need alu32 (v3), but for the plain add, which is as old as BPF. Below v3 clang also refuses
    // to use the value that a 64-bit fetching add returns.
    const cpu = size === 64 ? 1 : 3;
    for (const atomic of ["add", "or", "and", "xor"] as const) {
      const code = ATOMIC[atomic];
      const plain = { ...address, imm: only(code) };
      const first = atomic === "add" ? 1 : cpu;
      yield {
        kind: "atomic",
        atomic,
        fetch: false,
        size,
        op: `atomic_${atomic}${size}`,
        opcode,
        cpu: first,
        fields: plain,
      };
      const fetch = { ...address, imm: only(code | FETCH) };
      const second = atomic === "add" ? 3 : cpu;
      yield {
        kind: "atomic",
        atomic,
        fetch: true,
        size,
        op: `atomic_fetch_${atomic}${size}`,
        opcode,
        cpu: second,
        fields: fetch,
      };
    }
    for (const kind of ["xchg", "cmpxchg"] as const) {
      const fields = { ...address, imm: only(ATOMIC[kind]) };
      yield { kind, size, op: `atomic_${kind}${size}`, opcode, cpu, fields };
    }
  }
  for (const size of [8, 16, 32, 64] as const) {
    for (const kind of ["load_acquire", "store_release"] as const) {
      const fields = { ...address, imm: only(ATOMIC[kind]) };
      yield {
        kind,
        size,
        op: `${kind}${size}`,
        opcode: CLASS.stx | SIZE[size] | MODE.atomic,
        cpu: 4,
        fields,
      };
    }
  }
}

function* jumpForms(): Generator<Form> {
  for (const width of [64, 32] as const) {
    const cls = width === 64 ? CLASS.jmp : CLASS.jmp32;
    for (const [jump, code] of Object.entries(JMP) as [JumpOp, number][]) {
      // LLVM's feature jmpext (v2) brought the "less" family, jmp32 (v3) the 32-bit class.
      const less = jump === "jlt" || jump === "jle" || jump === "jslt" || jump === "jsle";
      const cpu = width === 32 ? 3 : less ? 2 : 1;
      const op = `${jump}${width}`;
      const fields = { ...NONE, dst: REG, offset: S16 };
      yield {
        kind: "jump",
        jump,
        width,
        operand: "imm",
        op,
        opcode: cls | code | K,
        cpu,
        fields: { ...fields, imm: S32 },
      };
      yield {
        kind: "jump",
        jump,
        width,
        operand: "reg",
        op,
        opcode: cls | code | X,
        cpu,
        fields: { ...fields, src: REG },
      };
    }
  }
  const register = { ...NONE, dst: REG };
  yield { kind: "goto", op: "goto", opcode: OPCODE.goto, cpu: 1, fields: { ...NONE, offset: S16 } };
  yield { kind: "gotol", op: "gotol", opcode: OPCODE.gotol, cpu: 4, fields: { ...NONE, imm: S32 } };
  yield {
    kind: "may_goto",
    op: "may_goto",
    opcode: OPCODE.may_goto,
    cpu: 1,
    fields: { ...NONE, offset: S16 },
  };
  yield { kind: "gotox", op: "gotox", opcode: OPCODE.gotox, cpu: 4, fields: register };
  yield { kind: "callx", op: "callx", opcode: OPCODE.callx, cpu: 1, fields: register };
  yield { kind: "exit", op: "exit", opcode: OPCODE.exit, cpu: 1, fields: NONE };
  for (const [callee, src] of Object.entries(CALLEE) as [Callee, number][]) {
    const op = callee === "helper" ? "call" : `call_${callee}`;
    yield {
      kind: "call",
      callee,
      op,
      opcode: OPCODE.call,
      cpu: 1,
      fields: { ...NONE, src: only(src), imm: S32 },
    };
  }
}

function* wideForms(): Generator<Form> {
  for (const [pseudo, src] of Object.entries(PSEUDO) as [Pseudo, number][]) {
    const op = pseudo === "value" ? "ld_imm64" : `ld_imm64_${pseudo}`;
    // The kernel refuses a high half where it would mean nothing. btf_id keeps the fd of a module's BTF there.
    const high = pseudo === "map_fd" || pseudo === "map_idx" || pseudo === "func" ? ZERO : S32;
    const fields = { ...NONE, dst: REG, src: only(src), imm: S32, high };
    yield { kind: "ld_imm64", pseudo, op, opcode: OPCODE.ld_imm64, cpu: 1, fields };
  }
}
