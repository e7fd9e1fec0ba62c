// The bytes of .BTF to a TypeTable; encode.ts is the inverse. Source: the kernel's Documentation/bpf/btf.rst,
// sections 2 and 3; what libbpf insists on is in its btf_sanity_check.
//
// The bytes may be anybody's. Everything is checked before it is used, no memory is asked for by a count that was
// read, and the walk is linear. Rules that only some kernels hold (names, overlaps) are not held here.

import { type BytePlace, ByteReader, type Code, type Log, Malformed } from "../base/index.js";
import { BTF_HEADER_SIZE, BTF_MAGIC, BTF_VERSION, INT_ENCODINGS, LINKAGES } from "./encode.js";
import { BtfStrings } from "./strings.js";
import {
  BTF_KINDS,
  type BtfLinkage,
  type BtfType,
  forEachRef,
  type Member,
  type TypeId,
  TypeTable,
} from "./types.js";

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
    const types = new TypesReader(body.window(typeOffset, typeSize), strings, door).readAll();
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

const KIND_NAMES: readonly (BtfType["kind"] | undefined)[] = namesByNumber();

function namesByNumber(): (BtfType["kind"] | undefined)[] {
  const names: (BtfType["kind"] | undefined)[] = [];
  for (const [name, number] of Object.entries(BTF_KINDS)) names[number] = name as BtfType["kind"];
  return names;
}

const ENCODING_NAMES: ReadonlyMap<number, keyof typeof INT_ENCODINGS> = new Map(
  Object.entries(INT_ENCODINGS).map(([name, number]) => [number, name as keyof typeof INT_ENCODINGS]),
);
const LINKAGE_NAMES: ReadonlyMap<number, BtfLinkage> = new Map(
  Object.entries(LINKAGES).map(([name, number]) => [number, name as BtfLinkage]),
);

/** Kinds whose kind_flag means something (btf.rst 2.2.4, 2.2.6, 2.2.7; tags since kernel 6.15). */
const FLAGGED = new Set<BtfType["kind"]>([
  "struct",
  "union",
  "enum",
  "enum64",
  "fwd",
  "decl_tag",
  "type_tag",
]);
/** Kinds whose vlen means something. */
const COUNTED = new Set<BtfType["kind"]>([
  "struct",
  "union",
  "enum",
  "enum64",
  "func",
  "func_proto",
  "datasec",
]);
/** Kinds that have no name. rustc names its pointers all the same: that name is dropped with a warning. */
const NAMELESS = new Set<BtfType["kind"]>(["ptr", "array", "volatile", "const", "restrict", "func_proto"]);

/** What gcc 12 says of `char`. The kernel takes one of the three bits at most, so clang's choice is the one to keep. */
const SIGNED_AND_CHAR = INT_ENCODINGS.signed | INT_ENCODINGS.char;

/** Reads the records one after another; ids can be checked only when the last one is known. */
class TypesReader {
  readonly #reader: ByteReader;
  readonly #strings: BtfStrings;
  readonly #door: Door;
  readonly #types = new TypeTable();
  /** Where each record begins, for errors that are only found when all are read. */
  readonly #starts: number[] = [];
  #warned = false;

  constructor(reader: ByteReader, strings: BtfStrings, door: Door) {
    this.#reader = reader;
    this.#strings = strings;
    this.#door = door;
  }

  readAll(): TypeTable {
    while (this.#reader.remaining > 0) {
      this.#starts.push(this.#reader.fileOffset);
      this.#types.add(this.#readType());
    }
    for (let id = 1; id <= this.#types.size; id++) this.#checkRefs(id);
    return this.#types;
  }

  #readType(): BtfType {
    const reader = this.#reader;
    const start = reader.fileOffset;
    const nameOffset = reader.u32();
    const info = reader.u32();
    const last = reader.u32();
    const kind = KIND_NAMES[(info >>> 24) & 0x1f];
    const vlen = info & 0xffff;
    const flag = info >>> 31 === 1;
    if (kind === undefined)
      return this.#door.fail("btf/unknown-kind", start + 4, { kind: (info >>> 24) & 0x1f });
    // Bits 16..23, 29 and 30 of the info word are reserved (btf.rst 2.1).
    if ((info & 0x60ff0000) !== 0 || (flag && !FLAGGED.has(kind)) || (vlen !== 0 && !COUNTED.has(kind))) {
      return this.#door.fail("btf/bad-info", start + 4, { info: `0x${info.toString(16)}`, kind });
    }
    const name = this.#door.text(this.#strings, nameOffset, start);
    if (name !== "" && NAMELESS.has(kind) && !this.#warned) {
      this.#warned = true;
      this.#door.warn("btf/name-dropped", start, { name, kind });
    }
    return this.#readKind(kind, name, vlen, flag, last);
  }

