// The bytes of a function to statements: the inverse of code.ts. Distances become labels, relocations and calls
// without one become references to the thing at the address they reach, records of .BTF.ext go to their instruction.
// Which symbol a relocation names does not matter: compilers reach static things through the symbol of their section.

import {
  CALLEE,
  decodeInsn,
  formOf,
  type Insn,
  isDecodeFailure,
  OPCODE,
  SLOT_SIZE,
  slotsOf,
  withFields,
} from "../asm/index.js";
import { CORE_KINDS, type CoreRelo, type LineInfo, type TypeId } from "../btf/index.js";
import type { ElfRelocation, ElfSection } from "../elf/index.js";
import type { CoreAccess, Func, JumpTable, Label, Ref, SourceLine, Statement } from "../ir/index.js";
import type { DebugInfo } from "./lift-btf.js";
import { type Extent, type LiftContext, type Open, placeIn } from "./lift-context.js";
import { resolveRelocation, type Things } from "./lift-index.js";
import { JUMP_TABLE_ENTRY_SIZE } from "./placement.js";

const LAST_CORE_KIND = Math.max(...Object.values(CORE_KINDS));

/** What the bodies of one section share. */
interface SectionCode {
  readonly section: ElfSection;
  readonly relocations: ReadonlyMap<number, ElfRelocation>;
  readonly lines: ReadonlyMap<number, LineInfo>;
  readonly relos: ReadonlyMap<number, CoreRelo>;
}

/** A function whose instructions are decoded. */
interface DraftBody {
  readonly func: Open<Func>;
  /** Bytes from the start of the section. */
  readonly start: number;
  readonly insns: readonly Insn[];
  /** First slot of each instruction, counted from the start of the function. */
  readonly slots: readonly number[];
  /** The instruction that begins at a slot. */
  readonly indexOf: ReadonlyMap<number, number>;
  /** Instructions that something jumps to. */
  readonly targets: Set<number>;
}

export class CodeReader {
  readonly #cx: LiftContext;
  readonly #debug: DebugInfo;
  readonly #things: Things;
  readonly #idOf: (id: TypeId) => TypeId;
  readonly #jumpTables: ElfSection | undefined;
  /** Each belongs to the one function that loads its address. */
  readonly #ownerOf = new Map<JumpTable, Func>();

  constructor(
    cx: LiftContext,
    debug: DebugInfo,
    things: Things,
    idOf: (id: TypeId) => TypeId,
    jumpTables: ElfSection | undefined,
  ) {
    this.#cx = cx;
    this.#debug = debug;
    this.#things = things;
    this.#idOf = idOf;
    this.#jumpTables = jumpTables;
  }

  /** Fills the bodies of the functions of a code section. */
  read(section: ElfSection): void {
    const code: SectionCode = {
      section,
      relocations: this.#relocationsOf(section),
      lines: this.#debug.linesOf(section.name),
      relos: this.#relosOf(section),
    };
    const begins = new Set<number>();
    for (const extent of this.#things.in(section)) {
      if (extent.thing.kind === "func") this.#readBody(code, extent.thing, extent, begins);
    }
    this.#checkRecords(code, begins);
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

  #relocationsOf(section: ElfSection): ReadonlyMap<number, ElfRelocation> {
    const found = new Map<number, ElfRelocation>();
    for (const relocation of section.relocations) {
      if (found.has(relocation.offset)) {
        this.#cx.log.error("object/two-relocations", placeIn(this.#cx, section, relocation.offset), {});
      }
      found.set(relocation.offset, relocation);
    }
    return found;
  }

  #relosOf(section: ElfSection): ReadonlyMap<number, CoreRelo> {
    const found = new Map<number, CoreRelo>();
    for (const relo of this.#debug.relosOf(section.name)) {
      const at = placeIn(this.#cx, section, relo.insnOffset);
      if (found.has(relo.insnOffset)) this.#cx.log.error("object/two-core", at, {});
      const known = relo.type > 0 && relo.type <= this.#debug.types.size && relo.kind <= LAST_CORE_KIND;
      if (!known || !/^\d+(:\d+)*$/.test(relo.access)) {
        this.#cx.log.error("object/core", at, { kind: relo.kind, type: relo.type, access: relo.access });
        continue;
      }
      found.set(relo.insnOffset, relo);
    }
    return found;
  }

