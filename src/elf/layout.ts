// ElfObject to chunks: contiguous pieces of the output file, each with its place and its exact size. Only here do
// symbol indices, section indices and string offsets exist.
//
//   headers:  null, .strtab, then each section followed by its .rel, .symtab last
//   file:     ELF header | sections | .symtab | .rel* | .strtab | section headers
//
// One string table serves section names and symbol names. The order is that of an object which clang wrote and
// `llvm-strip -g` went over; the gABI leaves it free.

import { alignUp, type ByteWriter, bug } from "../base/index.js";
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
  SHF_INFO_LINK,
  SHN_UNDEF,
  SHT_NOBITS,
  SHT_NULL,
  SHT_REL,
  SHT_STRTAB,
  SHT_SYMTAB,
  STB_LOCAL,
  STT_SECTION,
  SYM_SIZE,
} from "./constants.js";
import type { ElfObject, ElfSection, ElfSymbol } from "./object.js";
import { buildStrings, type ElfStrings } from "./strtab.js";

/** A contiguous piece of the output file. `write` must produce exactly `size` bytes. */
export interface Chunk {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  write(out: ByteWriter): void;
}

/** A section header, but for the offsets of its name and of its content, which are known when all headers are. */
interface Header {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly align: number;
  readonly entsize: number;
  readonly link: number;
  readonly info: number;
  readonly size: number;
  readonly write: (out: ByteWriter) => void;
}

/** The index of .strtab in the section header table: LLVM opens it before all others, and writes it last. */
const STRTAB_INDEX = 1;

/** Entries of the section header table that an object gets: e_shnum, which must stay below SHN_LORESERVE. */
export function countHeaders(object: ElfObject): number {
  const relocated = object.sections.filter((section) => relocationCount(section) > 0);
  return 1 + 1 + object.sections.length + relocated.length + 1; // null, .strtab, ..., .symtab
}

/** By what records of the file refer to sections, symbols and names. */
interface Indices {
  readonly section: ReadonlyMap<ElfSection, number>;
  readonly symtab: number;
  readonly symbol: ReadonlyMap<ElfSymbol, number>;
  /** The offset of a name in .strtab. */
  readonly name: (name: string) => number;
}

/**
 * The chunks of the file in order of their offsets, and the size of the whole in bytes. A symbol in a section, or a
 * relocation against a symbol, that is not in `object` is a bug.
 */
export function layout(object: ElfObject): { chunks: readonly Chunk[]; size: number } {
  const { symbols, localCount } = orderSymbols(object);
  const strings = stringsOf(object, symbols);
  const indices = indicesOf(object, symbols, strings);

  const strtab = header(".strtab", SHT_STRTAB, 1, strings.bytes.length, (out) => out.bytes(strings.bytes));
  const contents: Header[] = [];
  const relocations: Header[] = [];
  const headers: Header[] = [header("", SHT_NULL, 0, 0, () => {}), strtab];
  for (const section of object.sections) {
    const content = contentHeader(section);
    contents.push(content);
    headers.push(content);
    if (relocationCount(section) === 0) continue;
    const rel = relocationHeader(section, indices);
    relocations.push(rel);
    headers.push(rel);
  }
  const symtab = symtabHeader(symbols, localCount, indices);
  headers.push(symtab);

  const { chunks, offsets, end } = place([...contents, symtab, ...relocations, strtab]);
  // Elf64_Shdr has fields of 8 bytes, and readers map the table as it lies.
  const tableOffset = alignUp(end, 8);
  const elfHeader = {
    name: "ELF header",
    offset: 0,
    size: EHDR_SIZE,
    write: (out: ByteWriter) => writeElfHeader(tableOffset, headers.length, out),
  };
  const table = {
    name: "section headers",
    offset: tableOffset,
    size: headers.length * SHDR_SIZE,
    write: (out: ByteWriter) => {
      for (const h of headers) writeSectionHeader(h, indices.name(h.name), offsets.get(h) ?? 0, out);
    },
  };
  return { chunks: [elfHeader, ...chunks, table], size: tableOffset + table.size };
}

