// Module to ElfObject. Here and in its neighbours lives what libbpf expects of an object and what clang does to
// meet it; the formats below know nothing of either.
//
// Beyond this point nothing is looked up by name, and every position is computed once:
//   1. maps become structs (map-types.ts)
//   2. everything gets a section and an offset (placement.ts)
//   3. symbols are registered in the order of mention (here)
//   4. addresses in initial values become relocations (here)
//   5. types and line records become .BTF and .BTF.ext (debug.ts)
//   6. code becomes bytes and relocations (code.ts)

import { SLOT_SIZE } from "../asm/index.js";
import { assert, type Log, viewOf } from "../base/index.js";
import { countHeaders, type ElfObject, R_BPF_64_ABS64, SHN_LORESERVE } from "../elf/index.js";
import type { Func, Module, Pointer, Variable } from "../ir/index.js";
import { rulesOf } from "./btf-layout.js";
import { type CodeOptions, emitFunctions } from "./code.js";
import { emitDebug, type PlacedModule } from "./debug.js";
import { defineMaps, type MapLayout } from "./map-types.js";
import { JUMP_TABLE_ENTRY_SIZE, type Placement, type Positioned, place } from "./placement.js";
import { SymbolTable } from "./symbols.js";

/** Bytes of an address in data: the field of R_BPF_64_ABS64. */
const POINTER_SIZE = 8;

/**
 * Lays a checked module out as an object. What cannot be laid out goes to the log, and the result is `undefined`:
 * jumps that do not fit, instructions beyond `cpu`, and more of something than its format can count.
 */
export function assemble(module: Module, options: CodeOptions, log: Log): ElfObject | undefined {
  const errorsBefore = log.errorCount;
  const placed = placeModule(module, log);
  if (placed === undefined) return undefined;
  const { placement, pointers, symbols } = placed;
  for (const [variable, list] of pointers) emitPointers(variable, list, placement, symbols, options.little);
  const debug = emitDebug(placed, options.little, options.stripDebug ?? false, log);
  // Code comes last: it may hold ids of types.
  emitFunctions(module.functions, { placement, symbols, rootIds: debug.rootIds }, options, log);
  for (const func of module.functions) emitJumpTables(func, placement, options.little);
  const sections = [...placement.sections, ...debug.sections];
  const object = { little: options.little, sections, symbols: symbols.symbols };
  const count = countHeaders(object);
  // More would need the extended numbering of the gABI, which no BPF loader reads.
  if (count >= SHN_LORESERVE) {
    log.error("object/too-many-sections", module.at, { count, limit: SHN_LORESERVE - 1 });
  }
  return log.errorCount > errorsBefore ? undefined : object;
}

/** Steps 1 to 3: beyond them every function and variable has its section and its offset. `undefined` after an error. */
export function placeModule(module: Module, log: Log): PlacedModule | undefined {
  const { graph, maps } = defineMaps(module);
  const placement = place(module, maps, log);
  if (placement === undefined) return undefined;
  // Pointers come before symbols: a thing that only an initial value mentions needs a symbol, too.
  const pointers = allPointers(module, maps);
  return { module, graph, maps, pointers, placement, symbols: registerSymbols(module, placement, pointers) };
}

/** Walks the module as an assembler would read it, so that each symbol is met in the order that clang's was. */
function registerSymbols(
  module: Module,
  placement: Placement,
  pointers: ReadonlyMap<Variable, readonly Pointer[]>,
): SymbolTable {
  const symbols = new SymbolTable(placement, rulesOf(module.btf).mergeableSymbols);
  const text = placement.sections[0];
  assert(text?.name === ".text", ".text must be the first section");
  symbols.openSection(text);
  for (const func of module.functions) {
    symbols.openSection(sectionOf(func, placement));
    symbols.register(func);
    for (const { ref } of func.body) {
      if (ref !== undefined && ref.to.kind !== "label") symbols.register(ref.to);
    }
    for (const table of func.jumpTables) {
      symbols.openSection(sectionOf(table, placement));
      symbols.register(table);
    }
  }
  for (const variable of module.variables) {
    if (variable.kind === "extern_variable") continue; // registered by who mentions it
    symbols.register(variable);
    symbols.openSection(sectionOf(variable, placement));
    for (const { ref } of pointers.get(variable) ?? []) {
      if (ref.to.kind !== "label") symbols.register(ref.to);
    }
  }
  return symbols;
}

function sectionOf(thing: Positioned, placement: Placement): Placement["sections"][number] {
  return placement.of.get(thing)!.section;
}

/** Only variables that hold addresses: most have none, and are looked at once. */
function allPointers(
  module: Module,
  maps: ReadonlyMap<Variable, MapLayout>,
): Map<Variable, readonly Pointer[]> {
  const all = new Map<Variable, readonly Pointer[]>();
  for (const variable of module.variables) {
    if (variable.kind === "extern_variable") continue;
    const pointers = pointersOf(variable, maps);
    if (pointers.length > 0) all.set(variable, pointers);
  }
  return all;
}

/** Addresses in the storage of a variable, in ascending order: the slots of a map's `values`, the functions of a struct_ops. */
function pointersOf(variable: Variable, maps: ReadonlyMap<Variable, MapLayout>): Pointer[] {
  if (variable.kind === "data") return [...variable.pointers].sort((a, b) => a.offset - b.offset);
  const { valuesOffset } = maps.get(variable)!;
  return variable.init.flatMap((ref, slot) =>
    ref === undefined ? [] : [{ offset: valuesOffset + slot * POINTER_SIZE, ref }],
  );
}

/**
 * Each is an 8-byte field for its loader to fill: with a file descriptor, or the address of a program. The addend
 * stands in the field (Elf64_Rel).
 */
function emitPointers(
  variable: Variable,
  pointers: readonly Pointer[],
  placement: Placement,
  symbols: SymbolTable,
  little: boolean,
): void {
  const { section, offset } = placement.of.get(variable)!;
  for (const pointer of pointers) {
    const { to } = pointer.ref;
    assert(to.kind !== "label", "an address in data must be that of a thing with a symbol");
    const target = symbols.target(to);
    const at = offset + pointer.offset;
    viewOf(section.bytes).setBigUint64(at, BigInt(target.offset), little);
    section.relocations.push({ offset: at, type: R_BPF_64_ABS64, symbol: target.symbol });
  }
}

/** Each entry is the offset of its label from the start of the code section, in bytes; no relocation says so. */
function emitJumpTables(func: Func, placement: Placement, little: boolean): void {
  const start = placement.of.get(func)!.offset;
  const slots = placement.slots.get(func)!;
  for (const table of func.jumpTables) {
    const { section, offset } = placement.of.get(table)!;
    table.targets.forEach((label, i) => {
      const target = start + slots[label.index]! * SLOT_SIZE;
      viewOf(section.bytes).setBigUint64(offset + i * JUMP_TABLE_ENTRY_SIZE, BigInt(target), little);
    });
  }
}
