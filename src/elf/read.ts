// The bytes of an ELF file to an ElfObject; layout.ts and write.ts are the inverse. Sources: System V gABI, chapters
// "ELF Header", "Sections", "String Table", "Symbol Table", "Relocation"; the BPF psABI for what a BPF object is.
//
// The bytes may be anybody's. Every count and offset is checked before it is used, sections do not overlap, and names
// have a budget, so that the work stays linear in the size of the file. Behind this door no index is left: sections,
// symbols and relocations point at each other, or the file was refused. What a section is for is object/'s business;
// the string tables, the symbol table and the .rel sections are taken apart here and are no sections of the result.

import { ByteReader, type Code, decodeUtf8, type Log, Malformed } from "../base/index.js";
import {
  EHDR_SIZE,
  ELFCLASS64,
  ELFDATA2LSB,
  ELFDATA2MSB,
  EM_BPF,
  ET_REL,
  EV_CURRENT,
  REL_SIZE,
  SHDR_SIZE,
  SHN_ABS,
  SHN_COMMON,
  SHN_LORESERVE,
  SHN_UNDEF,
  SHT_NOBITS,
  SHT_NULL,
  SHT_REL,
  SHT_RELA,
  SHT_STRTAB,
  SHT_SYMTAB,
  SHT_SYMTAB_SHNDX,
  SYM_SIZE,
} from "./constants.js";
import type { ElfObject, ElfSection, ElfSymbol } from "./object.js";
import { offsetAt, RelocationTables, symbolIndexAt } from "./relocations.js";

type ElfCode = Extract<Code, `elf/${string}`>;
type Args = Readonly<Record<string, string | number>>;

/** Elf64_Shdr, with numbers that are safe, a range that lies in the file, and a name. */
interface Header {
  readonly index: number;
  /** Where the header stands in the file. */
  readonly at: number;
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly align: number;
  readonly entsize: number;
}

/** The largest page of any kernel: whoever writes the object again must fill the gap before the section. */
const MAX_ALIGN = 0x1_0000;

/** Of a u64 that a number holds exactly: Number.MAX_SAFE_INTEGER is 2^53 - 1. */
const MAX_HIGH_WORD = 0x1f_ffff;

type Names = Readonly<Record<number, string>>;

/** What people hand to a linker of BPF by mistake, by the words of the gABI and of the registry of machines. */
const CLASSES: Names = { 1: "32 bits", 2: "64 bits" };
const TYPES: Names = { 1: "relocatable", 2: "executable", 3: "shared object", 4: "core file" };
const MACHINES: Names = {
  3: "x86",
  8: "MIPS",
  20: "PowerPC",
  21: "PowerPC64",
  22: "S/390",
  40: "ARM",
  62: "x86-64",
  183: "AArch64",
  243: "RISC-V",
  247: "BPF",
  258: "LoongArch",
};

/** A section, and the tables of its relocations, which are still being found. */
interface OpenSection {
  readonly section: ElfSection;
  readonly tables: RelocationTables;
}

