// The functions of an object, disassembled: names instead of numbers for everything that a relocation, a jump or a
// section symbol with an addend stands for.

import {
  decodeInsn,
  formOf,
  helperName,
  type Insn,
  isDecodeFailure,
  printInsn,
  SLOT_SIZE,
  slotsOf,
} from "../asm/index.js";
import { countLeading, hexDigits, type Room } from "../base/index.js";
import type { CoreRelo, CPrinter, LineInfo } from "../btf/index.js";
import { coreKindName, printCoreAccess, type TypeLayout } from "../btf/index.js";
import {
  type ElfObject,
  type ElfRelocation,
  type ElfSection,
  type ElfSymbol,
  SHF_EXECINSTR,
  SHF_STRINGS,
  STT_FUNC,
  STT_OBJECT,
  STT_SECTION,
  symbolsBySection,
} from "../elf/index.js";
import { readableText } from "../ir/index.js";
import { type Decoded, jumpTarget, labelsOf, tablesOf } from "./dump-jumps.js";
import type { DumpFunction, DumpInsn } from "./dump-model.js";
import { bindingName, relocationName } from "./elf-names.js";

/** Bytes of a string that is shown beside the code. */
const MAX_LITERAL = 120;

/** What .BTF and .BTF.ext say of the code; all empty without them. */
export interface CodeInfo {
  readonly layout: TypeLayout;
  readonly c: CPrinter;
  /** FUNC_PROTO by function name. */
  readonly protos: ReadonlyMap<string, number>;
  /** By the name of the section. */
  readonly records: ReadonlyMap<string, CodeRecords>;
}

/** Records of one section, by their offset in it. */
export interface CodeRecords {
  readonly lines: Map<number, LineInfo>;
  readonly relos: Map<number, CoreRelo>;
}

/** A range of code with the symbol that names it; code that no symbol names goes by its section. */
interface Range {
  readonly name: string;
  readonly binding: string;
  readonly section: ElfSection;
  readonly start: number;
  readonly end: number;
}

/** The things that section symbols with addends point at, by section, in ascending order. */
export type ThingsBySection = ReadonlyMap<ElfSection, readonly ElfSymbol[]>;

/** Sizes count, so that an address behind the end of a thing is not called by its name. */
export function thingsBySection({ symbols }: ElfObject): ThingsBySection {
  return symbolsBySection(
    symbols.filter(({ name, type }) => name !== "" && (type === STT_FUNC || type === STT_OBJECT)),
  );
}

/** `name`, `name+4`, `section+8`: what lies at an offset of a section. */
function nameAt(things: ThingsBySection, section: ElfSection, offset: number): string {
  const list = things.get(section) ?? [];
  const thing = list[countLeading(list, ({ value }) => value <= offset) - 1];
  if (thing === undefined || (offset >= thing.value + thing.size && offset !== thing.value)) {
    return offset === 0 ? section.name : `${section.name} + ${offset}`;
  }
  return offset === thing.value ? thing.name : `${thing.name} + ${offset - thing.value}`;
}

/** `room` is for text; where it runs out, functions are missing. */
export function dumpFunctions(
  object: ElfObject,
  things: ThingsBySection,
  info: CodeInfo,
  room: Room,
): DumpFunction[] {
  const functions: DumpFunction[] = [];
  for (const section of object.sections) {
    if ((section.flags & SHF_EXECINSTR) === 0 || section.bytes.length === 0) continue;
    const relocations = new Map(section.relocations.map((relocation) => [relocation.offset, relocation]));
    const cx = { object, things, info, section, relocations, records: info.records.get(section.name), room };
    for (const range of rangesOf(section, things)) {
      if (room.left < 0) break;
      const proto = info.protos.get(range.name);
      const prototype = proto === undefined ? range.name : info.c.prototype(proto, range.name);
      room.left -= section.name.length + prototype.length;
      functions.push({
        name: range.name,
        section: section.name,
        offset: range.start,
        size: range.end - range.start,
        binding: range.binding,
        prototype,
        ...dumpRange(cx, range),
      });
    }
  }
  return functions;
}

/**
 * The functions of a section by their symbols, and what lies between them: an assembler or a stripped file may have code
 * that no symbol names. Less than an instruction is padding.
 */
function rangesOf(section: ElfSection, things: ThingsBySection): Range[] {
  const ranges: Range[] = [];
  let covered = 0;
  const gap = (end: number): void => {
    if (end - covered >= SLOT_SIZE)
      ranges.push({ name: `(${section.name} + ${covered})`, binding: "none", section, start: covered, end });
  };
  for (const symbol of things.get(section) ?? []) {
    const end = Math.min(symbol.value + symbol.size, section.bytes.length);
    if (symbol.type !== STT_FUNC || end <= symbol.value) continue;
    gap(symbol.value);
    ranges.push({
      name: symbol.name,
      binding: bindingName(symbol.binding),
      section,
      start: symbol.value,
      end,
    });
    covered = Math.max(covered, end);
  }
  gap(section.bytes.length);
  return ranges;
}

/** What is the same for all code of one section. */
interface CodeContext {
  readonly object: ElfObject;
  readonly things: ThingsBySection;
  readonly info: CodeInfo;
  readonly section: ElfSection;
  readonly relocations: ReadonlyMap<number, ElfRelocation>;
  readonly records: CodeRecords | undefined;
  readonly room: Room;
}

