// .BTF.ext, written: records go into their bytes as they come, because an object can have a million of them. The
// layout is told in ext.ts, which reads it. Source: the kernel's Documentation/bpf/btf.rst, section 4; libbpf's struct
// btf_ext_header.

import { assert, ByteWriter, bug } from "../base/index.js";
import { BTF_MAGIC, BTF_VERSION } from "./encode.js";
import {
  type BtfExt,
  COLUMN_BITS,
  CORE_SIZE,
  type CoreRelo,
  EXT_HEADER_SIZE,
  FUNC_SIZE,
  type FuncInfo,
  LINE_SIZE,
  type LinePosition,
  MAX_COLUMN,
  MAX_LINE,
} from "./ext.js";
import type { BtfStrings } from "./strings.js";

/** The insn_off fields of a block of records, each of which needs a relocation against its code section. */
export interface BtfExtRelocations {
  /** Name of the code section. */
  readonly section: string;
  /** Bytes from the start of .BTF.ext to the first field. */
  readonly offset: number;
  readonly count: number;
  /** Bytes from one field to the next. */
  readonly stride: number;
}

/** The records of one code section, as they will stand in the file. */
interface SectionBytes {
  readonly name: string;
  readonly nameOffset: number;
  readonly funcs: ByteWriter;
  readonly lines: ByteWriter;
  readonly relos: ByteWriter;
}

/** The three parts in the order of the file, with the size of a record. */
const PARTS = [
  ["funcs", FUNC_SIZE],
  ["lines", LINE_SIZE],
  ["relos", CORE_SIZE],
] as const;

/**
 * Gathers the records of one object: those of a code section after `open`. Names enter `strings` as they come, because
 * that is when clang puts them in. `insnOffset` is in bytes from the start of the section, and ascends.
 */
export class BtfExtEncoder {
  readonly #strings: BtfStrings;
  readonly #little: boolean;
  readonly #sections = new Map<string, SectionBytes>();
  #current: SectionBytes | undefined;
  /** Of the line before. */
  #file = "";
  #fileOffset = 0;
  #text = "";
  #textOffset = 0;

  constructor(strings: BtfStrings, little: boolean) {
    this.#strings = strings;
    this.#little = little;
  }

  /** What follows belongs to the code section `name`. */
  open(name: string): void {
    let section = this.#sections.get(name);
    if (section === undefined) {
      const empty = (): ByteWriter => new ByteWriter(0, this.#little);
      const nameOffset = this.#strings.intern(name);
      section = { name, nameOffset, funcs: empty(), lines: empty(), relos: empty() };
      this.#sections.set(name, section);
    }
    this.#current = section;
  }

  addFunc({ insnOffset, type }: FuncInfo): void {
    this.#section.funcs.u32(insnOffset).u32(type);
  }

  addLine(insnOffset: number, { file, text, line, column }: LinePosition): void {
    if (!(line >= 0 && line <= MAX_LINE)) bug(`line ${line} must fit in 22 bits`);
    if (!(column >= 0 && column <= MAX_COLUMN)) bug(`column ${column} must fit in 10 bits`);
    // The line before is mostly of the same file, and often the same line.
    if (file !== this.#file) {
      this.#file = file;
      this.#fileOffset = this.#strings.intern(file);
    }
    if (text !== this.#text) {
      this.#text = text;
      this.#textOffset = this.#strings.intern(text);
    }
    const word = (line << COLUMN_BITS) | column;
    this.#section.lines.u32(insnOffset).u32(this.#fileOffset).u32(this.#textOffset).u32(word);
  }

  addRelo({ insnOffset, type, access, kind }: CoreRelo): void {
    this.#section.relos.u32(insnOffset).u32(type).u32(this.#strings.intern(access)).u32(kind);
  }

  /**
   * The section, and its relocations in the order func_info, line_info, core_relo. Code sections stand in order of their
   * names' string offsets, as clang puts them; a part without a record has no bytes.
   */
  finish(): { bytes: Uint8Array; relocations: BtfExtRelocations[] } {
    const sections = [...this.#sections.values()].sort((a, b) => a.nameOffset - b.nameOffset);
    const sizes = PARTS.map(([part]) => partSize(sections.map((section) => section[part].pos)));
    const size = EXT_HEADER_SIZE + sizes.reduce((sum, size) => sum + size, 0);
    const out = new ByteWriter(size, this.#little);
    out.u16(BTF_MAGIC).u8(BTF_VERSION).u8(0).u32(EXT_HEADER_SIZE);
    let offset = 0; // counts from the end of the header
    for (const partSize of sizes) {
      out.u32(offset).u32(partSize);
      offset += partSize;
    }
    const relocations: BtfExtRelocations[] = [];
    for (const [part, stride] of PARTS) {
      let first = true;
      for (const { name, nameOffset, [part]: records } of sections) {
        if (records.pos === 0) continue;
        if (first) out.u32(stride);
        first = false;
        const count = records.pos / stride;
        out.u32(nameOffset).u32(count);
        relocations.push({ section: name, offset: out.pos, count, stride });
        out.bytes(records.finish());
      }
    }
    assert(out.pos === size, ".BTF.ext must have the size that its parts add up to");
    return { bytes: out.finish(), relocations };
  }

  get #section(): SectionBytes {
    assert(this.#current !== undefined, "a record must belong to a section");
    return this.#current;
  }
}

/** Bytes of a part: the record size once, then name, count and records of each section that has some. */
function partSize(records: readonly number[]): number {
  return records.reduce((sum, size) => (size === 0 ? sum : sum + (sum === 0 ? 4 : 0) + 8 + size), 0);
}

/** The section for records that are all known; strings that `strings` does not hold are interned on the way. */
export function encodeBtfExt(
  ext: BtfExt,
  strings: BtfStrings,
  little: boolean,
): { bytes: Uint8Array; relocations: BtfExtRelocations[] } {
  const encoder = new BtfExtEncoder(strings, little);
  for (const { name, funcs, lines, relos } of ext.sections) {
    encoder.open(name);
    for (const func of funcs) encoder.addFunc(func);
    for (const line of lines) encoder.addLine(line.insnOffset, line);
    for (const relo of relos) encoder.addRelo(relo);
  }
  return encoder.finish();
}
