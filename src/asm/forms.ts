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
/** A register, an address and a distance, as most forms have them. */
const UNARY = { dst: REG };
const BINARY = { dst: REG, src: REG };
const ADDRESS = { dst: REG, src: REG, offset: S16 };
const JUMP = { offset: S16 };

function only(value: number): Range {
  return { min: value, max: value };
}

function form(op: string, opcode: number, cpu: Cpu, used: Partial<FormFields>, what: Operation): Form {
  const { dst = ZERO, src = ZERO, offset = ZERO, imm = ZERO, high = ZERO } = used;
  return { ...what, op, opcode, cpu, fields: { dst, src, offset, imm, high } };
}

/** The letters that the RFC's mnemonics end in, by the bits of the access. */
const LETTER = { 8: "b", 16: "h", 32: "w", 64: "dw" } as const;

/** Every form, in the order of the RFC. */
export const FORMS: readonly Form[] = [...aluForms(), ...memoryForms(), ...jumpForms(), ...wideForms()];

/** RFC 9669, section 4.1 and 4.2. */
function* aluForms(): Generator<Form> {
  for (const width of [64, 32] as const) {
    const cls = width === 64 ? CLASS.alu64 : CLASS.alu;
    // LLVM ties all 32-bit arithmetic to its feature alu32, which v3 brought.
    const cpu = width === 64 ? 1 : 3;
    // The RFC masks a shift by the width or more (4.1), but the kernel's verifier refuses it.
    const shift = { min: 0, max: width - 1 };
    for (const [alu, code] of Object.entries(ALU) as [keyof typeof ALU, number][]) {
      const imm = alu === "lsh" || alu === "rsh" || alu === "arsh" ? shift : S32;
      const opcode = cls | code;
      yield form(
        alu + width,
        opcode | K,
        cpu,
        { dst: REG, imm },
        { kind: "alu", alu, width, operand: "imm" },
      );
      yield form(alu + width, opcode | X, cpu, BINARY, { kind: "alu", alu, width, operand: "reg" });
    }
    // Signed division came with v4 as an offset in the unsigned one.
    for (const alu of ["sdiv", "smod"] as const) {
      const opcode = cls | (alu === "sdiv" ? ALU.div : ALU.mod);
      const k = { dst: REG, offset: only(1), imm: S32 };
      const x = { ...BINARY, offset: only(1) };
      yield form(alu + width, opcode | K, 4, k, { kind: "alu", alu, width, operand: "imm" });
      yield form(alu + width, opcode | X, 4, x, { kind: "alu", alu, width, operand: "reg" });
    }
    // The offset of a sign-extending move is the width that it extends from.
    for (const bits of [8, 16, 32] as const) {
      if (bits === 32 && width === 32) continue;
      const used = { ...BINARY, offset: only(bits) };
      yield form(`movsx${width}_s${bits}`, cls | ALU.mov | X, 4, used, { kind: "movsx", width, bits });
    }
    yield form(`neg${width}`, cls | NEG | K, cpu, UNARY, { kind: "neg", width });
  }
  // The immediate of a byte swap is the width in bits; bits above it become 0.
  for (const bits of [16, 32, 64] as const) {
    const used = { dst: REG, imm: only(bits) };
    yield form(`le${bits}`, CLASS.alu | END | K, 1, used, { kind: "end", order: "le", bits });
    yield form(`be${bits}`, CLASS.alu | END | X, 1, used, { kind: "end", order: "be", bits });
    yield form(`bswap${bits}`, CLASS.alu64 | END | K, 4, used, { kind: "end", order: "bswap", bits });
  }
  // A mov64 whose offset is 1. The immediate holds two address spaces, 16 bits each: to and from.
  const cast = { ...BINARY, offset: only(1), imm: S32 };
  yield form("addr_space_cast", CLASS.alu64 | ALU.mov | X, 1, cast, { kind: "addr_space_cast" });
}

