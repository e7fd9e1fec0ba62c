// The bytes of a function to statements: the inverse of code.ts. Distances become labels, relocations and calls
// without one become references to the thing at the address they reach, records of .BTF.ext go to their instruction.
// Which symbol a relocation names does not matter: compilers reach static things through the symbol of their section.

import {
  CALLEE,
  type Insn,
  InsnDecoder,
  isDecodeFailure,
  jumpDistance,
  makeInsn,
  OPCODE,
  SLOT_SIZE,
  slotsOf,
} from "../asm/index.js";
import { type BytePlace, viewOf } from "../base/index.js";
import { CORE_KINDS, type CoreRelo, type LineInfo, MAX_CORE_ACCESS, type TypeId } from "../btf/index.js";
import type { ElfRelocation, ElfSection } from "../elf/index.js";
import type { CoreAccess, Func, JumpTable, Label, Ref, SourceLine, Statement } from "../ir/index.js";
import type { DebugInfo } from "./lift-btf.js";
import {
  type Extent,
  type Known,
  type LiftContext,
  type Open,
  placeIn,
  type Survey,
} from "./lift-context.js";
import { holdsPlace, resolveRelocation, type Things } from "./lift-index.js";
import { JUMP_TABLE_ENTRY_SIZE } from "./placement.js";

/** What lies behind is no kind that a loader knows (enum bpf_core_relo_kind). */
const LAST_CORE_KIND = Math.max(...Object.values(CORE_KINDS));

/** The slot at an offset that is one of a slot. A quotient alone is a double to the engine, and so would be all that follows. */
function slotOf(offset: number): number {
  return (offset / SLOT_SIZE) | 0;
}

/** Records of a code section by the slot that they belong to; of several at one, the first. */
class BySlot<T> {
  readonly records: readonly T[];
  readonly offsetOf: (record: T) => number;
  /** By slot: 1 more than the index of its record, 0 where there is none. */
  readonly #indices: Uint32Array;

  constructor(records: readonly T[], offsetOf: (record: T) => number, section: ElfSection) {
    this.records = records;
    this.offsetOf = offsetOf;
    this.#indices = new Uint32Array(records.length === 0 ? 0 : Math.ceil(section.bytes.length / SLOT_SIZE));
    for (let i = records.length - 1; i >= 0; i--) {
      const offset = offsetOf(records[i]!);
      if (offset % SLOT_SIZE === 0) this.#indices[slotOf(offset)] = i + 1; // what lies outside is no element, and is not kept
    }
  }

  /** The record at a slot of the section, if it has one. */
  at(slot: number): T | undefined {
    const index = this.#indices[slot];
    return index === undefined || index === 0 ? undefined : this.records[index - 1];
  }
}

/** What the bodies of one section share. Slots are those of the section. */
interface SectionCode {
  readonly section: ElfSection;
  readonly relocations: BySlot<ElfRelocation>;
  readonly lines: BySlot<LineInfo>;
  readonly relos: BySlot<CoreRelo>;
  /** By slot: 1 more than the index in its function of the instruction that begins there, 0 where none does. */
  readonly indices: Uint32Array;
  /** By slot: 1 where something jumps to. */
  readonly targets: Uint8Array;
  /** By slot, of the function that is being read. */
  readonly labels: Map<number, Label>;
}

/** A function whose instructions are decoded. */
interface DraftBody {
  readonly func: Open<Func>;
  readonly code: SectionCode;
  /** The first slot, and the one behind the last. */
  readonly start: number;
  readonly end: number;
  readonly insns: readonly Insn[];
  /** First slot of each instruction. */
  readonly slots: readonly number[];
}

/** Whether an instruction of the function begins at a slot of the section. */
function isInside({ code, start, end }: DraftBody, slot: number): boolean {
  return slot >= start && slot < end && (code.indices[slot] ?? 0) !== 0;
}

/**
 * Makes statements of the code of all sections. A function is decoded as a whole before anything in it gets a meaning:
 * labels stand where something jumps to, and that may come later.
 */
export class CodeReader {
  readonly #cx: LiftContext;
  readonly #debug: DebugInfo;
  readonly #things: Things;
  readonly #idOf: (id: TypeId) => TypeId;
  readonly #jumpTables: ElfSection | undefined;
  readonly #decoder: InsnDecoder;
  /** What code refers to. */
  readonly mentioned: Set<Known> = new Set();
  /** Each belongs to the one function that loads its address. */
  readonly #ownerOf = new Map<JumpTable, Func>();

