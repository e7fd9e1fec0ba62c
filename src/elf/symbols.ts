// The symbols of an object by where they lie: whoever meets an offset asks which symbol it belongs to.

import { append } from "../base/index.js";
import type { ElfSection, ElfSymbol } from "./object.js";

/** The symbols of each section in order of their offsets; those of one offset stay in the order they came in. */
export function symbolsBySection(
  symbols: readonly ElfSymbol[],
): ReadonlyMap<ElfSection, readonly ElfSymbol[]> {
  const found = new Map<ElfSection, ElfSymbol[]>();
  for (const symbol of symbols) {
    if (symbol.section !== undefined) append(found, symbol.section, symbol);
  }
  for (const list of found.values()) list.sort((a, b) => a.value - b.value);
  return found;
}