/** RFC 9669, sections 5.1 to 5.3 and 5.5. */
function* memoryForms(): Generator<Form> {
  // Packet loads: r0 and the context in r6 are implied. The kernel adds the immediate of "ind" to the register.
  for (const size of [8, 16, 32] as const) {
    const opcode = CLASS.ld | SIZE[size];
    const letter = LETTER[size];
    yield form(
      `ldabs${letter}`,
      opcode | MODE.abs,
      1,
      { imm: S32 },
      { kind: "ld_packet", mode: "abs", size },
    );
    const ind = { src: REG, imm: S32 };
    yield form(`ldind${letter}`, opcode | MODE.ind, 1, ind, { kind: "ld_packet", mode: "ind", size });
  }
  for (const size of [8, 16, 32, 64] as const) {
    const mem = SIZE[size] | MODE.mem;
    const letter = LETTER[size];
    yield form(`ldx${letter}`, CLASS.ldx | mem, 1, ADDRESS, { kind: "ldx", size, signed: false });
    yield form(`stx${letter}`, CLASS.stx | mem, 1, ADDRESS, { kind: "st", size, operand: "reg" });
    const st = { dst: REG, offset: S16, imm: S32 };
    yield form(`st${letter}`, CLASS.st | mem, 4, st, { kind: "st", size, operand: "imm" });
    if (size === 64) continue; // nothing is left to extend
    const opcode = CLASS.ldx | SIZE[size] | MODE.memsx;
    yield form(`ldxs${letter}`, opcode, 4, ADDRESS, { kind: "ldx", size, signed: true });
  }
  for (const size of [32, 64] as const) {
    const opcode = CLASS.stx | SIZE[size] | MODE.atomic;
    // The 32-bit forms need alu32 (v3), but for the plain add, which is as old as BPF. Below v3 clang also refuses
    // to use the value that a 64-bit fetching add returns.
    const cpu = size === 64 ? 1 : 3;
    for (const atomic of ["add", "or", "and", "xor"] as const) {
      const add = atomic === "add";
      const plain = { ...ADDRESS, imm: only(ATOMIC[atomic]) };
      yield form(`atomic_${atomic}${size}`, opcode, add ? 1 : cpu, plain, {
        kind: "atomic",
        atomic,
        fetch: false,
        size,
      });
      const fetch = { ...ADDRESS, imm: only(ATOMIC[atomic] | FETCH) };
      const op = `atomic_fetch_${atomic}${size}`;
      yield form(op, opcode, add ? 3 : cpu, fetch, { kind: "atomic", atomic, fetch: true, size });
    }
    for (const kind of ["xchg", "cmpxchg"] as const) {
      yield form(
        `atomic_${kind}${size}`,
        opcode,
        cpu,
        { ...ADDRESS, imm: only(ATOMIC[kind]) },
        { kind, size },
      );
    }
  }
  for (const size of [8, 16, 32, 64] as const) {
    const opcode = CLASS.stx | SIZE[size] | MODE.atomic;
    for (const kind of ["load_acquire", "store_release"] as const) {
      yield form(`${kind}${size}`, opcode, 4, { ...ADDRESS, imm: only(ATOMIC[kind]) }, { kind, size });
    }
  }
}

/** RFC 9669, section 4.3. */
function* jumpForms(): Generator<Form> {
  for (const width of [64, 32] as const) {
    const cls = width === 64 ? CLASS.jmp : CLASS.jmp32;
    for (const [jump, code] of Object.entries(JMP) as [JumpOp, number][]) {
      // LLVM's feature jmpext (v2) brought the "less" family, jmp32 (v3) the 32-bit class.
      const less = jump === "jlt" || jump === "jle" || jump === "jslt" || jump === "jsle";
      const cpu = width === 32 ? 3 : less ? 2 : 1;
      const k = { ...JUMP, dst: REG, imm: S32 };
      yield form(jump + width, cls | code | K, cpu, k, { kind: "jump", jump, width, operand: "imm" });
      const x = { ...JUMP, ...BINARY };
      yield form(jump + width, cls | code | X, cpu, x, { kind: "jump", jump, width, operand: "reg" });
    }
  }
  yield form("goto", OPCODE.goto, 1, JUMP, { kind: "goto" });
  // The long jump has its distance in the immediate.
  yield form("gotol", OPCODE.gotol, 4, { imm: S32 }, { kind: "gotol" });
  yield form("may_goto", OPCODE.may_goto, 1, JUMP, { kind: "may_goto" });
  yield form("gotox", OPCODE.gotox, 4, UNARY, { kind: "gotox" });
  yield form("callx", OPCODE.callx, 1, UNARY, { kind: "callx" });
  yield form("exit", OPCODE.exit, 1, {}, { kind: "exit" });
  for (const [callee, src] of Object.entries(CALLEE) as [Callee, number][]) {
    const op = callee === "helper" ? "call" : `call_${callee}`;
    yield form(op, OPCODE.call, 1, { src: only(src), imm: S32 }, { kind: "call", callee });
  }
}

/** RFC 9669, section 5.4. */
function* wideForms(): Generator<Form> {
  for (const [pseudo, src] of Object.entries(PSEUDO) as [Pseudo, number][]) {
    const op = pseudo === "value" ? "ld_imm64" : `ld_imm64_${pseudo}`;
    // The kernel refuses a high half where it would mean nothing. btf_id keeps the fd of a module's BTF there.
    const high = pseudo === "map_fd" || pseudo === "map_idx" || pseudo === "func" ? ZERO : S32;
    const used = { dst: REG, src: only(src), imm: S32, high };
    yield form(op, OPCODE.ld_imm64, 1, used, { kind: "ld_imm64", pseudo });
  }
}
