// Symbols to the things that they name: functions, maps, variables, jump tables and externs, each with its range in
// its section. Bodies and initial values come later, when everything that they may point at is known.

import { OPCODE, SLOT_SIZE } from "../asm/index.js";
import { sharedZeros } from "../base/index.js";
import { type BtfType, resolveType, type TypeId, type TypeTable } from "../btf/index.js";
import {
  type ElfSection,
  type ElfSymbol,
  SHF_MERGE,
  SHF_WRITE,
  SHT_NOBITS,
  STB_GLOBAL,
  STB_LOCAL,
  STB_WEAK,
  STT_FUNC,
  STT_NOTYPE,
  STT_OBJECT,
  STT_SECTION,
  STV_DEFAULT,
  STV_HIDDEN,
  STV_PROTECTED,
  symbolsBySection,
} from "../elf/index.js";
import {
  type Binding,
  type ExternFunction,
  type ExternVariable,
  type Func,
  type Tag,
  usualBtfLinkage,
} from "../ir/index.js";
import { FallbackTypes } from "./fallback-types.js";
import type { DebugInfo } from "./lift-btf.js";
import {
  type Known,
  type LiftContext,
  type Lifted,
  placeIn,
  placeOfSymbol,
  type Survey,
} from "./lift-context.js";
import { Things } from "./lift-index.js";
import { DefinitionReader, legacyDefinition } from "./lift-maps.js";

const BINDINGS: ReadonlyMap<number, Binding> = new Map([
  [STB_LOCAL, "local"],
  [STB_GLOBAL, "global"],
  [STB_WEAK, "weak"],
]);

/** Makes the things of all symbols. What is wrong with one goes to the log, and the others are made all the same. */
export class ThingReader {
  readonly #cx: LiftContext;
  readonly #debug: DebugInfo;
  readonly #idOf: (id: TypeId) => TypeId;
  readonly #definitions: DefinitionReader;
  readonly things: Things = new Things();
  /** Where the initial values of each map begin, in bytes from its start. */
  readonly valuesOffsets: Map<Lifted, number> = new Map();
  #called: ReadonlySet<ElfSymbol> = new Set();
  #common: ReadonlySet<ElfSymbol> = new Set();
  readonly #fallback: FallbackTypes;

  constructor(cx: LiftContext, debug: DebugInfo, types: TypeTable, idOf: (id: TypeId) => TypeId) {
    this.#cx = cx;
    this.#debug = debug;
    this.#fallback = new FallbackTypes(types);
    this.#idOf = idOf;
    this.#definitions = new DefinitionReader(cx, debug, idOf);
  }

  /** Code first: what is called and has no type is a function. */
  read(survey: Survey): Things {
    this.#called = calledSymbols(survey.code);
    this.#common = new Set(survey.common.values());
    const bySection = symbolsBySection([...this.#cx.object.symbols, ...survey.common.values()]);
    for (const section of survey.code) this.#readFunctions(section, bySection.get(section) ?? []);
    for (const section of survey.data) this.#readVariables(section, bySection.get(section) ?? []);
    const tables = survey.jumpTables;
    if (tables !== undefined) this.#readJumpTables(tables, bySection.get(tables) ?? []);
    for (const symbol of this.#cx.object.symbols) {
      if (symbol.section === undefined && symbol.reserved === undefined) this.#readExtern(symbol);
    }
    for (const [symbol, placed] of survey.common) {
      const thing = this.things.bySymbol.get(placed);
      if (thing !== undefined) this.things.bySymbol.set(symbol, thing);
    }
    return this.things;
  }

  /** Of a symbol that has no place in a Module. */
  #refuse(symbol: ElfSymbol, what: string): void {
    this.#cx.log.error("object/symbol", placeOfSymbol(this.#cx, symbol), { name: symbol.name, what });
  }

  /** Binding and visibility; an error where a Module has no word for them. */
  #linkageOf(symbol: ElfSymbol): { binding: Binding; hidden: boolean } {
    const binding = BINDINGS.get(symbol.binding);
    if (binding === undefined) this.#refuse(symbol, `of binding ${symbol.binding}`);
    // No other object can define a protected name instead, and none can in a static link (gABI, "Symbol Visibility").
    const { visibility } = symbol;
    if (visibility !== STV_DEFAULT && visibility !== STV_HIDDEN && visibility !== STV_PROTECTED) {
      this.#refuse(symbol, "internal, which is for processors that have a use for it (st_other)");
    }
    return { binding: binding ?? "global", hidden: symbol.visibility === STV_HIDDEN };
  }

