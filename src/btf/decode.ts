// The bytes of .BTF to a TypeTable; encode.ts is the inverse. Source: the kernel's Documentation/bpf/btf.rst,
// sections 2 and 3; what libbpf insists on is in its btf_sanity_check.
//
// The bytes may be anybody's. Everything is checked before it is used, no memory is asked for by a count that was
// read, and the walk is linear. Rules that only some kernels hold (names, overlaps) are not held here.

import { type BytePlace, ByteReader, type Code, type Log, Malformed } from "../base/index.js";
import { BTF_HEADER_SIZE, BTF_MAGIC, BTF_VERSION, INT_ENCODINGS } from "./encode.js";
import { NameList } from "./packed.js";
import { HEAD_WORDS, kindNumber, type Shape, shapeOf, wordsBehind } from "./shapes.js";
import { BtfStrings } from "./strings.js";
import { TypeTable } from "./table.js";
import type { BtfType, TypeId } from "./types.js";
import { intEncoding, linkageOf } from "./unpack.js";

/** Where the bytes come from. `base` is the offset of the section in the file, for a `section` of "". */
export interface BtfOrigin {
  readonly file: string;
  readonly section: string;
  readonly base: number;
}

export interface DecodedBtf {
  readonly types: TypeTable;
  readonly strings: BtfStrings;
  readonly little: boolean;
}

/**
 * Reads a .BTF section, or a raw BTF file, in the byte order that its magic number shows. `undefined` where it is
 * broken; then `log` has at least one error with a place. What a header beyond 24 bytes announces (the layout of
 * kinds that we would not know, libbpf 1.8) is skipped.
 */
export function decodeBtf(bytes: Uint8Array, origin: BtfOrigin, log: Log): DecodedBtf | undefined {
  const door = new Door(origin, log);
  return door.guard(() => {
    const little = door.byteOrder(bytes);
    const { header, body } = door.open(bytes, little, BTF_HEADER_SIZE);
    const typeOffset = header.u32();
    const typeSize = header.u32();
    const stringOffset = header.u32();
    const stringSize = header.u32();
    if (typeOffset % 4 !== 0) door.fail("btf/misaligned", 8, { what: "type section", offset: typeOffset });
    if (typeOffset + typeSize > stringOffset) {
      door.fail("btf/strings-first", 16, { offset: stringOffset, end: typeOffset + typeSize });
    }
    const strings = decodeStrings(body.window(stringOffset, stringSize), door);
    const types = new RecordReader(body.window(typeOffset, typeSize), strings, door).readAll();
    return { types, strings, little };
  });
}

/** A section whose first fields were read. */
interface Opened {
  readonly header: ByteReader;
  readonly headerSize: number;
  readonly body: ByteReader;
}

/** The one place where Malformed ends and becomes a diagnostic; shared with ext.ts. */
export class Door {
  readonly #origin: BtfOrigin;
  readonly #log: Log;

  constructor(origin: BtfOrigin, log: Log) {
    this.#origin = origin;
    this.#log = log;
  }

  /** `offset` counts from the start of the section. */
  place(offset: number): BytePlace {
    const { file, section, base } = this.#origin;
    return { kind: "bytes", file, section, offset: section === "" ? base + offset : offset };
  }

  /** Reports an error and leaves the reader. */
  fail(code: BtfCode, offset: number, args: Readonly<Record<string, string | number | bigint>>): never {
    // The codes differ in their holes; each call below spells the holes of its own.
    this.#log.error(code, this.place(offset), args as never);
    throw new Malformed("", offset);
  }

  warn(code: BtfCode, offset: number, args: Readonly<Record<string, string | number | bigint>>): void {
    this.#log.warn(code, this.place(offset), args as never);
  }

  /** Runs `read`; broken bytes give `undefined` and at least one error. */
  guard<T>(read: () => T): T | undefined {
    const before = this.#log.errorCount;
    try {
      return read();
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      if (this.#log.errorCount === before) {
        this.#log.error("btf/truncated", this.place(error.offset), { what: error.message });
      }
      return undefined;
    }
  }

  /** Little endian or not, by the magic number. */
  byteOrder(bytes: Uint8Array): boolean {
    const magic = new ByteReader(bytes, true, 0).u16();
    if (magic === BTF_MAGIC) return true;
    if (new ByteReader(bytes, false, 0).u16() === BTF_MAGIC) return false;
    return this.fail("btf/bad-magic", 0, { found: `0x${magic.toString(16)}` });
  }

