// Instructions to bytes: labels become distances, names become relocations. The addend of a relocation stands in
// the instruction itself (Elf64_Rel), so each operand is final here.
//
// Forms, as clang writes them and all loaders take them (BPF psABI; LLVM, BPFMCCodeEmitter):
//   call of a local function in the same section   src 1, imm = distance in slots        no relocation
//   call of anything else                          src 1, imm = addend in slots - 1      R_BPF_64_32
//   ld_imm64 of anything                           src 0, imm = addend in bytes          R_BPF_64_64

import {
  CALLEE,
  type Cpu,
  encodeInsn,
  type Insn,
  makeInsn,
  minimumCpu,
  OPCODE,
  SLOT_SIZE,
  withFields,
} from "../asm/index.js";
import { assert, ByteWriter, type Log } from "../base/index.js";
import { CORE_KINDS, type TypeId } from "../btf/index.js";
import { R_BPF_64_32, R_BPF_64_64 } from "../elf/index.js";
import type { CoreAccess, Func, Label, Ref, Statement } from "../ir/index.js";
import type { Placed, Placement } from "./placement.js";
import type { Named, SymbolTable } from "./symbols.js";

/** What decides about instructions, beside the module. */
export interface CodeOptions {
  readonly little: boolean;
  /** The newest instructions that may be used; `undefined` allows all, but never rewrites one. */
  readonly cpu: Cpu | undefined;
  /** No .BTF.ext, unless a CO-RE relocation needs it. */
  readonly stripDebug?: boolean | undefined;
}

/** Relocations whose operand is a type id of this very object: nobody knows it before .BTF is laid out. */
const TYPE_ID_KINDS: ReadonlySet<number> = new Set([CORE_KINDS.type_id_local, CORE_KINDS.type_id_target]);

/** What operands refer to, all of it decided. */
export interface CodeTargets {
  readonly placement: Placement;
  readonly symbols: SymbolTable;
  /** Ids in .BTF of the root types of CO-RE relocations. */
  readonly rootIds: ReadonlyMap<CoreAccess, TypeId>;
}

/** Writes the bodies of `functions` into the bytes of their sections and adds the relocations that they need. */
export function emitFunctions(
  functions: readonly Func[],
  targets: CodeTargets,
  options: CodeOptions,
  log: Log,
): void {
  // Functions lie in their sections in this order: one writer for all of a section.
  const writers = new Map<Placed["section"], ByteWriter>();
  for (const func of functions) {
    const { section, offset } = targets.placement.of.get(func)!;
    let out = writers.get(section);
    if (out === undefined) {
      out = new ByteWriter(section.bytes, options.little);
      writers.set(section, out);
    }
    out.padTo(offset);
    emitCode(func, out, targets, options, log);
  }
}

function emitCode(func: Func, out: ByteWriter, targets: CodeTargets, options: CodeOptions, log: Log): void {
  const { placement, symbols, rootIds } = targets;
  const placed = placement.of.get(func)!;
  const slots = placement.slots.get(func)!;
  for (let i = 0; i < func.body.length; i++) {
    const statement = func.body[i]!;
    let insn = statement.insn;
    if (statement.ref !== undefined) {
      const slot = slots[i]!;
      insn =
        statement.ref.to.kind === "label"
          ? jump(statement, statement.ref.to, slots, slot, options, log)
          : refer(insn, statement.ref, placed, slot, placement, symbols);
    }
    const { core } = statement;
    if (core !== undefined && TYPE_ID_KINDS.has(core.kind))
      insn = withFields(insn, { imm: rootIds.get(core)! });
    checkCpu(statement, insn, options, log);
    encodeInsn(insn, out);
  }
  assert(out.pos === placed.offset + placed.size, `function "${func.name}" must fill the space it was given`);
}

function checkCpu(statement: Statement, insn: Insn, options: CodeOptions, log: Log): void {
  if (options.cpu === undefined) return;
  const needed = minimumCpu(insn);
  if (needed > options.cpu) {
    log.error(
      "object/needs-cpu",
      statement.at,
      { needed: `v${needed}`, given: `v${options.cpu}` },
      { hint: `link with --mcpu v${needed}, or use older instructions` },
    );
  }
}

/**
 * Jumps count slots from the instruction behind them. A `goto` too far becomes a `gotol` where that is allowed, as in
 * LLVM (BPFMIPeephole, adjustBranch). LLVM rewrites a conditional jump, too; but that takes a second instruction,
 * which would move all code behind it, and here every position is final.
 */
function jump(
  statement: Statement,
  label: Label,
  slots: Uint32Array,
  slot: number,
  options: CodeOptions,
  log: Log,
): Insn {
  const { insn } = statement;
  const distance = slots[label.index]! - (slot + 1);
  const { opcode, dst, src, offset, imm } = insn;
  if (opcode === OPCODE.gotol) return makeInsn(opcode, dst, src, offset, distance);
  if (distance >= -0x8000 && distance <= 0x7fff) return makeInsn(opcode, dst, src, distance, imm);
  if (opcode === OPCODE.goto && options.cpu === 4) return makeInsn(OPCODE.gotol, dst, src, offset, distance);
  log.error(
    "object/jump-too-far",
    statement.ref!.at,
    { label: label.name, distance },
    {
      hint:
        insn.opcode === OPCODE.goto
          ? 'write "gotol", or link with --mcpu v4'
          : 'jump over a "gotol" on the opposite condition',
    },
  );
  return insn;
}

/** Fills in the operand that names `ref`, and adds the relocation that it needs to the section of `from`. */
function refer(
  insn: Insn,
  ref: Ref,
  from: Placed,
  slot: number,
  placement: Placement,
  symbols: SymbolTable,
): Insn {
  const thing = ref.to as Named;
  const offset = from.offset + slot * SLOT_SIZE;
  const { opcode, dst } = insn;
  if (opcode === OPCODE.call) {
    const callee = thing.kind === "func" ? placement.of.get(thing) : undefined;
    if (thing.kind === "func" && thing.binding === "local" && callee?.section === from.section) {
      return makeInsn(opcode, dst, CALLEE.local, insn.offset, (callee.offset - offset) / SLOT_SIZE - 1);
    }
    // A call counts from the instruction behind it: the start of its symbol is written -1 (bpf_object__reloc_code).
    const target = symbols.target(thing);
    from.section.relocations.push({ offset, type: R_BPF_64_32, symbol: target.symbol });
    return makeInsn(opcode, dst, CALLEE.local, insn.offset, target.offset / SLOT_SIZE - 1);
  }
  // The addend is the first imm alone, and libbpf adds it to what it writes into the second (bpf_object__relocate_data).
  const target = symbols.target(thing);
  from.section.relocations.push({ offset, type: R_BPF_64_64, symbol: target.symbol });
  return makeInsn(opcode, dst, 0, insn.offset, (target.offset + ref.addend) | 0);
}