/** Decodes first: a jump may go to a label that stands further on. */
function dumpRange(
  cx: CodeContext,
  { start, end }: Range,
): Pick<DumpFunction, "instructions" | "jumpTables"> {
  const { section, object, room } = cx;
  const decoded: Decoded[] = [];
  const code = section.bytes.subarray(0, end);
  for (let offset = start; offset < end; ) {
    // Functions may overlap: what is read twice is shown twice.
    room.left -= SLOT_SIZE;
    if (room.left < 0) return { instructions: [], jumpTables: [] };
    const insn = decodeInsn(code, offset, object.little);
    const known = isDecodeFailure(insn) ? undefined : insn;
    const size = known === undefined ? Math.min(SLOT_SIZE, end - offset) : slotsOf(known) * SLOT_SIZE;
    decoded.push({ offset, size, insn: known });
    offset += size;
  }
  const tables = tablesOf(object, decoded, cx.relocations, room);
  const labels = labelsOf(decoded, tables);
  return {
    instructions: dumpInsns(cx, decoded, start, labels),
    jumpTables: tables.map(({ name, targets }) => ({
      name,
      targets: targets.map((target) => labels.get(target) ?? `${section.name} + ${target}`),
    })),
  };
}

function dumpInsns(
  cx: CodeContext,
  decoded: readonly Decoded[],
  start: number,
  labels: ReadonlyMap<number, string>,
): DumpInsn[] {
  const { section, info, records, room } = cx;
  return decoded.map(({ offset, size, insn }) => {
    const line = records?.lines.get(offset);
    const relo = room.left < 0 ? undefined : records?.relos.get(offset);
    const relocation = cx.relocations.get(offset);
    const hex = hexDigits(section.bytes.subarray(offset, offset + size));
    const text = insn === undefined ? `.bytes ${hex}` : insnText(cx, insn, offset, relocation, labels);
    const core = relo && coreText(info, relo);
    room.left -=
      text.length + (core?.length ?? 0) + (line === undefined ? 0 : line.file.length + line.text.length);
    return {
      slot: (offset - start) / SLOT_SIZE,
      bytes: hex,
      text,
      label: labels.get(offset),
      source:
        line === undefined
          ? undefined
          : { file: line.file, line: line.line, column: line.column, text: line.text },
      relocation: relocation && relocationName(relocation.type),
      literal: insn && relocation && literalOf(insn, relocation),
      core,
    };
  });
}

/** An instruction with its symbolic operand: the target of a jump, the name of a helper, what a relocation names. */
function insnText(
  cx: CodeContext,
  insn: Insn,
  offset: number,
  relocation: ElfRelocation | undefined,
  labels: ReadonlyMap<number, string>,
): string {
  const form = formOf(insn);
  const target = jumpTarget(insn, offset);
  // A jump out of the function has no label, and keeps its number.
  const label = target === undefined ? undefined : labels.get(target);
  if (label !== undefined) return printInsn(insn, label);
  if (form?.kind === "call" && relocation === undefined) {
    if (form.callee === "helper") return printInsn(insn, helperName(insn.imm));
    if (form.callee === "local")
      return printInsn(insn, nameAt(cx.things, cx.section, offset + SLOT_SIZE + insn.imm * SLOT_SIZE));
  }
  if (relocation === undefined || (form?.kind !== "call" && form?.kind !== "ld_imm64"))
    return printInsn(insn);
  return printInsn(
    insn,
    symbolText(cx, relocation.symbol, form.kind === "call" ? (insn.imm + 1) * SLOT_SIZE : insn.imm),
  );
}

/** What a symbol and an addend stand for. */
function symbolText({ things }: CodeContext, symbol: ElfSymbol, addend: number): string {
  if (symbol.type === STT_SECTION && symbol.section !== undefined)
    return nameAt(things, symbol.section, addend);
  if (addend === 0) return symbol.name;
  return `${symbol.name} ${addend < 0 ? "-" : "+"} ${Math.abs(addend)}`;
}

/** The string of a section of strings that a `ld_imm64` loads the address of. */
function literalOf(insn: Insn, { symbol }: ElfRelocation): string | undefined {
  const { section } = symbol;
  if (section === undefined || (section.flags & SHF_STRINGS) === 0 || section.entsize !== 1) return undefined;
  if (formOf(insn)?.kind !== "ld_imm64") return undefined;
  const start = symbol.value + insn.imm;
  const end = start < 0 ? -1 : section.bytes.subarray(0, start + MAX_LITERAL).indexOf(0, start);
  return end < 0 ? undefined : readableText(section.bytes.subarray(start, end));
}

/** `field_byte_offset struct task_struct.parent.pid`, `enumval_value enum kind KIND_TWO`. */
function coreText({ c, layout }: CodeInfo, relo: CoreRelo): string {
  const kind = coreKindName(relo.kind);
  const known = relo.type <= layout.types.size;
  const type = known ? c.typeName(relo.type) : `type ${relo.type}`;
  if (kind === undefined) return `kind ${relo.kind} ${type} ${relo.access}`;
  const access = known ? printCoreAccess(layout, kind, relo.type, relo.access) : relo.access;
  if (access === undefined) return `${kind} ${type}`;
  const glue = access.startsWith("[")
    ? ""
    : /^[A-Za-z_]/.test(access) && kind.startsWith("field_")
      ? "."
      : " ";
  return `${kind} ${type}${glue}${access}`;
}