  /** The functions of a code section, in the order of their offsets; no two may share an instruction. */
  #readFunctions(section: ElfSection, symbols: readonly ElfSymbol[]): void {
    let functions = symbols.filter(({ type }) => type === STT_FUNC);
    if (functions.length === 0) {
      functions = symbols.filter(isUntyped);
      for (const { name, value } of functions)
        this.#cx.log.warn("object/code-without-type", placeIn(this.#cx, section, value), { name });
    }
    let end = 0;
    for (const [i, symbol] of functions.entries()) {
      const { name, value: start } = symbol;
      const at = placeIn(this.#cx, section, start);
      if (start < end) {
        this.#cx.log.error("object/overlap", at, { name, section: section.name });
        continue;
      }
      this.#reportDead(section, end, start);
      // Assembler text without .size gives the symbol none.
      end = symbol.size > 0 ? start + symbol.size : (functions[i + 1]?.value ?? section.size);
      if (start % SLOT_SIZE !== 0 || end % SLOT_SIZE !== 0) {
        this.#cx.log.error("object/misaligned-code", at, { name, start, end });
        continue;
      }
      const id = this.#debug.funcOf(name, section.name, start);
      const func = id === undefined ? undefined : this.#debug.types.at(id);
      if (func?.kind === "func" && func.name !== name) {
        this.#cx.log.warn("object/two-names", at, { symbol: name, btf: func.name });
      }
      const linkage = this.#linkageOf(symbol);
      const thing: Lifted = {
        kind: "func",
        name,
        section: section.name,
        ...linkage,
        ...btfLinkageOf(func, linkage.binding),
        proto: func?.kind === "func" ? this.#idOf(func.type) : undefined,
        tags: id === undefined ? [] : this.#debug.tagsOf(id),
        body: [],
        jumpTables: [],
        at,
      };
      this.#enter(symbol, thing, id);
      this.things.add({ thing, section, start, end });
    }
    this.#reportDead(section, end, section.size);
  }