/** The names of all sections and symbols. */
function stringsOf({ sections }: ElfObject, symbols: readonly ElfSymbol[]): ElfStrings {
  const relocated = sections.filter((section) => relocationCount(section) > 0);
  return buildStrings([
    ".strtab",
    ".symtab",
    ...sections.map(({ name }) => name),
    ...relocated.map(({ name }) => `.rel${name}`),
    ...symbols.map(({ name }) => name),
  ]);
}

/** Sections are numbered as their headers stand: each one's .rel behind it, .symtab last. */
function indicesOf(object: ElfObject, symbols: readonly ElfSymbol[], strings: ElfStrings): Indices {
  const section = new Map<ElfSection, number>();
  let symtab = STRTAB_INDEX + 1;
  for (const one of object.sections) {
    section.set(one, symtab);
    symtab += relocationCount(one) > 0 ? 2 : 1;
  }
  // Counted from 1: entry 0 is the null symbol, which "no symbol" means.
  const symbol = new Map(symbols.map((one, i) => [one, i + 1]));
  const name = (text: string): number => {
    const offset = strings.offsets.get(text);
    if (offset === undefined) bug(`"${text}" is not in the string table`);
    return offset;
  };
  return { section, symtab, symbol, name };
}

function contentHeader(section: ElfSection): Header {
  const { name, type, align, size, bytes, flags, entsize } = section;
  return { ...header(name, type, align, size, (out) => out.bytes(bytes)), flags, entsize };
}

/**
 * Elf64_Rel, not Elf64_Rela: the BPF psABI keeps each addend in the field that is patched. What sh_link and sh_info mean
 * here, SHF_INFO_LINK announces (gABI, "Sections").
 */
function relocationHeader(section: ElfSection, indices: Indices): Header {
  const size = relocationCount(section) * REL_SIZE;
  return {
    ...header(`.rel${section.name}`, SHT_REL, 8, size, (out) =>
      writeRelocations(section, indices.symbol, out),
    ),
    flags: SHF_INFO_LINK,
    entsize: REL_SIZE,
    link: indices.symtab,
    info: indices.section.get(section)!,
  };
}

function symtabHeader(symbols: readonly ElfSymbol[], localCount: number, indices: Indices): Header {
  return {
    ...header(".symtab", SHT_SYMTAB, 8, (symbols.length + 1) * SYM_SIZE, (out) =>
      writeSymbols(symbols, indices, out),
    ),
    entsize: SYM_SIZE,
    link: STRTAB_INDEX,
    info: localCount + 1, // the first that is not local; entry 0 is the null symbol
  };
}

/** Puts one section behind the other, beginning behind the ELF header. */
function place(sections: readonly Header[]): {
  chunks: readonly Chunk[];
  offsets: ReadonlyMap<Header, number>;
  end: number;
} {
  const offsets = new Map<Header, number>();
  const chunks: Chunk[] = [];
  let end = EHDR_SIZE;
  for (const section of sections) {
    const offset = alignUp(end, section.align);
    offsets.set(section, offset);
    end = offset; // the alignment of a NOBITS section moves what follows, although it stores nothing
    if (section.type === SHT_NOBITS) continue;
    chunks.push({ name: section.name, offset, size: section.size, write: section.write });
    end += section.size;
  }
  return { chunks, offsets, end };
}

function header(
  name: string,
  type: number,
  align: number,
  size: number,
  write: (out: ByteWriter) => void,
): Header {
  return { name, type, flags: 0, align, entsize: 0, link: 0, info: 0, size, write };
}

function relocationCount({ relocations, relocationRuns = [] }: ElfSection): number {
  return relocationRuns.reduce((sum, { count }) => sum + count, relocations.length);
}

/**
 * Local symbols first, because sh_info of a symbol table is the index where they end (gABI, "Symbol Table"); and no
 * section symbol that nothing refers to, as in LLVM (ELFObjectWriter).
 */
