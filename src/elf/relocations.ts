// The relocations of a section that was read. Those of .BTF.ext are a record for each line of source, and only who prints
// an object looks at them: so a table stays what it was in the file until then. gABI, "Relocation": Elf64_Rel.

import { REL_SIZE } from "./constants.js";
import type { ElfRelocation, ElfSymbol } from "./object.js";

/** What a double holds exactly of an offset in two halves: 53 bits. */
const HIGH = 0x1_0000_0000;

/** r_offset of the record at `at`, in bytes; beyond 2^53 not exact, but larger than any section. */
export function offsetAt(records: DataView, at: number, little: boolean): number {
  const high = records.getUint32(little ? at + 4 : at, little);
  return high * HIGH + records.getUint32(little ? at : at + 4, little);
}

/** The upper half of r_info. */
export function symbolIndexAt(records: DataView, at: number, little: boolean): number {
  return records.getUint32(little ? at + 12 : at + 8, little);
}

/** The lower half of r_info. */
function typeAt(records: DataView, at: number, little: boolean): number {
  return records.getUint32(little ? at + 8 : at + 12, little);
}

/** All tables of one section. */
export class RelocationTables {
  readonly #little: boolean;
  readonly #tables: {
    readonly records: DataView;
    readonly symbols: readonly (ElfSymbol | undefined)[];
  }[] = [];
  #list: ElfRelocation[] | undefined;
  count: number = 0;

  constructor(little: boolean) {
    this.#little = little;
  }

  /** Adds a table whose records were checked. */
  add(records: DataView, symbols: readonly (ElfSymbol | undefined)[]): void {
    this.#tables.push({ records, symbols });
    this.count += records.byteLength / REL_SIZE;
  }

  /** In ascending order of offset. */
  get list(): readonly ElfRelocation[] {
    this.#list ??= this.#makeList();
    return this.#list;
  }

  #makeList(): ElfRelocation[] {
    const list: ElfRelocation[] = [];
    let sorted = true;
    let last = 0;
    for (const { records, symbols } of this.#tables) {
      for (let at = 0; at < records.byteLength; at += REL_SIZE) {
        const offset = offsetAt(records, at, this.#little);
        const symbol = symbols[symbolIndexAt(records, at, this.#little)]!;
        if (offset < last) sorted = false;
        last = offset;
        list.push({ offset, type: typeAt(records, at, this.#little), symbol });
      }
    }
    if (!sorted) list.sort((a, b) => a.offset - b.offset);
    return list;
  }
}