  /** Static linkers leave the losers among weak functions in the section. No loader looks at them. */
  #reportDead(section: ElfSection, start: number, end: number): void {
    if (start >= end) return;
    this.#cx.log.warn("object/dead-code", placeIn(this.#cx, section, start), {
      section: section.name,
      size: end - start,
    });
  }

  /** From here on, relocations that name the symbol mean the thing. */
  #enter(symbol: ElfSymbol, thing: Known, id: TypeId | undefined): void {
    this.things.bySymbol.set(symbol, thing);
    if (id !== undefined) this.things.ids.set(thing, id);
  }

  /** Local symbols without a type are labels of an assembler, and the section's own: neither is a variable. */
  #readVariables(section: ElfSection, symbols: readonly ElfSymbol[]): void {
    let end = 0;
    const variables = symbols.filter(
      ({ type, binding }) => type !== STT_SECTION && (type !== STT_NOTYPE || binding !== STB_LOCAL),
    );
    for (const [i, symbol] of variables.entries()) {
      const { name, type, value: start } = symbol;
      if (type !== STT_OBJECT && type !== STT_NOTYPE) {
        this.#refuse(symbol, `of type ${type} among data`);
        continue;
      }
      if (start < end) {
        const at = placeIn(this.#cx, section, start);
        this.#cx.log.error("object/overlap", at, { name, section: section.name });
        continue;
      }
      const reach = (variables[i + 1]?.value ?? section.size) - start;
      const size = isUntyped(symbol) && symbol.size === 0 ? reach : symbol.size;
      end = start + size;
      const thing = this.#readVariable(section, symbol, size);
      if (thing !== undefined) this.things.add({ thing, section, start, end });
    }
  }

  /** A variable, or a map in either form; `undefined` after an error. */
  #readVariable(section: ElfSection, symbol: ElfSymbol, size: number): Lifted | undefined {
    const { name, value: start } = symbol;
    const { binding, hidden } = this.#linkageOf(symbol);
    const info = this.#debug.varOf(name, section.name, start, binding === "local");
    const at = placeIn(this.#cx, section, start);
    const tags = info === undefined ? [] : this.#debug.tagsOf(info.id);
    const bytes = section.type === SHT_NOBITS ? sharedZeros(size) : section.bytes.slice(start, start + size);
    if (section.name === ".maps") return this.#readMap(section, symbol, { binding, hidden, tags });
    if (section.name === "maps" && this.#definesMap(info?.type)) {
      const definition = legacyDefinition(bytes, this.#cx.object.little);
      if (definition === undefined) {
        this.#cx.log.error("object/legacy-definition", at, { map: name });
        return undefined;
      }
      this.#cx.log.warn("object/legacy-map", at, { map: name });
      const map = {
        kind: "map",
        name,
        section: ".maps",
        binding,
        hidden,
        definition,
        init: [],
        tags,
        at,
      } as const;
      this.#enter(symbol, map, undefined);
      return map;
    }
    // A local symbol without debug info is the compiler's own: its bytes are what matters.
    const own = info === undefined && binding === "local";
    if (info === undefined && !own) this.#cx.log.warn("object/variable-without-type", at, { name, size });
    const type = own ? undefined : info === undefined ? this.#fallback.bytes(size) : this.#idOf(info.type);
    const thing: Lifted = {
      kind: "data",
      name,
      section: section.name,
      binding,
      hidden,
      private: own,
      type,
      untyped: info === undefined && !own ? true : undefined,
      common: this.#common.has(symbol) ? true : undefined,
      bytes,
      align: 1,
      constant: (section.flags & SHF_WRITE) === 0,
      mergeable: isMergeable(section),
      pointers: [],
      tags,
      at,
    };
    this.#enter(symbol, thing, info?.id);
    return thing;
  }

  /** A map whose definition is the type of a variable; what is stored behind the members are the slots of `values`. */
  #readMap(
    section: ElfSection,
    symbol: ElfSymbol,
    rest: { readonly binding: Binding; readonly hidden: boolean; readonly tags: readonly Tag[] },
  ): Lifted | undefined {
    const { name, value: start, size } = symbol;
    const info = this.#debug.varOf(name, section.name, start, rest.binding === "local");
    const at = placeIn(this.#cx, section, start);
    if (info === undefined) {
      this.#cx.log.error("object/map-without-type", at, { map: name });
      return undefined;
    }
    const found = this.#definitions.read(name, info.type, section, start);
    if (found === undefined) return undefined;
    const slots = Math.max(0, Math.floor((size - found.size) / 8));
    const init = Array.from({ length: slots }, () => undefined);
    const map = {
      kind: "map",
      name,
      section: section.name,
      ...rest,
      definition: found.definition,
      init,
      at,
    } as const;
    this.valuesOffsets.set(map, found.size);
    this.#enter(symbol, map, info.id);
    return map;
  }

  /** Without BTF, everything in the section `maps` is a definition; with it, a struct that begins with a map type. */
  #definesMap(type: TypeId | undefined): boolean {
    if (type === undefined) return true;
    const id = resolveType(this.#debug.types, type);
    const struct = id === 0 ? undefined : this.#debug.types.at(id);
    return struct?.kind === "struct" && struct.members[0]?.name === "type";
  }

  /** LLVM 22 gives each table of `gotox` a symbol of its own; a table is a list of addresses of 8 bytes. */
  #readJumpTables(section: ElfSection, symbols: readonly ElfSymbol[]): void {
    let end = 0;
    for (const symbol of symbols) {
      if (symbol.type !== STT_OBJECT) continue;
      const { name, value: start, size } = symbol;
      const at = placeIn(this.#cx, section, start);
      if (start < end || size % 8 !== 0) {
        this.#cx.log.error("object/overlap", at, { name, section: section.name });
        continue;
      }
      end = start + size;
      const thing: Lifted = { kind: "jump_table", name, targets: [], at };
      this.#enter(symbol, thing, undefined);
      this.things.add({ thing, section, start, end });
    }
  }

  /** An undefined symbol; one without debug info gets the type that its use will show: see lift-code.ts. */
  #readExtern(symbol: ElfSymbol): void {
    const { name } = symbol;
    if (name === "") return;
    const id = this.#debug.externOf(name);
    const type: BtfType | undefined = id === undefined ? undefined : this.#debug.types.at(id);
    const { binding, hidden } = this.#linkageOf(symbol);
    const at = placeOfSymbol(this.#cx, symbol);
    const common = {
      name,
      section: id === undefined ? "" : this.#debug.externSectionOf(id),
      weak: binding === "weak",
      hidden,
      untyped: type === undefined ? (true as const) : undefined,
      tags: id === undefined ? [] : this.#debug.tagsOf(id),
      at,
    };
    if (type === undefined) this.#cx.log.warn("object/extern-without-type", at, { name });
    if (type?.kind === "func" || (type === undefined && this.#called.has(symbol))) {
      const proto = type?.kind === "func" ? this.#idOf(type.type) : this.#fallback.subprogram();
      const thing: ExternFunction = { ...common, kind: "extern_function", type: proto };
      this.#enter(symbol, thing, id);
    } else {
      const variable = type?.kind === "var" ? this.#idOf(type.type) : this.#fallback.address();
      const thing: ExternVariable = { ...common, kind: "extern_variable", type: variable };
      this.#enter(symbol, thing, id);
    }
  }
}

/** What a FUNC says of its linkage, where the binding of the symbol says something else. */
function btfLinkageOf(func: BtfType | undefined, binding: Binding): Pick<Func, "btfLinkage"> {
  if (func?.kind !== "func" || func.linkage === "extern" || func.linkage === usualBtfLinkage(binding))
    return {};
  return { btfLinkage: func.linkage };
}

/** Symbols that some instruction calls. */
function calledSymbols(code: readonly ElfSection[]): ReadonlySet<ElfSymbol> {
  const called = new Set<ElfSymbol>();
  for (const { bytes, relocations } of code) {
    for (const { offset, symbol } of relocations) if (bytes[offset] === OPCODE.call) called.add(symbol);
  }
  return called;
}

/** As clang before 8 left the symbols of functions and variables, and assembler text leaves them: a place and no extent. */
function isUntyped({ type, binding }: ElfSymbol): boolean {
  return type === STT_NOTYPE && binding !== STB_LOCAL;
}

/** LLVM names its mergeable sections itself; every other name was an author's choice (placement.ts). */
function isMergeable({ name, flags }: ElfSection): boolean {
  return (flags & SHF_MERGE) !== 0 && !/^\.rodata\.(str[124]\.\d+|cst(4|8|16|32))$/.test(name);
}
