// Module to ElfObject. Here and in its neighbours lives what libbpf expects of an object and what clang does to
// meet it; the formats below know nothing of either.
//
// Beyond this point nothing is looked up by name, and every position is computed once:
//   1. maps become structs (map-types.ts)
//   2. everything gets a section and an offset (placement.ts)
//   3. symbols are registered in the order of mention (here)
//   4. initial values of maps become relocations (here)
//   5. types and line records become .BTF and .BTF.ext (debug.ts)
//   6. code becomes bytes and relocations (code.ts)

import { assert, type Log } from "../base/index.js";
import { countHeaders, type ElfObject, R_BPF_64_ABS64, SHN_LORESERVE } from "../elf/index.js";
import type { Func, MapVariable, Module, Variable } from "../ir/index.js";
import { type CodeOptions, emitCode } from "./code.js";
import { emitDebug } from "./debug.js";
import { defineMaps, type MapLayout } from "./map-types.js";
import { type Placement, place } from "./placement.js";
import { SymbolTable } from "./symbols.js";

const POINTER_SIZE = 8;

/**
 * Lays a checked module out as an object. What cannot be laid out goes to the log, and the result is `undefined`:
 * jumps that do not fit, instructions beyond `cpu`, and more of something than its format can count.
 */
export function assemble(module: Module, options: CodeOptions, log: Log): ElfObject | undefined {
  const errorsBefore = log.errorCount;
  const { graph, maps } = defineMaps(module);
  const placement = place(module, maps, log);
  if (placement === undefined) return undefined;
  // Beyond this point, every function and variable has its section and its offset.
  const symbols = registerSymbols(module, placement);

  for (const variable of module.variables) {
    if (variable.kind === "map")
      emitInitialValues(variable, maps.get(variable)!, placement, symbols, options.little);
  }
  const debug = emitDebug({ module, graph, maps, placement, symbols }, options.little, log);
  // Code comes last: it may hold ids of types.
  for (const func of module.functions) {
    emitCode(func, { placement, symbols, rootIds: debug.rootIds }, options, log);
  }
  const sections = [...placement.sections, ...debug.sections];
  const object = { little: options.little, sections, symbols: symbols.symbols };
  const count = countHeaders(object);
  // More would need the extended numbering of the gABI, which no BPF loader reads.
  if (count >= SHN_LORESERVE) {
    log.error("object/too-many-sections", module.at, { count, limit: SHN_LORESERVE - 1 });
  }
  return log.errorCount > errorsBefore ? undefined : object;
}

/** Walks the module as an assembler would read it, so that each symbol is met in the order that clang's was. */
function registerSymbols(module: Module, placement: Placement): SymbolTable {
  const symbols = new SymbolTable(placement);
  const text = placement.sections[0];
  assert(text?.name === ".text", ".text must be the first section");
  symbols.openSection(text);
  for (const func of module.functions) {
    symbols.openSection(sectionOf(func, placement));
    symbols.register(func);
    for (const { ref } of func.body) {
      if (ref !== undefined && ref.to.kind !== "label") symbols.register(ref.to);
    }
  }
  for (const variable of module.variables) {
    if (variable.kind === "extern_variable") continue; // registered by who mentions it
    symbols.register(variable);
    symbols.openSection(sectionOf(variable, placement));
    if (variable.kind !== "map") continue;
    for (const ref of variable.init) {
      if (ref !== undefined && ref.to.kind !== "label") symbols.register(ref.to);
    }
  }
  return symbols;
}

function sectionOf(thing: Func | Variable, placement: Placement): Placement["sections"][number] {
  return placement.of.get(thing)!.section;
}

/** The slots of a `values` array: an 8-byte address each, which loaders replace by a file descriptor. */
function emitInitialValues(
  map: MapVariable,
  layout: MapLayout,
  placement: Placement,
  symbols: SymbolTable,
  little: boolean,
): void {
  const { section, offset } = placement.of.get(map)!;
  const view = new DataView(section.bytes.buffer, section.bytes.byteOffset, section.bytes.byteLength);
  map.init.forEach((ref, slot) => {
    if (ref === undefined) return;
    assert(ref.to.kind !== "label", "the initial value of a map must be a map or a function");
    const target = symbols.target(ref.to);
    const at = offset + layout.valuesOffset + slot * POINTER_SIZE;
    view.setBigUint64(at, BigInt(target.offset), little);
    section.relocations.push({ offset: at, type: R_BPF_64_ABS64, symbol: target.symbol });
  });
}
