// The symbols of an object, in the order in which an assembler would meet them: a section when it is opened, a
// function after its section, a variable before its own, and everything else when it is first mentioned. That order
// is the order of the symbol table, and of nothing else.

import {
  type ElfSymbol,
  SHF_MERGE,
  STB_GLOBAL,
  STB_LOCAL,
  STB_WEAK,
  STT_FUNC,
  STT_NOTYPE,
  STT_OBJECT,
  STT_SECTION,
  STV_DEFAULT,
  STV_HIDDEN,
} from "../elf/index.js";
import type { Binding, Extern } from "../ir/index.js";
import type { Placement, Positioned, SectionDraft } from "./placement.js";

/** What a symbol can stand for. */
export type Named = Positioned | Extern;

/** How a relocation reaches a thing: through its own symbol, or through that of its section. */
export interface Target {
  readonly symbol: ElfSymbol;
  /** Bytes from the symbol to the thing. */
  readonly offset: number;
}

const BINDINGS: Readonly<Record<Binding, number>> = { global: STB_GLOBAL, weak: STB_WEAK, local: STB_LOCAL };

/** Each thing and each opened section has one symbol, made when it is first asked for. */
export class SymbolTable {
  readonly #placement: Placement;
  readonly #mergeable: boolean;
  readonly #symbols: ElfSymbol[] = [];
  readonly #ofThing = new Map<Named, ElfSymbol>();
  readonly #ofSection = new Map<SectionDraft, ElfSymbol>();

  /** `mergeable`: things in mergeable sections have symbols, too, and are reached through them. */
  constructor(placement: Placement, mergeable: boolean) {
    this.#placement = placement;
    this.#mergeable = mergeable;
  }

  /** In order of registration. */
  get symbols(): readonly ElfSymbol[] {
    return this.#symbols;
  }

  /** The symbol of a section, registered when the section is opened for the first time. */
  openSection(section: SectionDraft): ElfSymbol {
    let symbol = this.#ofSection.get(section);
    if (symbol === undefined) {
      const [binding, type, visibility] = [STB_LOCAL, STT_SECTION, STV_DEFAULT];
      symbol = { name: "", binding, type, visibility, section, value: 0, size: 0 };
      this.#ofSection.set(section, symbol);
      this.#symbols.push(symbol);
    }
    return symbol;
  }

  /** Registers a thing's symbol if it has none yet. A private constant gets none. */
  register(thing: Named): void {
    if (this.#ofThing.has(thing)) return;
    if (thing.kind === "data" && thing.private && !this.#isMergeable(thing)) return;
    const symbol = this.#make(thing);
    this.#ofThing.set(thing, symbol);
    this.#symbols.push(symbol);
  }

  /** Was the extern mentioned anywhere? One that was not leaves no trace in the object. */
  has(thing: Named): boolean {
    return this.#ofThing.has(thing);
  }

  /**
   * A local thing is reached through the section that holds it (cilium/ebpf refuses relocations against local
   * functions, libbpf refuses their addresses), every other one by name. Call it when all symbols are registered.
   */
  target(thing: Named): Target {
    const own = this.#ofThing.get(thing);
    if (own !== undefined && (own.binding !== STB_LOCAL || this.#isMergeable(thing)))
      return { symbol: own, offset: 0 };
    const placed = this.#placement.of.get(thing as Positioned)!;
    return { symbol: this.#ofSection.get(placed.section)!, offset: placed.offset };
  }

  #isMergeable(thing: Named): boolean {
    if (!this.#mergeable || thing.kind !== "data") return false;
    return (this.#placement.of.get(thing)!.section.flags & SHF_MERGE) !== 0;
  }

  /** Binding, type and visibility as clang gives them (gABI, "Symbol Table"); what is elsewhere has no type. */
  #make(thing: Named): ElfSymbol {
    const { name } = thing;
    if (thing.kind === "jump_table") {
      const { section, offset: value, size } = this.#placement.of.get(thing)!;
      return { name, binding: STB_GLOBAL, type: STT_OBJECT, visibility: STV_DEFAULT, section, value, size };
    }
    const visibility = thing.hidden ? STV_HIDDEN : STV_DEFAULT;
    if (thing.kind === "extern_function" || thing.kind === "extern_variable") {
      const binding = thing.weak ? STB_WEAK : STB_GLOBAL;
      return { name, binding, type: STT_NOTYPE, visibility, section: undefined, value: 0, size: 0 };
    }
    const { section, offset: value, size } = this.#placement.of.get(thing)!;
    const type = thing.kind === "func" ? STT_FUNC : STT_OBJECT;
    return { name, binding: BINDINGS[thing.binding], type, visibility, section, value, size };
  }
}