  constructor(
    cx: LiftContext,
    debug: DebugInfo,
    things: Things,
    idOf: (id: TypeId) => TypeId,
    { code, jumpTables }: Survey,
  ) {
    this.#cx = cx;
    this.#debug = debug;
    this.#things = things;
    this.#idOf = idOf;
    this.#jumpTables = jumpTables;
    this.#decoder = new InsnDecoder(
      cx.object.little,
      code.reduce((sum, { bytes }) => sum + bytes.length / SLOT_SIZE, 0),
    );
  }

  /** Fills the bodies of the functions of a code section. */
  read(section: ElfSection): void {
    const code: SectionCode = {
      section,
      relocations: this.#relocationsOf(section),
      lines: new BySlot(this.#debug.linesOf(section.name), ({ insnOffset }) => insnOffset, section),
      relos: this.#relosOf(section),
      indices: new Uint32Array(Math.ceil(section.bytes.length / SLOT_SIZE)),
      targets: new Uint8Array(Math.ceil(section.bytes.length / SLOT_SIZE)),
      labels: new Map(),
    };
    for (const extent of this.#things.in(section)) {
      if (extent.thing.kind === "func") this.#readBody(code, extent.thing, extent);
    }
    this.#checkRecords(code, code.relocations);
    this.#checkRecords(code, code.lines);
    this.#checkRecords(code, code.relos);
  }

  /** Reports the jump tables that no function loads the address of. */
  finish(): void {
    if (this.#jumpTables === undefined) return;
    for (const { thing } of this.#things.in(this.#jumpTables)) {
      if (thing.kind === "jump_table" && !this.#ownerOf.has(thing))
        this.#cx.log.error("object/jump-table", thing.at, {
          name: thing.name,
          what: "belongs to no function",
        });
    }
  }

  /** An instruction has at most one relocation: a second one would patch what the first has patched. */
  #relocationsOf(section: ElfSection): BySlot<ElfRelocation> {
    const { relocations } = section;
    for (let i = 1; i < relocations.length; i++) {
      const { offset } = relocations[i]!; // they are in ascending order
      if (offset !== relocations[i - 1]!.offset) continue;
      this.#cx.log.error("object/two-relocations", placeIn(this.#cx, section, offset), {});
    }
    return new BySlot(relocations, ({ offset }) => offset, section);
  }

  /** CO-RE relocations, without those that no loader could read. */
  #relosOf(section: ElfSection): BySlot<CoreRelo> {
    const found = new Map<number, CoreRelo>();
    for (const relo of this.#debug.relosOf(section.name)) {
      const at = placeIn(this.#cx, section, relo.insnOffset);
      if (found.has(relo.insnOffset)) this.#cx.log.error("object/two-core", at, {});
      const known = relo.type > 0 && relo.type <= this.#debug.types.size && relo.kind <= LAST_CORE_KIND;
      if (!known || relo.access.length > MAX_CORE_ACCESS || !/^\d+(:\d+)*$/.test(relo.access)) {
        this.#cx.log.error("object/core", at, { kind: relo.kind, type: relo.type, access: relo.access });
        continue;
      }
      found.set(relo.insnOffset, relo);
    }
    return new BySlot([...found.values()], ({ insnOffset }) => insnOffset, section);
  }

  /** Decodes, then labels, then statements; nothing after an error in the first step. */
  #readBody(code: SectionCode, func: Open<Func>, extent: Extent): void {
    const body = this.#decode(code, func, extent);
    if (body === undefined) return;
    const { insns, slots } = body;
    for (let index = 0; index < insns.length; index++) {
      const distance = jumpDistance(insns[index]!);
      if (distance !== undefined) this.#addTarget(body, slots[index]!, slots[index]! + 1 + distance);
    }
    const tables = this.#tablesOf(body);
    const { labels } = code;
    labels.clear();
    // In the order of their places, so that a label's number says where it stands.
    for (let index = 0; index < slots.length; index++) {
      const slot = slots[index]!;
      if (code.targets[slot] === 0) continue;
      const at = placeIn(this.#cx, code.section, slot * SLOT_SIZE);
      labels.set(slot, { kind: "label", name: `L${labels.size + 1}`, index, at });
    }
    for (const [table, targets] of tables) table.targets = targets.map((slot) => labels.get(slot)!);
    func.jumpTables = [...tables.keys()];
    const statements: Statement[] = [];
    for (let index = 0; index < insns.length; index++) statements.push(this.#statement(body, index));
    func.body = statements;
  }

  /** The instructions of a function; `undefined` after an error, because what follows a broken one is a guess. */
  #decode(code: SectionCode, func: Open<Func>, extent: Extent): DraftBody | undefined {
    const { section, indices } = code;
    const bytes = section.bytes.subarray(0, extent.end);
    const [start, end] = [slotOf(extent.start), slotOf(extent.end)];
    const insns: Insn[] = [];
    const slots: number[] = [];
    for (let slot = start; slot < end; ) {
      const insn = this.#decoder.decode(bytes, slot * SLOT_SIZE);
      if (isDecodeFailure(insn)) {
        this.#cx.log.error(insn.code, placeIn(this.#cx, section, slot * SLOT_SIZE), insn.args as never);
        return undefined;
      }
      slots.push(slot);
      insns.push(insn);
      slot += slotsOf(insn);
    }
    for (let index = 0; index < slots.length; index++) indices[slots[index]!] = index + 1;
    return { func, code, start, end, insns, slots };
  }

  /** A jump must stay in its function, and not lead into the second slot of a wide instruction: the verifier refuses both. */
  #addTarget(body: DraftBody, from: number, slot: number): void {
    if (isInside(body, slot)) {
      body.code.targets[slot] = 1;
      return;
    }
    const at = placeIn(this.#cx, body.code.section, from * SLOT_SIZE);
    this.#cx.log.error("object/jump-target", at, { name: body.func.name, slot: slot - body.start });
  }

  /** The tables that the function loads the addresses of, in the order of the section, and where they lead to. */
  #tablesOf(body: DraftBody): ReadonlyMap<Open<JumpTable>, number[]> {
    const found = new Map<Open<JumpTable>, number[]>();
    const section = this.#jumpTables;
    if (section === undefined) return found;
    const extents: Extent[] = [];
    for (const slot of body.slots) {
      const relocation = body.code.relocations.at(slot);
      const table = relocation && this.#things.bySymbol.get(relocation.symbol);
      if (table?.kind !== "jump_table") continue;
      const owner = this.#ownerOf.get(table);
      if (owner === body.func) continue;
      if (owner !== undefined) {
        this.#cx.log.error("object/jump-table", table.at, {
          name: table.name,
          what: "belongs to two functions",
        });
        continue;
      }
      this.#ownerOf.set(table, body.func);
      extents.push(this.#things.extentOf(table)!);
    }
    extents.sort((a, b) => a.start - b.start);
    const view = viewOf(section.bytes);
    for (const { thing, start, end } of extents) {
      if (thing.kind !== "jump_table") continue;
      const targets: number[] = [];
      for (let at = start; at < end; at += JUMP_TABLE_ENTRY_SIZE) {
        const slot = Number(view.getBigUint64(at, this.#cx.object.little)) / SLOT_SIZE;
        if (!isInside(body, slot)) {
          const what = `leads out of function "${body.func.name}"`;
          this.#cx.log.error("object/jump-table", placeIn(this.#cx, section, at), { name: thing.name, what });
          continue;
        }
        targets.push(slot);
        body.code.targets[slot] = 1;
      }
      found.set(thing, targets);
    }
    return found;
  }

  /** An instruction with what its operand refers to, by relocation or by distance. */
  #statement(body: DraftBody, index: number): Statement {
    const { section, relocations, lines, relos, labels } = body.code;
    const insn = body.insns[index]!;
    const slot = body.slots[index]!;
    const at = placeIn(this.#cx, section, slot * SLOT_SIZE);
    const line = lineOf(lines.at(slot), index);
    const core = this.#coreOf(relos.at(slot), at);
    const relocation = relocations.at(slot);
    const distance = jumpDistance(insn);
    let ref: Ref | undefined;
    if (relocation !== undefined) ref = this.#relocated(insn, relocation, at);
    else if (distance !== undefined) {
      const label = labels.get(slot + 1 + distance);
      ref = label && { to: label, addend: 0, at };
    } else if (insn.opcode === OPCODE.call && insn.src === CALLEE.local) {
      ref = this.#calledNearby(section, slot * SLOT_SIZE, insn, at);
    }
    if (ref === undefined) return { insn, ref, core, line, at };
    if (ref.to.kind !== "label") this.mentioned.add(ref.to);
    return { insn: withoutOperand(insn, ref), ref, core, line, at };
  }

  #coreOf(relo: CoreRelo | undefined, at: BytePlace): CoreAccess | undefined {
    return relo && { kind: relo.kind, type: this.#idOf(relo.type), access: relo.access, at };
  }

  /** What a relocation makes of an operand: calls count slots from the next instruction, ld_imm64 counts bytes. */
  #relocated(insn: Insn, relocation: ElfRelocation, at: BytePlace): Ref | undefined {
    const call = insn.opcode === OPCODE.call;
    if (!call && insn.opcode !== OPCODE.ld_imm64) {
      this.#cx.log.error("object/relocation", at, { type: relocation.type, what: "this instruction" });
      return undefined;
    }
    const inPlace = call ? (insn.imm + 1) * SLOT_SIZE : insn.imm;
    const misplaced = holdsPlace(this.#cx, this.#things, relocation, at, insn.imm, call ? -1 : 0);
    const addend = misplaced ? 0 : inPlace;
    const found = resolveRelocation(this.#things, relocation.symbol, addend);
    if (found === undefined) {
      this.#cx.log.error("object/no-target", at, { name: nameOfTarget(relocation), offset: addend });
      return undefined;
    }
    const { thing } = found;
    const callable = thing.kind === "func" || thing.kind === "extern_function";
    // Only of variables is a byte inside an address; of everything else loaders know the start alone.
    const inside = found.addend !== 0 && thing.kind !== "data" && thing.kind !== "extern_variable";
    if ((call && !callable) || inside || insn.high !== 0) {
      this.#cx.log.error("object/no-target", at, { name: thing.name, offset: found.addend });
      return undefined;
    }
    return { to: thing, addend: found.addend, at };
  }

  /** A static function of the same section, which assemblers resolve themselves. */
  #calledNearby(section: ElfSection, offset: number, insn: Insn, at: BytePlace): Ref | undefined {
    const target = offset + (insn.imm + 1) * SLOT_SIZE;
    const found = this.#things.at(section, target);
    if (found?.thing.kind === "func" && found.start === target) return { to: found.thing, addend: 0, at };
    this.#cx.log.error("object/no-target", at, { name: section.name, offset: target });
    return undefined;
  }

  /** Records and relocations inside a function that lie between two instructions belong to nothing. */
  #checkRecords<T>({ section, indices }: SectionCode, { records, offsetOf }: BySlot<T>): void {
    const reported = new Set<number>();
    for (const record of records) {
      const offset = offsetOf(record);
      if (offset % SLOT_SIZE === 0 && (indices[slotOf(offset)] ?? 0) > 0) continue;
      if (reported.has(offset)) continue;
      const around = this.#things.at(section, offset);
      // Dead code takes its records along.
      if (around === undefined || offset >= around.end) continue;
      reported.add(offset);
      this.#cx.log.error("object/between", placeIn(this.#cx, section, offset), {});
    }
  }
}

/** The field that a reference fills holds what the parser of text leaves there. */
function withoutOperand(insn: Insn, { to }: Ref): Insn {
  const { opcode, dst, src, offset, imm, high } = insn;
  if (opcode === OPCODE.call) return makeInsn(opcode, dst, CALLEE.local, offset, -1);
  if (opcode === OPCODE.ld_imm64) return makeInsn(opcode, dst, 0, offset, 0, high);
  return to.kind === "label" && opcode === OPCODE.gotol
    ? makeInsn(opcode, dst, src, offset, 0)
    : makeInsn(opcode, dst, src, 0, imm);
}

/** A first record that says nothing is what debug.ts gives a function without a position. */
function lineOf(record: LineInfo | undefined, index: number): SourceLine | undefined {
  if (record === undefined || index !== 0) return record;
  return record.file === "" && record.line === 0 && record.text === "" ? undefined : record;
}

function nameOfTarget({ symbol }: ElfRelocation): string {
  return symbol.name !== "" ? symbol.name : (symbol.section?.name ?? "");
}