  #signedChar(name: string, at: number): "signed" {
    this.#door.warn("btf/signed-char", at, { name });
    return "signed";
  }

  /** What follows the three words of struct btf_type; cases in the order of encode.ts. */
  #readKind(kind: BtfType["kind"], name: string, vlen: number, flag: boolean, last: number): BtfType {
    const reader = this.#reader;
    switch (kind) {
      case "int": {
        const at = reader.fileOffset;
        const word = reader.u32();
        // Encoding, offset and bits: one byte each from the top, with a reserved one before the last (btf.rst 2.2.1).
        const encoding =
          word >>> 24 === SIGNED_AND_CHAR ? this.#signedChar(name, at) : ENCODING_NAMES.get(word >>> 24);
        if (encoding === undefined || (word & 0xff00) !== 0) {
          return this.#door.fail("btf/bad-int", at, { name, word: `0x${word.toString(16)}` });
        }
        return { kind, name, size: last, encoding, bits: word & 0xff, bitOffset: (word >>> 16) & 0xff };
      }
      case "ptr":
      case "volatile":
      case "const":
      case "restrict":
        return { kind, type: last };
      case "array":
        return { kind, element: reader.u32(), index: reader.u32(), length: reader.u32() };
      case "struct":
      case "union": {
        // With the kind_flag, a member's word holds its width in the upper 8 bits and its bit offset in the lower 24.
        const members: Member[] = [];
        for (let i = 0; i < vlen; i++) {
          const memberName = this.#text();
          const type = reader.u32();
          const word = reader.u32();
          const [offset, bits] = flag ? [word & 0xffffff, word >>> 24] : [word, 0];
          members.push({ name: memberName, type, offset, bits });
        }
        return { kind, name, size: last, members, bitfields: flag };
      }
      case "enum": {
        const values = this.#list(vlen, () => {
          const valueName = this.#text();
          const value = reader.u32();
          return { name: valueName, value: BigInt(flag ? value | 0 : value) };
        });
        return { kind, name, size: last, signed: flag, values };
      }
      case "fwd":
        return { kind, name, union: flag };
      case "typedef":
        return { kind, name, type: last };
      case "func":
        return { kind, name, type: last, linkage: this.#linkage(vlen) };
      case "func_proto":
        return {
          kind,
          result: last,
          params: this.#list(vlen, () => ({ name: this.#text(), type: reader.u32() })),
        };
      case "var":
        return { kind, name, type: last, linkage: this.#linkage(reader.u32()) };
      case "datasec": {
        const entries = this.#list(vlen, () => ({
          type: reader.u32(),
          offset: reader.u32(),
          size: reader.u32(),
        }));
        return { kind, name, size: last, entries };
      }
      case "float":
        return { kind, name, size: last };
      case "decl_tag":
        return { kind, value: name, type: last, component: reader.u32() | 0, attribute: flag };
      case "type_tag":
        return { kind, value: name, type: last, attribute: flag };
      default: {
        // enum64: the low word comes first in both byte orders.
        const values = this.#list(vlen, () => {
          const valueName = this.#text();
          const bits = BigInt(reader.u32()) | (BigInt(reader.u32()) << 32n);
          return { name: valueName, value: flag ? BigInt.asIntN(64, bits) : bits };
        });
        return { kind, name, size: last, signed: flag, values };
      }
    }
  }

  /** `count` is at most 65535, and every step reads bytes that must be there. */
  #list<T>(count: number, read: () => T): T[] {
    const items: T[] = [];
    for (let i = 0; i < count; i++) items.push(read());
    return items;
  }

  #text(): string {
    const at = this.#reader.fileOffset;
    return this.#door.text(this.#strings, this.#reader.u32(), at);
  }

  /** A VAR or FUNC linkage, the word just read. */
  #linkage(value: number): BtfLinkage {
    const at = this.#reader.fileOffset - 4;
    return LINKAGE_NAMES.get(value) ?? this.#door.fail("btf/bad-linkage", at, { value });
  }

  /** Ids within the table, and the two references that everything else relies on (libbpf, btf_validate_type). */
  #checkRefs(id: TypeId): void {
    const type = this.#types.at(id);
    const at = this.#starts[id - 1] ?? 0;
    const { size } = this.#types;
    forEachRef(type, (ref) => {
      if (ref > size) this.#door.fail("btf/bad-type-id", at, { id, ref, size });
    });
    if (type.kind === "func" && this.#kindOf(type.type) !== "func_proto") {
      this.#door.fail("btf/func-target", at, { name: type.name, kind: this.#kindOf(type.type) });
    }
    if (type.kind !== "datasec") return;
    for (const entry of type.entries) {
      const kind = this.#kindOf(entry.type);
      if (kind !== "var" && kind !== "func")
        this.#door.fail("btf/datasec-entry", at, { name: type.name, kind });
    }
  }

  #kindOf(id: TypeId): string {
    return id === 0 ? "void" : this.#types.at(id).kind;
  }
}
