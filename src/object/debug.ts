// .BTF and .BTF.ext of a module: what is implied by its functions, maps and data (FUNC, VAR, DATASEC, func_info,
// line_info), in clang's order. btf-builder.ts knows the order of types; this file knows who mentions them when.
//
// Loaders patch the offsets in these sections themselves, so every value here is final but for the DATASEC offsets
// of symbols that are not local, which clang leaves 0 and loaders take from the symbol table.

import type { Log } from "../base/index.js";
import {
  type BtfExt,
  BtfStrings,
  type CoreRelo,
  checkBtfLimits,
  encodeBtf,
  encodeBtfExt,
  type FuncInfo,
  type LineInfo,
  recordSize,
  type SectionEntry,
  sizeOf,
  type TypeId,
  type TypeTable,
} from "../btf/index.js";
import { R_BPF_64_ABS32, R_BPF_64_NODYLD32, SHF_WRITE, SHT_PROGBITS } from "../elf/index.js";
import type { Extern, Func, Module, SourceLine, Variable } from "../ir/index.js";
import { BtfBuilder } from "./btf-builder.js";
import type { MapLayout } from "./map-types.js";
import { type Placement, type SectionDraft, SLOT_SIZE } from "./placement.js";
import type { Named, SymbolTable } from "./symbols.js";

/** An entry of a DATASEC before it has a place in the file. */
interface DatasecEntry {
  readonly type: TypeId;
  readonly thing: Named;
  readonly size: number;
}

/** What a function without a known position says: no file, no line. Every loader wants one record at its start. */
const NOWHERE: SourceLine = { file: "", line: 0, column: 0, text: "" };

/** .BTF, and .BTF.ext if there is a function; neither where there is no type, or more than BTF can count. */
export function emitDebug(
  module: Module,
  graph: TypeTable,
  maps: ReadonlyMap<Variable, MapLayout>,
  placement: Placement,
  symbols: SymbolTable,
  little: boolean,
  log: Log,
): SectionDraft[] {
  const strings = new BtfStrings();
  const builder = new BtfBuilder(graph, strings);
  const datasecs = new Map<string, DatasecEntry[]>();
  const ext = new ExtDraft(strings);

  if (module.functions.length > 0) addVariables("maps", module, graph, builder, maps, symbols, datasecs);
  const prototypes = new Set<Extern>();
  for (const func of module.functions) {
    const linkage = func.binding === "local" ? "static" : "global";
    const type = builder.addFunction(func.name, func.proto, linkage, func.tags);
    builder.complete();
    ext.openFunction(func, placement.of.get(func)!.offset, type);
    addBody(func, placement, builder, prototypes, datasecs, ext);
  }
  if (module.functions.length === 0) addVariables("maps", module, graph, builder, maps, symbols, datasecs);
  addVariables("others", module, graph, builder, maps, symbols, datasecs);

  const names = [...datasecs.keys()].sort(compareBytes);
  const relocated: DatasecEntry[] = [];
  for (const name of names) {
    const entries = datasecs.get(name)!;
    relocated.push(...entries);
    builder.addDatasec(
      name,
      entries.map(
        ({ type, thing, size }): SectionEntry => ({ type, offset: inPlaceOffset(thing, symbols), size }),
      ),
    );
  }
  const types = builder.finish();
  if (types.size === 0) return [];
  const errorsBefore = log.errorCount;
  checkBtfLimits(types, strings, module.at, log);
  if (log.errorCount > errorsBefore) return [];

  const btf = debugSection(".BTF", encodeBtf(types, strings, little));
  relocateDatasecs(btf, types, relocated, symbols);
  if (module.functions.length === 0) return [btf];

  const { bytes, relocations } = encodeBtfExt(ext.finish(), strings, little);
  const btfExt = debugSection(".BTF.ext", bytes);
  const sections = new Map(placement.sections.map((section) => [section.name, section]));
  for (const { offset, section } of relocations) {
    const symbol = symbols.openSection(sections.get(section)!);
    btfExt.relocations.push({ offset, type: R_BPF_64_NODYLD32, symbol });
  }
  return [btf, btfExt];
}

/** func_info and line_info by code section, in the order of the functions; strings are interned as they come. */
class ExtDraft {
  readonly #strings: BtfStrings;
  readonly #sections = new Map<
    string,
    { name: string; funcs: FuncInfo[]; lines: LineInfo[]; relos: CoreRelo[] }
  >();