function orderSymbols(object: ElfObject): { symbols: ElfSymbol[]; localCount: number } {
  const used = new Set<ElfSymbol>();
  for (const section of object.sections) {
    for (const { symbol } of section.relocations) used.add(symbol);
    for (const { symbol } of section.relocationRuns ?? []) used.add(symbol);
  }
  const kept = object.symbols.filter((symbol) => symbol.type !== STT_SECTION || used.has(symbol));
  const locals = kept.filter((symbol) => symbol.binding === STB_LOCAL);
  const others = kept.filter((symbol) => symbol.binding !== STB_LOCAL);
  return { symbols: [...locals, ...others], localCount: locals.length };
}

/** gABI, "ELF Header": Elf64_Ehdr. */
function writeElfHeader(tableOffset: number, sectionCount: number, out: ByteWriter): void {
  out.u8(0x7f).u8(0x45).u8(0x4c).u8(0x46); // \x7f E L F
  out
    .u8(ELFCLASS64)
    .u8(out.little ? ELFDATA2LSB : ELFDATA2MSB)
    .u8(EV_CURRENT);
  out.padTo(16); // OSABI, ABIVERSION and padding are 0
  out.u16(ET_REL).u16(EM_BPF).u32(EV_CURRENT);
  out.u64(0).u64(0).u64(tableOffset); // no entry point, no program headers
  out.u32(0).u16(EHDR_SIZE).u16(0).u16(0); // e_flags is 0 for every CPU version
  out.u16(SHDR_SIZE).u16(sectionCount).u16(STRTAB_INDEX);
}

/** gABI, "Sections": Elf64_Shdr. */
function writeSectionHeader(h: Header, name: number, offset: number, out: ByteWriter): void {
  out.u32(name).u32(h.type).u64(h.flags).u64(0).u64(offset).u64(h.size);
  out.u32(h.link).u32(h.info).u64(h.align).u64(h.entsize);
}

/** gABI, "Symbol Table": Elf64_Sym, after the null symbol. */
function writeSymbols(symbols: readonly ElfSymbol[], indices: Indices, out: ByteWriter): void {
  out.padTo(out.pos + SYM_SIZE);
  for (const symbol of symbols) {
    const index = symbol.section === undefined ? SHN_UNDEF : indices.section.get(symbol.section);
    if (index === undefined) bug(`the section of symbol "${symbol.name}" is not in the object`);
    out.u32(indices.name(symbol.name));
    out.u8((symbol.binding << 4) | symbol.type).u8(symbol.visibility);
    out.u16(index).u64(symbol.value).u64(symbol.size);
  }
}

/** gABI, "Relocation": Elf64_Rel. r_info holds the symbol in its upper and the type in its lower half. */
function writeRelocations(
  section: ElfSection,
  symbolIndex: ReadonlyMap<ElfSymbol, number>,
  out: ByteWriter,
): void {
  const indexOf = (symbol: ElfSymbol): number => {
    const index = symbolIndex.get(symbol);
    if (index === undefined) bug(`a relocation of ${section.name} names a symbol that is not in the object`);
    return index;
  };
  let last: ElfSymbol | undefined;
  let lastIndex = 0;
  for (const { offset, type, symbol } of section.relocations) {
    if (symbol !== last) lastIndex = indexOf(symbol); // neighbours mostly name the same one
    last = symbol;
    writeRelocation(offset, type, lastIndex, out);
  }
  for (const { offset, type, symbol, count, stride } of section.relocationRuns ?? []) {
    const index = indexOf(symbol);
    for (let i = 0; i < count; i++) writeRelocation(offset + i * stride, type, index, out);
  }
}

function writeRelocation(offset: number, type: number, symbol: number, out: ByteWriter): void {
  out.u64(offset);
  if (out.little) out.u32(type).u32(symbol);
  else out.u32(symbol).u32(type);
}
