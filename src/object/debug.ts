// .BTF and .BTF.ext of a module: what is implied by its functions, maps and data (FUNC, VAR, DATASEC, func_info,
// line_info), in clang's order. btf-builder.ts knows the order of types; this file knows who mentions them when.
//
// Loaders patch the offsets in these sections themselves, so every value here is final but for the DATASEC offsets
// of symbols that are not local, which clang leaves 0 and loaders take from the symbol table.

import { SLOT_SIZE } from "../asm/index.js";
import { append, type Log } from "../base/index.js";
import {
  BTF_HEADER_SIZE,
  BtfExtEncoder,
  BtfStrings,
  checkBtfLimits,
  encodeBtf,
  type LinePosition,
  recordSize,
  sizeOf,
  type TypeId,
  type TypeTable,
} from "../btf/index.js";
import { R_BPF_64_ABS32, R_BPF_64_NODYLD32, SHF_WRITE, SHT_PROGBITS } from "../elf/index.js";
import {
  type CoreAccess,
  type DataVariable,
  type ExternFunction,
  type ExternVariable,
  type Func,
  type MapVariable,
  type Module,
  type Pointer,
  type Ref,
  usualBtfLinkage,
  type Variable,
} from "../ir/index.js";
import { BtfBuilder } from "./btf-builder.js";
import { type BtfRules, datasecName, externDatasec, rulesOf } from "./btf-layout.js";
import type { MapLayout } from "./map-types.js";
import type { Placement, SectionDraft } from "./placement.js";
import { functionPrototypes } from "./prototypes.js";
import type { Named, SymbolTable } from "./symbols.js";

const MAPS_SECTION = ".maps";

/**
 * What a function without a known position says: no file, no line. The kernel refuses line info in which a function
 * has no record at its first instruction (kernel/bpf/verifier.c, check_btf_line).
 */
const NOWHERE: LinePosition = { file: "", line: 0, column: 0, text: "" };

/** A module that has its maps defined, its sections placed and its symbols registered. */
export interface PlacedModule {
  readonly module: Module;
  /** The author's types and those of the maps. */
  readonly graph: TypeTable;
  readonly maps: ReadonlyMap<Variable, MapLayout>;
  /** Addresses in initial values. */
  readonly pointers: ReadonlyMap<Variable, readonly Pointer[]>;
  readonly placement: Placement;
  readonly symbols: SymbolTable;
}

/** An entry of a DATASEC before it has a place in the file. */
interface DatasecEntry {
  readonly type: TypeId;
  readonly thing: Named;
  readonly size: number;
}

/** What is being gathered. */
interface Draft extends PlacedModule {
  readonly rules: BtfRules;
  readonly builder: BtfBuilder;
  readonly ext: BtfExtEncoder;
  readonly datasecs: Map<string, DatasecEntry[]>;
  /** Extern functions that have their FUNC. */
  readonly prototypes: Set<ExternFunction>;
  readonly rootIds: Map<CoreAccess, TypeId>;
  readonly prototypesOf: ReadonlyMap<Func, TypeId>;
  /** There will be a .BTF.ext. */
  readonly records: boolean;
}

/** What is written of types and records, and what code needs to know of them. */
export interface DebugSections {
  /** .BTF, and .BTF.ext if a function has debug info; neither where there is no type, or more than BTF can count. */
  readonly sections: readonly SectionDraft[];
  /** The id in .BTF of the root type of each CO-RE relocation. */
  readonly rootIds: ReadonlyMap<CoreAccess, TypeId>;
  /** What .BTF holds; `undefined` where it is not written. */
  readonly types: TypeTable | undefined;
}

/**
 * Gathers the types and records of a module and writes their sections. With `stripped`, .BTF.ext is left out unless a CO-RE
 * relocation stands in it: then all of it stays, because loaders refuse parts without records (libbpf, btf_ext_parse_info;
 * cilium/ebpf, parseExtInfos). Where only these `wanted` types will do, nothing is written once others have come up.
 */
