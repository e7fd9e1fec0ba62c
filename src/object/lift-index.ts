// Where the things of an object are: by symbol, and by section and offset, which is how relocations reach what has no
// symbol of its own.

import type { TypeId } from "../btf/index.js";
import type { ElfSection, ElfSymbol } from "../elf/index.js";
import type { Extent, Known, Lifted } from "./lift-context.js";

/** Everything that has a name, found by its symbol or by where it lies. */
export class Things {
  readonly bySymbol: Map<ElfSymbol, Known> = new Map();
  /** Ids in .BTF of their FUNC or VAR, where they have one. */
  readonly ids: Map<Known, TypeId> = new Map();
  /** In order of their offsets. */
  readonly #extents = new Map<ElfSection, Extent[]>();
  readonly #extentOf = new Map<Lifted, Extent>();

  add(extent: Extent): void {
    const list = this.#extents.get(extent.section);
    if (list === undefined) this.#extents.set(extent.section, [extent]);
    else list.push(extent);
    this.#extentOf.set(extent.thing, extent);
  }

  /** Replaces what lies in `section`; `extents` are in order of their offsets. */
  replace(section: ElfSection, extents: Extent[]): void {
    this.#extents.set(section, extents);
    for (const extent of extents) this.#extentOf.set(extent.thing, extent);
  }

  in(section: ElfSection): readonly Extent[] {
    return this.#extents.get(section) ?? [];
  }

  extentOf(thing: Lifted): Extent | undefined {
    return this.#extentOf.get(thing);
  }

  /** What holds the byte at `offset`, or, where nothing does, what ends there. */
  at(section: ElfSection, offset: number): Extent | undefined {
    const list = this.in(section);
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (list[middle]!.start <= offset) low = middle + 1;
      else high = middle;
    }
    const found = list[low - 1];
    return found !== undefined && offset <= found.end ? found : undefined;
  }
}

/** The thing that a relocation reaches `addend` bytes behind its symbol, and the bytes from the start of the thing. */
export function resolveRelocation(
  things: Things,
  symbol: ElfSymbol,
  addend: number,
): { readonly thing: Known; readonly addend: number } | undefined {
  const own = things.bySymbol.get(symbol);
  if (symbol.section === undefined) return own && { thing: own, addend };
  // A named variable stays the one that is meant, even where the address lies beyond it.
  if (own?.kind === "data" || own?.kind === "jump_table") return { thing: own, addend };
  const found = things.at(symbol.section, symbol.value + addend);
  return found && { thing: found.thing, addend: symbol.value + addend - found.start };
}