  /**
   * The fields that .BTF and .BTF.ext begin with (btf.rst 3.1 and 4.2). `header` stands behind them; `body` is what
   * follows the header, from which all offsets in it count. `least` is the shortest header there is.
   */
  open(bytes: Uint8Array, little: boolean, least: number): Opened {
    const header = new ByteReader(bytes, little, 0);
    header.seek(2);
    const version = header.u8();
    if (version !== BTF_VERSION) this.fail("btf/bad-version", 2, { version });
    const flags = header.u8();
    if (flags !== 0) this.fail("btf/bad-flags", 3, { flags });
    const headerSize = header.u32();
    if (headerSize < least || headerSize > bytes.length) {
      this.fail("btf/bad-header-size", 4, { size: headerSize, limit: bytes.length });
    }
    const body = new ByteReader(bytes, little, 0).window(headerSize, bytes.length - headerSize);
    return { header, headerSize, body };
  }

  /** The string at `offset`, named by the word at `at`. */
  text(strings: BtfStrings, offset: number, at: number): string {
    return strings.textAt(offset) ?? this.fail("btf/bad-string-offset", at, { offset, size: strings.size });
  }
}

type BtfCode = Extract<Code, `btf/${string}`>;

/** The string table, which must begin and end with a NUL (btf.rst 3.1): then no string runs past its end. */
function decodeStrings(reader: ByteReader, door: Door): BtfStrings {
  if (reader.size === 0) door.fail("btf/no-strings", reader.base, {});
  const bytes = reader.bytes(reader.size);
  if (bytes[0] !== 0) door.fail("btf/string-start", reader.base, {});
  if (bytes[bytes.length - 1] !== 0) door.fail("btf/string-end", reader.base + bytes.length - 1, {});
  return new BtfStrings(bytes);
}

/** What gcc 12 says of `char`. The kernel takes one of the three bits at most, so clang's choice is the one to keep. */
const SIGNED_AND_CHAR = INT_ENCODINGS.signed | INT_ENCODINGS.char;

/**
 * Checks the records one after another, and leaves them packed: few of a large table are ever looked at. Ids can be
 * checked only when the last record is known.
 */
class RecordReader {
  readonly #reader: ByteReader;
  readonly #strings: BtfStrings;
  readonly #door: Door;
  readonly #words: Int32Array;
  readonly #starts: Int32Array;
  #count = 0;
  /** By offset: the number of a name; 0 where it was not met yet. */
  readonly #numbers: Uint32Array;
  readonly #names: number[] = [0];
  /** The highest id that a record holds. */
  #highest = 0;
  /** Records that want certain kinds behind their ids. */
  readonly #choosy: TypeId[] = [];
  #warned = false;

  constructor(reader: ByteReader, strings: BtfStrings, door: Door) {
    this.#reader = reader;
    this.#strings = strings;
    this.#door = door;
    this.#words = reader.words();
    this.#starts = new Int32Array(Math.floor(this.#words.length / HEAD_WORDS) + 1);
    this.#numbers = new Uint32Array(strings.size);
  }