export function emitDebug(
  placed: PlacedModule,
  little: boolean,
  stripped: boolean,
  log: Log,
  wanted?: TypeTable,
): DebugSections {
  const { module, symbols } = placed;
  const records =
    !stripped || module.functions.some(({ body }) => body.some(({ core }) => core !== undefined));
  const strings = new BtfStrings();
  const rules = rulesOf(module.btf);
  const draft: Draft = {
    ...placed,
    rules,
    builder: new BtfBuilder(placed.graph, strings, rules, wanted),
    ext: new BtfExtEncoder(strings, little),
    datasecs: new Map(),
    prototypes: new Set(),
    rootIds: new Map(),
    prototypesOf: functionPrototypes(module, placed.graph, log),
    records,
  };
  const { builder, rootIds } = draft;
  const nothing = { sections: [], rootIds, types: undefined };

  // Maps come first, so that the structs of their keys and values are complete whoever else mentions them.
  for (const variable of module.variables) {
    if (variable.kind === "map") addMap(draft, variable);
    if (variable.kind !== "extern_variable" || !symbols.has(variable)) continue;
    if (isExternMap(variable)) addExternVariable(draft, variable);
  }
  for (const func of module.functions) {
    if (builder.isOther) return nothing;
    addFunction(draft, func);
  }
  for (const variable of module.variables) {
    if (variable.kind === "data") addData(draft, variable);
    if (variable.kind !== "extern_variable" || !symbols.has(variable)) continue;
    if (!isExternMap(variable)) addExternVariable(draft, variable);
  }
  const entries = addDatasecs(draft);
  const types = builder.finish();
  // Beyond this point, no type and no string is added.
  if (types.size === 0 || builder.isOther) return nothing;
  const errorsBefore = log.errorCount;
  checkBtfLimits(types, strings, module.at, log);
  if (log.errorCount > errorsBefore) return nothing;

  const btf = debugSection(".BTF", encodeBtf(types, strings, little));
  relocateDatasecs(btf, types, entries, symbols);
  if (draft.prototypesOf.size === 0 || !records) return { sections: [btf], rootIds, types };
  const { bytes, relocations } = draft.ext.finish();
  const sections = new Map(placed.placement.sections.map((section) => [section.name, section]));
  const runs = relocations.map(({ section, ...fields }) => {
    const symbol = symbols.openSection(sections.get(section)!);
    return { ...fields, type: R_BPF_64_NODYLD32, symbol };
  });
  return { sections: [btf, { ...debugSection(".BTF.ext", bytes), relocationRuns: runs }], rootIds, types };
}

/** The FUNC, and what its instructions bring: extern functions where they are mentioned, and line records. */
function addFunction(draft: Draft, func: Func): void {
  const proto = draft.prototypesOf.get(func);
  if (proto === undefined) {
    for (const { ref } of func.body) if (ref !== undefined) mention(draft, ref);
    return;
  }
  // The verifier checks a global function by its prototype alone, and one without BTF as if it were static.
  const linkage = func.proto === undefined ? "static" : (func.btfLinkage ?? usualBtfLinkage(func.binding));
  const type = draft.builder.addFunction(func.name, proto, linkage, func.tags);
  draft.builder.complete();
  const start = draft.placement.of.get(func)!.offset;
  const slots = draft.placement.slots.get(func)!;
  const { ext, records } = draft;
  if (records) {
    ext.open(func.section);
    ext.addFunc({ insnOffset: start, type });
    if (func.body[0]?.line === undefined) ext.addLine(start, NOWHERE);
  }
  for (let i = 0; i < func.body.length; i++) {
    const { ref, core, line } = func.body[i]!;
    const insnOffset = start + slots[i]! * SLOT_SIZE;
    if (core !== undefined) {
      const root = draft.builder.visit(core.type);
      draft.builder.complete();
      ext.addRelo({ insnOffset, type: root, access: core.access, kind: core.kind });
      draft.rootIds.set(core, root);
    }
    if (ref !== undefined) mention(draft, ref);
    if (line !== undefined && records) ext.addLine(insnOffset, line);
  }
}

/** An extern function gets its FUNC at its first mention, and one that is never mentioned gets none (BTFDebug). */
function mention(draft: Draft, { to }: Ref): void {
  if (to.kind !== "extern_function" || draft.prototypes.has(to)) return;
  draft.prototypes.add(to);
  const type = draft.builder.addExternFunction(to.name, to.type, to.tags);
  // Nobody knows the size of a function elsewhere.
  addEntry(draft, to.section, { type, thing: to, size: 0 });
}

/** A variable whose type is the definition; its size is that of the struct with the slots of `values`. */
function addMap(draft: Draft, map: MapVariable): void {
  const { type: struct, storage } = draft.maps.get(map)!;
  const type = draft.builder.visitMapDefinition(struct);
  addVariable(draft, map, type, storage);
}

