// .BTF.ext: which type a function has, which source line an instruction comes from, and what CO-RE shall patch.
// Source: the kernel's Documentation/bpf/btf.rst, section 4; the third part is libbpf's (struct
// btf_ext_header, struct bpf_core_relo).
//
//   header (32 bytes) | func_info | line_info | core_relo
//   each part: u32 record size, then per code section { name, count, records }
//
// Offsets of instructions are bytes in their section here and in the file. Here it is read; ext-encode.ts writes it.
// Which records there are is the assembler's business (object/), and so is the check of type ids against a table.

import type { ByteReader, Log } from "../base/index.js";
import { type BtfOrigin, Door } from "./decode.js";
import type { BtfStrings } from "./strings.js";
import type { TypeId } from "./types.js";

/** struct bpf_func_info: which FUNC the code from `insnOffset` (bytes in its section) on is. */
export interface FuncInfo {
  readonly insnOffset: number;
  /** A FUNC. */
  readonly type: TypeId;
}

/** struct bpf_line_info: the source position of the code from `insnOffset` on. */
export interface LineInfo extends LinePosition {
  readonly insnOffset: number;
}

/** Where in the author's source: what the verifier's log will show. */
export interface LinePosition {
  readonly file: string;
  /** The text of the line; "" where it is not known. */
  readonly text: string;
  /** 22 bits; 0 means unknown. */
  readonly line: number;
  /** 10 bits; 0 means unknown. */
  readonly column: number;
}

/** struct bpf_core_relo: what libbpf patches in the instruction at `insnOffset`. */
export interface CoreRelo {
  readonly insnOffset: number;
  /** The root type of the access. */
  readonly type: TypeId;
  /** Indices joined by ":" (libbpf, bpf_core_spec). */
  readonly access: string;
  /** enum bpf_core_relo_kind: 0..12. */
  readonly kind: number;
}

/** All that is known of one code section. */
export interface BtfExtSection {
  readonly name: string;
  readonly funcs: readonly FuncInfo[];
  readonly lines: readonly LineInfo[];
  readonly relos: readonly CoreRelo[];
}

export interface BtfExt {
  readonly sections: readonly BtfExtSection[];
}

/** struct btf_ext_header with the CO-RE part, as clang writes it always. */
export const EXT_HEADER_SIZE = 32;
/** The header before CO-RE. */
const OLD_HEADER_SIZE = 24;
/** Bytes of bpf_func_info, bpf_line_info and bpf_core_relo. */
export const FUNC_SIZE = 8;
export const LINE_SIZE = 16;
export const CORE_SIZE = 16;
/** line_col is line << 10 | column (btf.rst 4.2). */
export const COLUMN_BITS = 10;
export const MAX_COLUMN = 0x3ff;
export const MAX_LINE = 0x3fffff;

/** A section whose records are still being read. */
interface OpenSection {
  readonly funcs: FuncInfo[];
  readonly lines: LineInfo[];
  readonly relos: CoreRelo[];
}

/**
 * Reads .BTF.ext with the strings of its .BTF. `undefined` where it is broken; then `log` has at least one error.
 * Sections stand in order of their first mention, several blocks of one section are joined. Longer records than
 * ours (a newer compiler's) are read as far as we know them.
 */
export function decodeBtfExt(
  bytes: Uint8Array,
  strings: BtfStrings,
  origin: BtfOrigin,
  log: Log,
): BtfExt | undefined {
  const door = new Door(origin, log);
  return door.guard(() => new ExtReader(bytes, strings, door).read());
}

/** One .BTF.ext while it is read. */
class ExtReader {
  readonly #strings: BtfStrings;
  readonly #door: Door;
  readonly #header: ByteReader;
  readonly #headerSize: number;
  readonly #body: ByteReader;
  readonly #sections = new Map<string, OpenSection>();

  constructor(bytes: Uint8Array, strings: BtfStrings, door: Door) {
    this.#strings = strings;
    this.#door = door;
    const { header, headerSize, body } = door.open(bytes, door.byteOrder(bytes), OLD_HEADER_SIZE);
    this.#header = header;
    this.#headerSize = headerSize;
    this.#body = body;
  }

  read(): BtfExt {
    this.#part(FUNC_SIZE, ({ funcs }, reader) => {
      funcs.push({ insnOffset: reader.u32(), type: reader.u32() });
    });
    this.#part(LINE_SIZE, ({ lines }, reader) => {
      const insnOffset = reader.u32();
      const file = this.#text(reader);
      const text = this.#text(reader);
      const word = reader.u32();
      lines.push({ insnOffset, file, text, line: word >>> COLUMN_BITS, column: word & MAX_COLUMN });
    });
    if (this.#headerSize >= EXT_HEADER_SIZE) {
      this.#part(CORE_SIZE, ({ relos }, reader) => {
        const insnOffset = reader.u32();
        const type = reader.u32();
        const access = this.#text(reader);
        relos.push({ insnOffset, type, access, kind: reader.u32() });
      });
    }
    return { sections: [...this.#sections].map(([name, records]) => ({ name, ...records })) };
  }

  /**
   * Reads the part whose offset and length stand next in the header. `read` takes at most the `least` bytes of a
   * record that are sure to be there.
   */
  #part(least: number, read: (section: OpenSection, reader: ByteReader) => void): void {
    const door = this.#door;
    const at = this.#header.pos;
    const offset = this.#header.u32();
    const length = this.#header.u32();
    if (length === 0) return;
    if (offset % 4 !== 0) door.fail("btf/misaligned", at, { what: "info", offset });
    const reader = this.#body.window(offset, length);
    const size = reader.u32();
    if (size < least || size % 4 !== 0) door.fail("btf/bad-record-size", reader.base, { size, least });
    while (reader.remaining > 0) {
      const name = this.#text(reader);
      const countAt = reader.fileOffset;
      const count = reader.u32();
      if (count === 0) door.fail("btf/no-records", countAt, { name });
      if (count > reader.remaining / size) {
        door.fail("btf/too-many-records", countAt, { name, count, size: reader.remaining });
      }
      const section = this.#sectionAt(name);
      for (let i = 0; i < count; i++) {
        const end = reader.pos + size;
        read(section, reader);
        reader.seek(end);
      }
    }
  }

  #sectionAt(name: string): OpenSection {
    const known = this.#sections.get(name);
    if (known !== undefined) return known;
    const fresh = { funcs: [], lines: [], relos: [] };
    this.#sections.set(name, fresh);
    return fresh;
  }

  /** The string whose offset stands next. */
  #text(reader: ByteReader): string {
    const at = reader.fileOffset;
    return this.#door.text(this.#strings, reader.u32(), at);
  }
}