/** "\x7fELF" (gABI, "ELF Identification"): an object, or at least meant as one. */
export function isElf(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

/**
 * Reads a relocatable BPF object. `undefined` where the bytes are none, or are broken; then `log` has an error that
 * says where. `file` is what messages call it.
 */
export function readElf(bytes: Uint8Array, file: string, log: Log): ElfObject | undefined {
  const before = log.errorCount;
  try {
    return new Reader(bytes, file, log).read();
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    // A read past the end says so by itself; every other refusal is in the log already.
    if (log.errorCount === before) {
      log.error(
        "elf/truncated",
        { kind: "bytes", file, section: "", offset: error.offset },
        { what: error.message },
      );
    }
    return undefined;
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #file: string;
  readonly #log: Log;
  #whole: ByteReader;

  constructor(bytes: Uint8Array, file: string, log: Log) {
    // A subclass may have methods of its own: a `slice` that makes no copy, say.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#file = file;
    this.#log = log;
    this.#whole = new ByteReader(this.#bytes, true);
  }

  read(): ElfObject {
    const headers = this.#readHeaders();
    const open = this.#makeSections(headers);
    const sections = open.map((one) => one?.section);
    const symbols = this.#readSymbols(headers, sections);
    for (const header of headers) this.#readRelocations(header, headers, open, symbols);
    return {
      little: this.#whole.little,
      sections: sections.filter((section) => section !== undefined),
      symbols: symbols.filter((symbol) => symbol !== undefined),
    };
  }

  /** Reports an error and leaves the reader. `at` counts from the start of the file, or of `section`. */
  #fail(code: ElfCode, at: number, args: Args, section = "", hint = ""): never {
    // The codes differ in their holes; each call spells the holes of its own.
    this.#log.error(code, { kind: "bytes", file: this.#file, section, offset: at }, args as never, { hint });
    throw new Malformed("", at);
  }

  /** gABI, "ELF Header": Elf64_Ehdr. */
  #readHeaders(): Header[] {
    if (!isElf(this.#bytes)) this.#fail("elf/not-elf", 0, {});
    const [cls, data] = [this.#bytes[4], this.#bytes[5]];
    this.#expect("the class", 4, cls ?? 0, ELFCLASS64, CLASSES);
    if (data !== ELFDATA2LSB && data !== ELFDATA2MSB)
      this.#expect("the byte order", 5, data ?? 0, ELFDATA2LSB);
    this.#whole = new ByteReader(this.#bytes, data === ELFDATA2LSB);
    const reader = this.#whole.window(0, EHDR_SIZE);
    reader.seek(16);
    const type = reader.u16();
    this.#expect("the machine", 18, reader.u16(), EM_BPF, MACHINES, "compile it with --target=bpf");
    this.#expect("the file type", 16, type, ET_REL, TYPES, "give the objects that it was linked of");
    this.#expect("the version", 20, reader.u32(), EV_CURRENT);
    reader.seek(40);
    const tableOffset = this.#number(reader, "the offset of the section headers");
    reader.seek(58);
    this.#expect("the size of a section header", 58, reader.u16(), SHDR_SIZE);
    const count = reader.u16();
    const names = reader.u16();
    // No count in the header means none, or more than 65279: then the null section holds it.
    if (count === 0) this.#fail("elf/no-sections", 60, {});
    if (tableOffset + count * SHDR_SIZE > this.#bytes.length) {
      this.#fail("elf/outside", 40, { what: "the section header table", size: this.#bytes.length });
    }
    const table = this.#whole.window(tableOffset, count * SHDR_SIZE);
    const raw = Array.from({ length: count }, (_, index) => this.#readHeader(table, index));
    this.#checkOverlaps(raw);
    const strings = raw[names];
    if (strings?.type !== SHT_STRTAB) this.#fail("elf/bad-link", 62, { what: "e_shstrndx", index: names });
    const nameOf = this.#nameReader(strings, "the name of a section");
    return raw.map((header) => ({ ...header, name: nameOf(header.nameOffset, header.at) }));
  }

  #expect(field: string, at: number, value: number, expected: number, names: Names = {}, hint = ""): void {
    if (value === expected) return;
    const named = (number: number): string =>
      number in names ? `${number} (${names[number]})` : `${number}`;
    this.#fail("elf/unsupported", at, { field, value: named(value), expected: named(expected) }, "", hint);
  }

  /** gABI, "Sections": Elf64_Shdr. */
  #readHeader(table: ByteReader, index: number): Omit<Header, "name"> & { readonly nameOffset: number } {
    const at = table.fileOffset;
    const nameOffset = table.u32();
    const type = table.u32();
    // Only the lower half of the flags is defined; the upper one holds what no BPF tool writes.
    const flags = this.#number(table, "sh_flags");
    table.u64(); // sh_addr: nothing has an address yet
    const offset = this.#number(table, "sh_offset");
    const size = this.#number(table, "sh_size");
    const link = table.u32();
    const info = table.u32();
    const align = this.#number(table, "sh_addralign");
    const entsize = this.#number(table, "sh_entsize");
    const stored = type !== SHT_NOBITS && type !== SHT_NULL;
    if (stored && offset + size > this.#bytes.length) {
      this.#fail("elf/outside", at + 24, { what: `section ${index}`, size: this.#bytes.length });
    }
    if (align > MAX_ALIGN || (align > 1 && !Number.isInteger(Math.log2(align))))
      this.#fail("elf/bad-align", at + 48, { index, align, limit: MAX_ALIGN });
    return { index, at, nameOffset, type, flags, offset, size, link, info, align, entsize };
  }

  /** A u64 that a number holds exactly. */
  #number(reader: ByteReader, what: string): number {
    const at = reader.fileOffset;
    const [first, second] = [reader.u32(), reader.u32()];
    // Two halves: a bigint for the offset of each relocation would cost more than all else here.
    const [high, low] = reader.little ? [second, first] : [first, second];
    if (high > MAX_HIGH_WORD) {
      const value = (BigInt(high) << 32n) | BigInt(low);
      this.#fail("elf/too-large", at, { what, value: `0x${value.toString(16)}` });
    }
    return high * 0x1_0000_0000 + low;
  }

  /** Two sections in the same bytes are nobody's output, and would let a small file claim to be a large one. */
  #checkOverlaps(headers: readonly Omit<Header, "name">[]): void {
    const stored = headers.filter(({ type, size }) => type !== SHT_NOBITS && type !== SHT_NULL && size > 0);
    stored.sort((a, b) => a.offset - b.offset);
    for (const [i, header] of stored.entries()) {
      const before = stored[i - 1];
      if (before === undefined || before.offset + before.size <= header.offset) continue;
      this.#fail("elf/overlap", header.at + 24, { first: before.index, second: header.index });
    }
  }

  /**
   * Reads names from a string table. A name may begin in the middle of another (LLVM shares tails), so that names
   * could add up to the square of the table: a budget of four times the table is far more than sharing yields.
   */
  #nameReader(table: Omit<Header, "name">, what: string): (offset: number, at: number) => string {
    const bytes = this.#bytes.subarray(table.offset, table.offset + table.size);
    const known = new Map<number, string>([[0, ""]]);
    let budget = 4 * bytes.length + 0x1_0000;
    return (offset, at) => {
      const before = known.get(offset);
      if (before !== undefined) return before;
      const end = offset < bytes.length ? bytes.indexOf(0, offset) : -1;
      if (end < 0) this.#fail("elf/bad-name", at, { what, offset, size: bytes.length });
      budget -= end - offset;
      if (budget < 0) this.#fail("elf/long-names", at, {});
      const name = decodeUtf8(bytes.subarray(offset, end));
      known.set(offset, name);
      return name;
    };
  }

  /** By index of the header; `undefined` for what is taken apart here. */
  #makeSections(headers: readonly Header[]): (OpenSection | undefined)[] {
    return headers.map((header) => {
      const { name, type, flags, align, entsize, size, offset } = header;
      switch (type) {
        case SHT_NULL:
        case SHT_STRTAB:
        case SHT_SYMTAB:
        case SHT_REL:
          return undefined;
        case SHT_RELA:
          return this.#fail("elf/rela", header.at, { name });
        case SHT_SYMTAB_SHNDX:
          return this.#fail("elf/many-sections", header.at, { name });
        default: {
          const end = type === SHT_NOBITS ? offset : offset + size;
          const bytes = type === SHT_NOBITS ? new Uint8Array(0) : this.#bytes.subarray(offset, end);
          const tables = new RelocationTables(this.#whole.little);
          const section: ElfSection = {
            name,
            type,
            flags,
            align,
            entsize,
            size,
            bytes,
            get relocations() {
              return tables.list;
            },
            get relocationCount() {
              return tables.count;
            },
          };
          return { section, tables };
        }
      }
    });
  }

  /** By index of the symbol; `undefined` for the null symbol. gABI, "Symbol Table": Elf64_Sym. */
  #readSymbols(
    headers: readonly Header[],
    sections: readonly (ElfSection | undefined)[],
  ): (ElfSymbol | undefined)[] {
    const [table, second] = headers.filter(({ type }) => type === SHT_SYMTAB);
    if (table === undefined) return [];
    if (second !== undefined)
      this.#fail("elf/two-symtabs", second.at, { first: table.name, second: second.name });
    const count = this.#countRecords(table, SYM_SIZE);
    const strings = headers[table.link];
    if (strings?.type !== SHT_STRTAB) {
      this.#fail("elf/bad-link", table.at + 40, { what: `sh_link of "${table.name}"`, index: table.link });
    }
    const nameOf = this.#nameReader(strings, "the name of a symbol");
    const reader = this.#whole.window(table.offset, table.size);
    const symbols: (ElfSymbol | undefined)[] = [];
    for (let i = 0; i < count; i++) {
      reader.seek(i * SYM_SIZE);
      const symbol = this.#readSymbol(reader, sections, nameOf, table.name, i);
      symbols.push(i === 0 ? undefined : symbol);
    }
    return symbols;
  }

  #readSymbol(
    reader: ByteReader,
    sections: readonly (ElfSection | undefined)[],
    nameOf: (offset: number, at: number) => string,
    table: string,
    symbol: number,
  ): ElfSymbol {
    const at = reader.fileOffset;
    const name = nameOf(reader.u32(), at);
    const info = reader.u8();
    const visibility = reader.u8() & 3; // the other bits are a processor's
    const index = reader.u16();
    const value = this.#number(reader, "st_value");
    const size = this.#number(reader, "st_size");
    const [binding, type] = [info >> 4, info & 15];
    const common = { name, binding, type, visibility, section: undefined, value, size };
    if (index === SHN_UNDEF) return common;
    if (index === SHN_ABS) return { ...common, reserved: "absolute" };
    if (index === SHN_COMMON) return { ...common, reserved: "common" };
    const section = index < SHN_LORESERVE ? sections[index] : undefined;
    if (section === undefined)
      this.#fail("elf/bad-symbol-section", symbol * SYM_SIZE, { name, index }, table);
    if (value + size > section.size) {
      this.#fail(
        "elf/symbol-outside",
        symbol * SYM_SIZE,
        { name, section: section.name, size: section.size },
        table,
      );
    }
    return { name, binding, type, visibility, section, value, size };
  }

  /** gABI, "Relocation": Elf64_Rel, into the section that sh_info names. */
  #readRelocations(
    header: Header,
    headers: readonly Header[],
    sections: readonly (OpenSection | undefined)[],
    symbols: readonly (ElfSymbol | undefined)[],
  ): void {
    if (header.type !== SHT_REL) return;
    const { name } = header;
    const count = this.#countRecords(header, REL_SIZE);
    const target = sections[header.info];
    if (target === undefined) {
      this.#fail("elf/bad-link", header.at + 44, { what: `sh_info of "${name}"`, index: header.info });
    }
    if (headers[header.link]?.type !== SHT_SYMTAB) {
      this.#fail("elf/bad-link", header.at + 40, { what: `sh_link of "${name}"`, index: header.link });
    }
    const records = this.#bytes.subarray(header.offset, header.offset + header.size);
    const view = new DataView(records.buffer, records.byteOffset, records.length);
    const { little } = this.#whole;
    const { bytes } = target.section;
    for (let at = 0; at < count * REL_SIZE; at += REL_SIZE) {
      const index = symbolIndexAt(view, at, little);
      if (symbols[index] === undefined)
        this.#fail("elf/bad-symbol-index", at, { index, count: symbols.length }, name);
      const offset = offsetAt(view, at, little);
      // The smallest field that a relocation patches has 4 bytes.
      if (offset + 4 > bytes.length) {
        const { name: section } = target.section;
        this.#fail("elf/relocation-outside", at, { offset, section, size: bytes.length }, name);
      }
    }
    target.tables.add(view, symbols);
  }

  #countRecords(header: Header, size: number): number {
    if (header.entsize !== size || header.size % size !== 0) {
      const { name, entsize } = header;
      this.#fail("elf/bad-entsize", header.at + 56, { name, entsize, size: header.size, expected: size });
    }
    return header.size / size;
  }
}