  readAll(): TypeTable {
    for (let at = 0; at * 4 < this.#reader.size; ) {
      this.#need(at, HEAD_WORDS);
      this.#starts[++this.#count] = at;
      at = this.#readRecord(at);
    }
    const types = new TypeTable({
      words: this.#words,
      starts: this.#starts.slice(0, this.#count + 1),
      names: new NameList(this.#strings, this.#names),
    });
    if (this.#highest > types.size) this.#failAtId(types);
    for (const id of this.#choosy) this.#checkKinds(types, id);
    return types;
  }

  /** The offset of a word, for messages. */
  #placeOf(at: number): number {
    return this.#reader.base + at * 4;
  }

  /** Throws where fewer than `count` words are left from `at` on. */
  #need(at: number, count: number): void {
    if (at + count <= this.#words.length) return;
    this.#reader.seek(this.#words.length * 4);
    this.#reader.u32();
  }

  /** Checks the record at `at`, and returns where the next one begins. */
  #readRecord(at: number): number {
    const words = this.#words;
    const info = words[at + 1]!;
    const shape = shapeOf(info);
    if (shape === undefined)
      return this.#door.fail("btf/unknown-kind", this.#placeOf(at + 1), { kind: kindNumber(info) });
    const { kind } = shape;
    // Bits 16..23, 29 and 30 of the info word are reserved (btf.rst 2.1).
    const reserved = (info & 0x60ff0000) !== 0;
    if (reserved || (info < 0 && !shape.flagged) || ((info & 0xffff) !== 0 && shape.vlen === "none")) {
      const found = `0x${(info >>> 0).toString(16)}`;
      return this.#door.fail("btf/bad-info", this.#placeOf(at + 1), { info: found, kind });
    }
    this.#readName(at);
    if (!shape.named) this.#dropName(at, kind);
    if (shape.vlen === "linkage") this.#checkLinkage(info & 0xffff, at + 2);
    if (shape.last === "ref") this.#readRef(at + 2);
    else if (shape.last === "none") words[at + 2] = 0;
    if (kind === "func" || kind === "datasec") this.#choosy.push(this.#count);
    const count = wordsBehind(shape, info);
    this.#readWords(at + HEAD_WORDS, count, shape);
    if (kind === "int") this.#readEncoding(at);
    else if (kind === "var") this.#checkLinkage(words[at + HEAD_WORDS]! >>> 0, at + HEAD_WORDS);
    return at + HEAD_WORDS + count;
  }

  /** `count` words from `at` on, which mean what `roles` say, again and again. */
  #readWords(at: number, count: number, { words: roles, refs }: Shape): void {
    const end = Math.min(at + count, this.#words.length);
    const hasNames = roles[0] === "name";
    for (let part = at; part < end; part += roles.length) {
      if (hasNames) this.#readName(part);
      for (let i = 0; i < refs.length && part + refs[i]! < end; i++) this.#readRef(part + refs[i]!);
    }
    this.#need(at, count);
  }

  /** Puts the number of the name in the place of its offset. */
  #readName(at: number): void {
    const offset = this.#words[at]! >>> 0;
    let number = offset < this.#numbers.length ? this.#numbers[offset]! : 0;
    if (number === 0 && offset !== 0) {
      if (!this.#strings.has(offset)) {
        this.#door.fail("btf/bad-string-offset", this.#placeOf(at), { offset, size: this.#strings.size });
      }
      if (!this.#strings.isEmptyAt(offset)) {
        number = this.#names.push(offset) - 1;
        this.#numbers[offset] = number;
      }
    }
    this.#words[at] = number;
  }

  #readRef(at: number): void {
    const id = this.#words[at]! >>> 0;
    if (id > this.#highest) this.#highest = id;
  }

  #nameOf(at: number): string {
    return this.#strings.textAt(this.#names[this.#words[at]!]!)!;
  }

  /** rustc names its pointers: the kind has no name, so that this one goes, with a warning. */
  #dropName(at: number, kind: BtfType["kind"]): void {
    if (this.#words[at] === 0) return;
    const name = this.#nameOf(at);
    this.#words[at] = 0;
    if (name === "" || this.#warned) return;
    this.#warned = true;
    this.#door.warn("btf/name-dropped", this.#placeOf(at), { name, kind });
  }

  /** The word behind an int (btf.rst 2.2.1). */
  #readEncoding(start: number): void {
    const at = start + HEAD_WORDS;
    const word = this.#words[at]!;
    const name = this.#nameOf(start);
    if (word >>> 24 === SIGNED_AND_CHAR) {
      this.#door.warn("btf/signed-char", this.#placeOf(at), { name });
      this.#words[at] = (INT_ENCODINGS.signed << 24) | (word & 0xffffff);
    }
    if (intEncoding(this.#words[at]!) !== undefined && (word & 0xff00) === 0) return;
    this.#door.fail("btf/bad-int", this.#placeOf(at), { name, word: `0x${(word >>> 0).toString(16)}` });
  }

  /** A VAR or FUNC linkage. */
  #checkLinkage(value: number, at: number): void {
    if (linkageOf(value) === undefined) this.#door.fail("btf/bad-linkage", this.#placeOf(at), { value });
  }

  /** Reports the first record that holds an id which is not in the table. */
  #failAtId(types: TypeTable): void {
    const { size } = types;
    for (let id = 1; id <= size; id++) {
      const at = this.#placeOf(this.#starts[id]!);
      types.forEachRef(id, (word) => {
        const ref = word >>> 0;
        if (ref > size) this.#door.fail("btf/bad-type-id", at, { id, ref, size });
      });
      this.#checkKinds(types, id);
    }
  }

  /** The two references that everything else relies on (libbpf, btf_validate_type). */
  #checkKinds(types: TypeTable, id: TypeId): void {
    const kind = types.kindOf(id);
    if (kind !== "func" && kind !== "datasec") return;
    const start = this.#starts[id]!;
    const at = this.#placeOf(start);
    types.forEachRef(id, (ref) => {
      const found = ref === 0 ? "void" : types.kindOf(ref);
      if (kind === "func" && found !== "func_proto") {
        this.#door.fail("btf/func-target", at, { name: this.#nameOf(start), kind: found });
      }
      if (kind === "datasec" && found !== "var" && found !== "func") {
        this.#door.fail("btf/datasec-entry", at, { name: this.#nameOf(start), kind: found });
      }
    });
  }
}
