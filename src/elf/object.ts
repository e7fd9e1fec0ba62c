// ElfObject: what a loader sees, by handle. Sections, symbols and relocations point at each other; no index and no
// file offset exists yet, or any more. The symbol table, the string table, the .rel sections and all headers are not
// here: they follow. layout.ts makes them, read.ts resolves them.

export interface ElfObject {
  readonly little: boolean;
  /** In the order of their headers. */
  readonly sections: readonly ElfSection[];
  /**
   * In order of registration. The file holds the local ones first (gABI, "Symbol Table"), each group in this order;
   * a section symbol that no relocation names is left out.
   */
  readonly symbols: readonly ElfSymbol[];
}

export interface ElfSection {
  readonly name: string;
  /** SHT_PROGBITS or SHT_NOBITS; in an object that was read, also what carries neither code nor data (SHT_NOTE, ...). */
  readonly type: number;
  /** SHF_*. */
  readonly flags: number;
  readonly align: number;
  readonly entsize: number;
  /** Size in bytes; the length of `bytes` unless the section is SHT_NOBITS. */
  readonly size: number;
  readonly bytes: Uint8Array;
  /** In ascending order of offset. The addend stands in `bytes` (Elf64_Rel). */
  readonly relocations: readonly ElfRelocation[];
  /** Of a section that was read: how many there are, for those who look at none. */
  readonly relocationCount?: number;
  /** More of them, which stand behind the others; only in objects that are to be written, a reader lists each one. */
  readonly relocationRuns?: readonly ElfRelocationRun[];
}

export interface ElfSymbol {
  /** "" for a section symbol, as LLVM writes it; others may name it. */
  readonly name: string;
  /** STB_*. */
  readonly binding: number;
  /** STT_*. */
  readonly type: number;
  /** STV_*. */
  readonly visibility: number;
  /** `undefined` for a symbol that is defined elsewhere, or that lies in no section. */
  readonly section: ElfSection | undefined;
  /** Bytes from the start of the section; the alignment of a SHN_COMMON symbol. */
  readonly value: number;
  readonly size: number;
  /** SHN_ABS or SHN_COMMON of a symbol that was read and lies in no section; nobody writes one. */
  readonly reserved?: "absolute" | "common";
}

export interface ElfRelocation {
  /** Bytes from the start of the section that is patched. */
  readonly offset: number;
  /** R_BPF_*. */
  readonly type: number;
  readonly symbol: ElfSymbol;
}

/** Relocations of one type against one symbol, one for each record of a table: line info can have a million. */
export interface ElfRelocationRun extends ElfRelocation {
  readonly count: number;
  /** Bytes from the field of one to that of the next. */
  readonly stride: number;
}