/** A variable with its type. Private constants only leave their type, as in clang. */
function addData(draft: Draft, variable: DataVariable): void {
  const { datasecs } = draft;
  // A constant in plain .rodata opens the DATASEC, although it is no variable (BTFDebug, processGlobals): libbpf
  // makes a map of the section all the same.
  const opens = variable.private && variable.section === ".rodata" && draft.rules.opensRodata;
  if (opens && !datasecs.has(".rodata")) datasecs.set(".rodata", []);
  if (variable.type === undefined) return;
  const type = draft.builder.visit(variable.type);
  if (!variable.private) addVariable(draft, variable, type, variable.bytes.length);
}

/** VAR, its entry in a DATASEC, and the externs that its initial value mentions. */
function addVariable(draft: Draft, thing: Variable, type: TypeId, size: number): void {
  const linkage = thing.binding === "local" ? "static" : "global";
  const id = draft.builder.addVariable(thing.name, type, linkage, thing.tags);
  addEntry(draft, datasecName(thing.section, draft.rules), { type: id, thing, size });
  for (const { ref } of draft.pointers.get(thing) ?? []) mention(draft, ref);
}

/** A map that another object defines, with as much of its definition as its declaration says. */
function isExternMap(variable: Variable | ExternVariable): boolean {
  return variable.kind === "extern_variable" && variable.section === MAPS_SECTION;
}

/** An extern has a VAR, and an entry in the DATASEC that tells libbpf who defines it. */
function addExternVariable(draft: Draft, extern: ExternVariable): void {
  const { builder } = draft;
  const type = isExternMap(extern) ? builder.visitMapDefinition(extern.type) : builder.visit(extern.type);
  const id = draft.builder.addVariable(extern.name, type, "extern", extern.tags);
  // `extern const void x` has no size of its own; clang writes 1, that of the i8 which it is in LLVM IR.
  const size = sizeOf(draft.graph, extern.type) ?? 1;
  addEntry(draft, externDatasec(extern.section, draft.rules), { type: id, thing: extern, size });
}

/** An extern that another input defines has no section, and no entry. */
function addEntry(draft: Draft, section: string, entry: DatasecEntry): void {
  if (section !== "") append(draft.datasecs, section, entry);
}

/**
 * DATASECs stand in byte order of their names: BTFDebug keeps them in a std::map. Returns their entries in the order
 * of the file.
 */
function addDatasecs(draft: Draft): DatasecEntry[] {
  const inOrder: DatasecEntry[] = [];
  for (const name of [...draft.datasecs.keys()].sort(compareBytes)) {
    const entries = draft.datasecs.get(name)!;
    inOrder.push(...entries);
    const records = entries.map(({ type, thing, size }) => ({
      type,
      // A local variable carries its offset here, every other one the 0 of its symbol.
      offset: draft.symbols.target(thing).offset,
      size,
    }));
    draft.builder.addDatasec(name, records);
  }
  return inOrder;
}

/**
 * One relocation per DATASEC entry, at its offset field (btf.rst 2.2.15: 12 bytes of header, 12 an entry). Its type
 * is what LLVM chooses by the section of the symbol (BPFELFObjectWriter, getRelocType).
 */
function relocateDatasecs(
  btf: SectionDraft,
  types: TypeTable,
  entries: readonly DatasecEntry[],
  symbols: SymbolTable,
): void {
  let offset = BTF_HEADER_SIZE;
  let next = 0;
  for (const id of types.ids()) {
    const type = types.at(id);
    if (type.kind === "datasec") {
      for (let i = 0; i < type.entries.length; i++) {
        const { symbol } = symbols.target(entries[next++]!.thing);
        const writable = symbol.section !== undefined && (symbol.section.flags & SHF_WRITE) !== 0;
        btf.relocations.push({
          offset: offset + 12 + i * 12 + 4,
          type: writable ? R_BPF_64_NODYLD32 : R_BPF_64_ABS32,
          symbol,
        });
      }
    }
    offset += recordSize(type);
  }
}

/** .BTF and .BTF.ext have no flags: no loader maps them. 4-aligned, as btf.rst asks. */
function debugSection(name: string, bytes: Uint8Array): SectionDraft {
  return {
    name,
    type: SHT_PROGBITS,
    flags: 0,
    entsize: 0,
    align: 4,
    size: bytes.length,
    bytes,
    relocations: [],
  };
}

/** The order of UTF-16 units is that of UTF-8 bytes for all names without surrogates. */
function compareBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
