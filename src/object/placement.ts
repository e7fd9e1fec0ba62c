// Where everything lies: which section holds a function or a variable, and at which offset. Decided once, before a
// single byte is written, so that code can refer to what comes after it.
//
// Sections appear in the order of their first use: .text, which exists even when it is empty, then those of the
// functions, then those of the variables. Types, flags and alignment are what clang gives them; libbpf recognises
// most sections by name (.maps, .rodata*, .data*, .bss*, license) and insists on NOBITS for .bss.

import { SLOT_SIZE, slotsOf } from "../asm/index.js";
import { alignUp, type Log } from "../base/index.js";
import {
  type ElfRelocation,
  type ElfRelocationRun,
  SHF_ALLOC,
  SHF_EXECINSTR,
  SHF_MERGE,
  SHF_STRINGS,
  SHF_WRITE,
  SHT_NOBITS,
  SHT_PROGBITS,
} from "../elf/index.js";
import type { DataVariable, Func, JumpTable, Module, Statement, Variable } from "../ir/index.js";
import type { MapLayout } from "./map-types.js";

/** Bytes of an address in `.jumptables`. */
export const JUMP_TABLE_ENTRY_SIZE = 8;

/** `.maps` must be 8-aligned: cilium/ebpf takes the width of a `values` slot from it. */
const MAP_ALIGN = 8;

/**
 * libbpf makes one map value of a data section, and the kernel refuses values from 2 GiB on (array maps); half of
 * that keeps every offset inside the file well below what its fields can hold.
 */
const MAX_SECTION_SIZE = 1024 * 1024 * 1024;

const CODE = { type: SHT_PROGBITS, flags: SHF_ALLOC | SHF_EXECINSTR, entsize: 0 };
const WRITABLE = { type: SHT_PROGBITS, flags: SHF_ALLOC | SHF_WRITE, entsize: 0 };
const READ_ONLY = { type: SHT_PROGBITS, flags: SHF_ALLOC, entsize: 0 };
const JUMP_TABLES = { type: SHT_PROGBITS, flags: 0, entsize: 0 };
const ZEROED = { type: SHT_NOBITS, flags: SHF_ALLOC | SHF_WRITE, entsize: 0 };

type SectionForm = Readonly<{ type: number; flags: number; entsize: number }>;

/** An ElfSection that is still being filled. */
export interface SectionDraft extends SectionForm {
  readonly name: string;
  align: number;
  size: number;
  bytes: Uint8Array;
  readonly relocations: ElfRelocation[];
  readonly relocationRuns?: readonly ElfRelocationRun[];
}

