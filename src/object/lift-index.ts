// Where the things of an object are: by symbol, and by section and offset, which is how relocations reach what has no
// symbol of its own.

import { append, type BytePlace, countLeading } from "../base/index.js";
import type { TypeId } from "../btf/index.js";
import type { ElfRelocation, ElfSection, ElfSymbol } from "../elf/index.js";
import type { Extent, Known, LiftContext, Lifted } from "./lift-context.js";

/** Everything that has a name, found by its symbol or by where it lies. */
export class Things {
  readonly bySymbol: Map<ElfSymbol, Known> = new Map();
  /** Ids in .BTF of their FUNC or VAR, where they have one. */
  readonly ids: Map<Known, TypeId> = new Map();
  /** In order of their offsets. */
  readonly #extents = new Map<ElfSection, Extent[]>();
  readonly #extentOf = new Map<Lifted, Extent>();

  add(extent: Extent): void {
    append(this.#extents, extent.section, extent);
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
    const found = list[countLeading(list, ({ start }) => start <= offset) - 1];
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

/**
 * Whether the field of a relocation holds the place of its own symbol, as binutils 2.40 fills it, and not `expected` (-1
 * in calls, else 0). Loaders would add it to the place once more where they look at it, so that only the start can be
 * meant: of functions and maps they know no other address. Then there is a warning.
 */
export function holdsPlace(
  cx: LiftContext,
  things: Things,
  { symbol }: ElfRelocation,
  at: BytePlace,
  value: number,
  expected: number,
): boolean {
  const kind = things.bySymbol.get(symbol)?.kind;
  if (symbol.value === 0 || value !== symbol.value + expected || (kind !== "func" && kind !== "map"))
    return false;
  cx.log.warn("object/addend", at, { name: symbol.name, value, expected });
  return true;
}