  #readBody(code: SectionCode, func: Open<Func>, { start, end }: Extent, begins: Set<number>): void {
    const body = this.#decode(code.section, func, start, end);
    if (body === undefined) return;
    body.insns.forEach((insn, index) => {
      const target = jumpTarget(insn, body.slots[index]!);
      if (target !== undefined) this.#addTarget(body, code.section, index, target);
    });
    const tables = this.#tablesOf(body, code);
    const labels = new Map<number, Label>();
    // In the order of their places, so that a label's number says where it stands.
    for (const index of [...body.targets].sort((a, b) => a - b)) {
      const at = placeIn(this.#cx, code.section, start + body.slots[index]! * SLOT_SIZE);
      labels.set(index, { kind: "label", name: `L${labels.size + 1}`, index, at });
    }
    for (const [table, targets] of tables) table.targets = targets.map((index) => labels.get(index)!);
    func.jumpTables = [...tables.keys()];
    func.body = body.insns.map((insn, index) => this.#statement(code, body, labels, insn, index));
    for (const slot of body.slots) begins.add(start + slot * SLOT_SIZE);
  }

  #decode(section: ElfSection, func: Open<Func>, start: number, end: number): DraftBody | undefined {
    const bytes = section.bytes.subarray(start, end);
    const insns: Insn[] = [];
    const slots: number[] = [];
    const indexOf = new Map<number, number>();
    for (let at = 0; at < bytes.length; ) {
      const insn = decodeInsn(bytes, at, this.#cx.object.little);
      if (isDecodeFailure(insn)) {
        this.#cx.log.error(insn.code, placeIn(this.#cx, section, start + at), insn.args as never);
        return undefined;
      }
      indexOf.set(at / SLOT_SIZE, insns.length);
      slots.push(at / SLOT_SIZE);
      insns.push(insn);
      at += slotsOf(insn) * SLOT_SIZE;
    }
    return { func, start, insns, slots, indexOf, targets: new Set() };
  }

  #addTarget(body: DraftBody, section: ElfSection, from: number, slot: number): void {
    const index = body.indexOf.get(slot);
    if (index !== undefined) {
      body.targets.add(index);
      return;
    }
    const at = placeIn(this.#cx, section, body.start + body.slots[from]! * SLOT_SIZE);
    this.#cx.log.error("object/jump-target", at, { name: body.func.name, slot });
  }

  /** The tables that the function loads the addresses of, in the order of the section, and where they lead to. */
  #tablesOf(body: DraftBody, code: SectionCode): ReadonlyMap<Open<JumpTable>, number[]> {
    const found = new Map<Open<JumpTable>, number[]>();
    const section = this.#jumpTables;
    if (section === undefined) return found;
    const extents: Extent[] = [];
    for (const slot of body.slots) {
      const relocation = code.relocations.get(body.start + slot * SLOT_SIZE);
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
    const view = new DataView(section.bytes.buffer, section.bytes.byteOffset, section.bytes.length);
    for (const { thing, start, end } of extents) {
      if (thing.kind !== "jump_table") continue;
      const targets: number[] = [];
      for (let at = start; at < end; at += JUMP_TABLE_ENTRY_SIZE) {
        const slot = (Number(view.getBigUint64(at, this.#cx.object.little)) - body.start) / SLOT_SIZE;
        const index = body.indexOf.get(slot);
        if (index === undefined) {
          const what = `leads out of function "${body.func.name}"`;
          this.#cx.log.error("object/jump-table", placeIn(this.#cx, section, at), { name: thing.name, what });
          continue;
        }
        targets.push(index);
        body.targets.add(index);
      }
      found.set(thing, targets);
    }
    return found;
  }

  #statement(
    code: SectionCode,
    body: DraftBody,
    labels: ReadonlyMap<number, Label>,
    insn: Insn,
    index: number,
  ): Statement {
    const slot = body.slots[index]!;
    const offset = body.start + slot * SLOT_SIZE;
    const at = placeIn(this.#cx, code.section, offset);
    const relocation = code.relocations.get(offset);
    const target = jumpTarget(insn, slot);
    const line = lineOf(code.lines.get(offset), index);
    const relo = code.relos.get(offset);
    const core: CoreAccess | undefined = relo && {
      kind: relo.kind,
      type: this.#idOf(relo.type),
      access: relo.access,
      at,
    };
    let ref: Ref | undefined;
    if (relocation !== undefined) ref = this.#relocated(code.section, insn, relocation);
    else if (target !== undefined) {
      const label = labels.get(body.indexOf.get(target) ?? -1);
      ref = label && { to: label, addend: 0, at };
    } else if (insn.opcode === OPCODE.call && insn.src === CALLEE.local) {
      ref = this.#calledNearby(code.section, offset, insn);
    }
    return { insn: ref === undefined ? insn : withoutOperand(insn, ref), ref, core, line, at };
  }

  #relocated(section: ElfSection, insn: Insn, relocation: ElfRelocation): Ref | undefined {
    const at = placeIn(this.#cx, section, relocation.offset);
    const call = insn.opcode === OPCODE.call;
    if (!call && insn.opcode !== OPCODE.ld_imm64) {
      this.#cx.log.error("object/relocation", at, { type: relocation.type, what: "this instruction" });
      return undefined;
    }
    const addend = call ? (insn.imm + 1) * SLOT_SIZE : insn.imm;
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
  #calledNearby(section: ElfSection, offset: number, insn: Insn): Ref | undefined {
    const at = placeIn(this.#cx, section, offset);
    const target = offset + (insn.imm + 1) * SLOT_SIZE;
    const found = this.#things.at(section, target);
    if (found?.thing.kind === "func" && found.start === target) return { to: found.thing, addend: 0, at };
    this.#cx.log.error("object/no-target", at, { name: section.name, offset: target });
    return undefined;
  }

  /** Records and relocations inside a function that lie between two instructions belong to nothing. */
  #checkRecords({ section, relocations, lines, relos }: SectionCode, begins: ReadonlySet<number>): void {
    for (const records of [relocations, lines, relos]) {
      for (const offset of records.keys()) {
        if (begins.has(offset)) continue;
        const around = this.#things.at(section, offset);
        // Dead code takes its records along.
        if (around !== undefined && offset < around.end)
          this.#cx.log.error("object/between", placeIn(this.#cx, section, offset), {});
      }
    }
  }
}

/** The slot that a jump goes to, counted from the start of its function; `undefined` for every other instruction. */
function jumpTarget(insn: Insn, slot: number): number | undefined {
  switch (formOf(insn)?.kind) {
    case "jump":
    case "goto":
    case "may_goto":
      return slot + 1 + insn.offset;
    case "gotol":
      return slot + 1 + insn.imm;
    default:
      return undefined;
  }
}

/** The field that a reference fills holds what the parser of text leaves there. */
function withoutOperand(insn: Insn, { to }: Ref): Insn {
  if (insn.opcode === OPCODE.call) return withFields(insn, { src: CALLEE.local, imm: -1 });
  if (insn.opcode === OPCODE.ld_imm64) return withFields(insn, { src: 0, imm: 0 });
  return to.kind === "label" && insn.opcode === OPCODE.gotol
    ? withFields(insn, { imm: 0 })
    : withFields(insn, { offset: 0 });
}

/** A first record that says nothing is what ext-draft.ts gives a function without a position. */
function lineOf(record: LineInfo | undefined, index: number): SourceLine | undefined {
  if (record === undefined) return undefined;
  const { file, line, column, text } = record;
  return index === 0 && file === "" && line === 0 && text === "" ? undefined : { file, line, column, text };
}

function nameOfTarget({ symbol }: ElfRelocation): string {
  return symbol.name !== "" ? symbol.name : (symbol.section?.name ?? "");
}