export interface Placed {
  readonly section: SectionDraft;
  /** Bytes from the start of the section. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
}

/** What gets a place in the object. */
export type Positioned = Func | JumpTable | Variable;

export interface Placement {
  /** In the order of their headers. */
  readonly sections: readonly SectionDraft[];
  readonly of: ReadonlyMap<Positioned, Placed>;
  /** Of each function: the slot at which each statement starts, and behind the last one the number of slots. */
  readonly slots: ReadonlyMap<Func, Uint32Array>;
}

/**
 * Gives each function and variable its section and offset, and fills in the bytes of the variables. A section that
 * nothing could load is an error in the log, and the result is `undefined`.
 */
export function place(
  module: Module,
  maps: ReadonlyMap<Variable, MapLayout>,
  log: Log,
): Placement | undefined {
  const sections = new Map<string, SectionDraft>();
  const of = new Map<Positioned, Placed>();
  const slots = new Map<Func, Uint32Array>();

  const text = openSection(sections, ".text", CODE);
  text.align = 4; // of an empty .text; the first function raises it
  // One array for all functions, and a part of it for each: thousands of small ones would cost more than their filling.
  const all = new Uint32Array(module.functions.reduce((sum, { body }) => sum + body.length + 1, 0));
  let used = 0;
  for (const func of module.functions) {
    const starts = all.subarray(used, used + func.body.length + 1);
    used += starts.length;
    fillSlotStarts(func.body, starts);
    slots.set(func, starts);
    const section = openSection(sections, func.section, CODE);
    of.set(func, append(section, SLOT_SIZE, starts[func.body.length]! * SLOT_SIZE));
    for (const table of func.jumpTables) {
      const tables = openSection(sections, ".jumptables", JUMP_TABLES);
      of.set(table, append(tables, 1, table.targets.length * JUMP_TABLE_ENTRY_SIZE));
    }
  }
  const mixed = sectionsWithWritableData(module);
  for (const variable of module.variables) {
    if (variable.kind === "extern_variable") continue;
    if (variable.kind === "map") {
      const section = openSection(sections, variable.section, WRITABLE);
      of.set(variable, append(section, MAP_ALIGN, maps.get(variable)!.storage));
    } else {
      const section = openSection(sections, variable.section, formOfData(variable, mixed));
      of.set(variable, append(section, variable.align, variable.bytes.length));
    }
  }

  if (!sizesFit(of, log)) return undefined;
  for (const section of sections.values()) {
    if (section.type !== SHT_NOBITS) section.bytes = new Uint8Array(section.size);
  }
  for (const [thing, { section, offset }] of of) {
    if (thing.kind === "data" && section.type !== SHT_NOBITS) section.bytes.set(thing.bytes, offset);
  }
  return { sections: [...sections.values()], of, slots };
}

/** Reports each section that is too large once, at the first thing that reaches over the limit. */
function sizesFit(of: ReadonlyMap<Positioned, Placed>, log: Log): boolean {
  const reported = new Set<SectionDraft>();
  for (const [thing, { section, offset, size }] of of) {
    if (offset + size <= MAX_SECTION_SIZE || reported.has(section)) continue;
    reported.add(section);
    const sizes = { section: section.name, size: section.size, limit: MAX_SECTION_SIZE };
    log.error("object/section-too-large", thing.at, sizes);
  }
  return reported.size === 0;
}

/** `starts` has a place for each statement, and one more for their end. */
function fillSlotStarts(body: readonly Statement[], starts: Uint32Array): void {
  let slot = 0;
  for (let i = 0; i < body.length; i++) {
    starts[i] = slot;
    slot += slotsOf(body[i]!.insn);
  }
  starts[body.length] = slot;
}

/** The section of a name and form; sections stand in the order in which they are opened. */
function openSection(sections: Map<string, SectionDraft>, name: string, form: SectionForm): SectionDraft {
  // One name can stand for several sections, as LLVM has it: for constants that may be merged, and for others.
  const key = form === CODE ? name : `${name}\0${form.flags}\0${form.entsize}`;
  let section = sections.get(key);
  if (section === undefined) {
    section = { name, ...form, align: 1, size: 0, bytes: new Uint8Array(0), relocations: [] };
    sections.set(key, section);
  }
  return section;
}

/** The next aligned place of a section, which is taken. */
function append(section: SectionDraft, align: number, size: number): Placed {
  const offset = alignUp(section.size, align);
  section.size = offset + size;
  section.align = Math.max(section.align, align);
  return { section, offset, size };
}

/** A section is read-only only if all of its variables are const: one name stands for one section here. */
function sectionsWithWritableData(module: Module): ReadonlySet<string> {
  const names = new Set<string>();
  for (const variable of module.variables) {
    if (variable.kind === "data" && !variable.constant) names.add(variable.section);
  }
  return names;
}

/** Sizes of constants that LLVM has mergeable sections for. */
const MERGEABLE_SIZES: ReadonlySet<number> = new Set([4, 8, 16, 32]);

/** Linkers may share equal strings, and tails: units of `entsize` bytes (gABI, SHF_MERGE and SHF_STRINGS). */
function mergeableStrings(entsize: number): SectionForm {
  return { type: SHT_PROGBITS, flags: SHF_ALLOC | SHF_MERGE | SHF_STRINGS, entsize };
}

/** Linkers may share equal constants of `entsize` bytes (gABI, SHF_MERGE). */
function mergeableConstants(entsize: number): SectionForm {
  return { type: SHT_PROGBITS, flags: SHF_ALLOC | SHF_MERGE, entsize };
}

/** Which headers LLVM gives a data section, by its name and by what is in it (TargetLoweringObjectFileELF). */
function formOfData(variable: DataVariable, writable: ReadonlySet<string>): SectionForm {
  const name = variable.section;
  if (name === ".bss" || name.startsWith(".bss.")) return ZEROED;
  const strings = /^\.rodata\.str([124])\.\d+$/.exec(name); // NUL-terminated units of 1, 2 or 4 bytes, and their alignment
  if (strings !== null) return mergeableStrings(Number(strings[1]));
  const constants = /^\.rodata\.cst(4|8|16|32)$/.exec(name);
  if (constants !== null) return mergeableConstants(Number(constants[1]));
  if (variable.mergeable) {
    const { bytes } = variable;
    if (bytes.indexOf(0) === bytes.length - 1) return mergeableStrings(1);
    if (MERGEABLE_SIZES.has(bytes.length)) return mergeableConstants(bytes.length);
  }
  if (name === ".rodata") return READ_ONLY;
  return writable.has(name) ? WRITABLE : READ_ONLY;
}