  constructor(strings: BtfStrings) {
    this.#strings = strings;
  }

  openFunction(func: Func, insnOffset: number, type: TypeId): void {
    this.#strings.intern(func.section);
    if (!this.#sections.has(func.section)) {
      this.#sections.set(func.section, { name: func.section, funcs: [], lines: [], relos: [] });
    }
    this.#sections.get(func.section)!.funcs.push({ insnOffset, type });
    if (func.body[0]?.line === undefined) this.addLine(func, insnOffset, NOWHERE);
  }

  addLine(func: Func, insnOffset: number, { file, line, column, text }: SourceLine): void {
    this.#strings.intern(file);
    this.#strings.intern(text);
    this.#sections.get(func.section)!.lines.push({ insnOffset, file, text, line, column });
  }

  finish(): BtfExt {
    return { sections: [...this.#sections.values()] };
  }
}

function append<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** What the instructions of a function bring: extern functions where they are mentioned, and line records. */
function addBody(
  func: Func,
  placement: Placement,
  builder: BtfBuilder,
  prototypes: Set<Extern>,
  datasecs: Map<string, DatasecEntry[]>,
  ext: ExtDraft,
): void {
  const start = placement.of.get(func)!.offset;
  const slots = placement.slots.get(func)!;
  for (let i = 0; i < func.body.length; i++) {
    const { ref, line } = func.body[i]!;
    if (ref?.to.kind === "extern" && ref.to.function && !prototypes.has(ref.to)) {
      prototypes.add(ref.to);
      const type = builder.addExternFunction(ref.to.name, ref.to.type, ref.to.tags);
      if (ref.to.section !== "") append(datasecs, ref.to.section, { type, thing: ref.to, size: 0 });
    }
    if (line !== undefined) ext.addLine(func, start + slots[i]! * SLOT_SIZE, line);
  }
}

/** Maps come before the first function, so that their keys and values are complete; all else after the last. */
function addVariables(
  which: "maps" | "others",
  module: Module,
  graph: TypeTable,
  builder: BtfBuilder,
  maps: ReadonlyMap<Variable, MapLayout>,
  symbols: SymbolTable,
  datasecs: Map<string, DatasecEntry[]>,
): void {
  for (const variable of module.variables) {
    if ((variable.kind === "map") !== (which === "maps")) continue;
    let type: number;
    let size: number;
    if (variable.kind === "map") {
      const { type: struct, storage } = maps.get(variable)!;
      type = builder.visitMapDefinition(struct);
      size = storage;
    } else {
      // A constant in plain .rodata opens the DATASEC, although it is no variable.
      if (variable.private && variable.section === ".rodata" && !datasecs.has(".rodata"))
        datasecs.set(".rodata", []);
      if (variable.type === undefined) continue;
      type = builder.visit(variable.type);
      if (variable.private) continue;
      size = variable.bytes.length;
    }
    const linkage = variable.binding === "local" ? "static" : "global";
    const id = builder.addVariable(variable.name, type, linkage, variable.tags);
    append(datasecs, variable.section, { type: id, thing: variable, size });
  }
  if (which === "maps") return;
  for (const extern of module.externs) {
    if (extern.function || !symbols.has(extern)) continue;
    const type = builder.visit(extern.type);
    const id = builder.addVariable(extern.name, type, "extern", extern.tags);
    // `extern const void x` has no size of its own; clang writes 1.
    const size = sizeOf(graph, extern.type) ?? 1;
    if (extern.section !== "") append(datasecs, extern.section, { type: id, thing: extern, size });
  }
}

/** Local variables carry their offset here, all others the 0 of their symbol. */
function inPlaceOffset(thing: Named, symbols: SymbolTable): number {
  return symbols.target(thing).offset;
}

/** One relocation per DATASEC entry, at its offset field (btf.rst 2.2.15: 12 bytes of header, 12 an entry). */
function relocateDatasecs(
  btf: SectionDraft,
  types: TypeTable,
  entries: readonly DatasecEntry[],
  symbols: SymbolTable,
): void {
  const HEADER_SIZE = 24;
  let offset = HEADER_SIZE;
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

function compareBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
