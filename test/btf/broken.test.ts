// Broken bytes of .BTF and .BTF.ext: what is said of each, and where.

import { describe, expect, it } from "vitest";
import { type BytePlace, Log } from "../../src/base/index.js";
import {
  BtfStrings,
  checkBtfLimits,
  decodeBtf,
  decodeBtfExt,
  encodeBtf,
  encodeBtfExt,
  TypeTable,
} from "../../src/btf/index.js";

const origin = { file: "x.o", section: ".BTF", base: 64 };
const nowhere: BytePlace = { kind: "bytes", file: "", section: "", offset: 0 };

/** Every error as one line: the sentence, the code, the place. */
function said(log: Log): string[] {
  return log.diagnostics.map(
    ({ message, code, at }) => `${message} [${code}] @${at.kind === "bytes" ? at.offset : "?"}`,
  );
}

// What is broken → sentence and place. The bytes are a small table in which one word is changed.
const BROKEN: readonly (readonly [string, (bytes: DataView) => void, string])[] = [
  ["magic", (v) => v.setUint16(0, 0x1234, true), "the magic number is 0x1234, not 0xeb9f [btf/bad-magic] @0"],
  ["version", (v) => v.setUint8(2, 9), "version 9 is not 1 [btf/bad-version] @2"],
  ["flags", (v) => v.setUint8(3, 1), "flags 1 are not 0 [btf/bad-flags] @3"],
  [
    "header size",
    (v) => v.setUint32(4, 20, true),
    "the header has 20 bytes, not 24 to 86 [btf/bad-header-size] @4",
  ],
  [
    "header size",
    (v) => v.setUint32(4, 0xffffff00, true),
    "the header has 4294967040 bytes, not 24 to 86 [btf/bad-header-size] @4",
  ],
  [
    "type offset",
    (v) => v.setUint32(8, 2, true),
    "the type section offset 2 is not a multiple of 4 [btf/misaligned] @8",
  ],
  [
    "type length",
    (v) => v.setUint32(12, 0x7fffff00, true),
    "the strings begin at 52, before the end of the types at 2147483392 [btf/strings-first] @16",
  ],
  ["string length", (v) => v.setUint32(20, 0, true), "the string table is empty [btf/no-strings] @76"],
  ["string length", (v) => v.setUint32(20, 4, true), "the last string has no end [btf/string-end] @79"],
  [
    "first string",
    (v) => v.setUint8(76, 65),
    "the string table does not begin with an empty string [btf/string-start] @76",
  ],
  [
    "name",
    (v) => v.setUint32(24, 10, true),
    "string offset 10 names no string in a table of 10 bytes [btf/bad-string-offset] @24",
  ],
  ["kind", (v) => v.setUint32(28, 0x1f000000, true), "kind 31 is not known [btf/unknown-kind] @28"],
  [
    "kind flag",
    (v) => v.setUint32(28, 0x81000000, true),
    "the info word 0x81000000 is not one of a int [btf/bad-info] @28",
  ],
  [
    "encoding",
    (v) => v.setUint32(36, 0x05000020, true),
    'the encoding word 0x5000020 of int "int" is not known [btf/bad-int] @36',
  ],
  [
    "type id",
    (v) => v.setUint32(48, 4, true),
    "type 2 refers to type 4, but the last type is 3 [btf/bad-type-id] @40",
  ],
  [
    "vlen",
    (v) => v.setUint32(56, 0x04000002, true),
    "the section is cut short (needs 4 bytes, 0 are left) [btf/truncated] @76",
  ],
];

describe("a broken .BTF", () => {
  const types = new TypeTable();
  types.add({ kind: "int", name: "int", size: 4, encoding: "signed", bits: 32, bitOffset: 0 });
  types.add({ kind: "ptr", type: 1 });
  types.add({
    kind: "struct",
    name: "s",
    size: 4,
    members: [{ name: "in", type: 1, offset: 0, bits: 0 }],
    bitfields: false,
  });
  const bytes = encodeBtf(types, new BtfStrings(), true);

  it.each(BROKEN)("%s", (_, change, expected) => {
    const copy = bytes.slice();
    change(new DataView(copy.buffer));
    const log = new Log();
    expect(decodeBtf(copy, origin, log)).toBe(undefined);
    expect(said(log)).toEqual([expected]);
  });

  it("with a name where none belongs loses the name, and says so once", () => {
    const copy = bytes.slice();
    const view = new DataView(copy.buffer);
    view.setUint32(40, 1, true); // ptr "int", as rustc names its pointers
    const log = new Log();
    const decoded = decodeBtf(copy, origin, log);
    expect(decoded?.types.at(2)).toEqual({ kind: "ptr", type: 1 });
    expect(log.diagnostics.map(({ severity, code, message }) => [severity, code, message])).toEqual([
      ["warning", "btf/name-dropped", 'name "int" of a ptr is dropped: this kind has no name'],
    ]);
  });

  it("with an int both signed and char, as gcc 12 writes char, has it signed", () => {
    const copy = bytes.slice();
    new DataView(copy.buffer).setUint32(36, 0x03000020, true);
    const log = new Log();
    expect(decodeBtf(copy, origin, log)?.types.at(1)).toEqual(types.at(1));
    expect(log.diagnostics.map(({ severity, code }) => [severity, code])).toEqual([
      ["warning", "btf/signed-char"],
    ]);
  });

  it("counts places from the start of the file where there is no section", () => {
    const log = new Log();
    decodeBtf(new Uint8Array([1, 2]), { file: "raw.btf", section: "", base: 100 }, log);
    expect(log.diagnostics[0]?.at).toEqual({ kind: "bytes", file: "raw.btf", section: "", offset: 100 });
  });

  it("reports what does not fit before it is written", () => {
    const wide = new TypeTable();
    const far = { name: "far", type: 1, offset: 0x1000000, bits: 3 };
    wide.add({ kind: "int", name: "int", size: 4, encoding: "signed", bits: 32, bitOffset: 0 });
    wide.add({ kind: "struct", name: "s", size: 2 ** 32, members: [far], bitfields: true });
    wide.add({ kind: "array", element: 1, index: 1, length: 2 ** 32 });
    wide.add({
      kind: "func_proto",
      result: 0,
      params: Array.from({ length: 0x10000 }, () => ({ name: "", type: 1 })),
    });
    const log = new Log();
    checkBtfLimits(wide, new BtfStrings(), nowhere, log);
    expect(said(log)).toEqual([
      'struct "s" is larger than BTF can hold (32 bits) [btf/type-too-large] @0',
      'member "far" of "s" begins at bit 16777216, beyond the last that BTF can hold (16777215) [btf/member-too-far] @0',
      'array "type 3" is larger than BTF can hold (32 bits) [btf/type-too-large] @0',
      'func_proto "type 4" has 65536 parts, more than BTF can hold (65535) [btf/too-many-parts] @0',
    ]);
  });

  it("keeps time with names in the middle of long strings", () => {
    // 100,000 records name 100,000 tails of one string of 4 MB: read in full, that would be 400 GB.
    const records = 100_000;
    const strings = new Uint8Array(4_000_000).fill(97);
    strings[0] = 0;
    strings[strings.length - 1] = 0;
    const hostile = new Uint8Array(24 + records * 12 + strings.length);
    const view = new DataView(hostile.buffer);
    const header = [0x0001eb9f, 24, 0, records * 12, records * 12, strings.length];
    for (const [i, word] of header.entries()) view.setUint32(i * 4, word, true);
    for (let i = 0; i < records; i++) {
      view.setUint32(24 + i * 12, strings.length - 2 - (i % 500), true);
      view.setUint32(28 + i * 12, 0x07000000, true);
    }
    hostile.set(strings, 24 + records * 12);
    const log = new Log();
    expect(decodeBtf(hostile, { file: "x", section: "", base: 0 }, log)?.types.size).toBe(records);
    view.setUint32(24, 2, true);
    expect(decodeBtf(hostile, { file: "x", section: "", base: 0 }, log)).toBe(undefined);
    expect(log.diagnostics[0]?.message).toBe("string offset 2 names no string in a table of 4000000 bytes");
  });
});

// References that only make sense to some kinds; each table is encoded as it stands, and refused when it is read.
const SENSELESS: readonly (readonly [string, (types: TypeTable) => void, string])[] = [
  [
    "a func of an int",
    (types) => types.add({ kind: "func", name: "f", type: 1, linkage: "static" }),
    'func "f" refers to a int, not to a func_proto [btf/func-target] @40',
  ],
  [
    "a datasec with an int",
    (types) =>
      types.add({ kind: "datasec", name: ".x", size: 0, entries: [{ type: 1, offset: 0, size: 4 }] }),
    'datasec ".x" holds a int, not a var [btf/datasec-entry] @40',
  ],
  [
    "a datasec with void",
    (types) =>
      types.add({ kind: "datasec", name: ".x", size: 0, entries: [{ type: 0, offset: 0, size: 4 }] }),
    'datasec ".x" holds a void, not a var [btf/datasec-entry] @40',
  ],
];

describe("a senseless .BTF", () => {
  const table = (): TypeTable => {
    const types = new TypeTable();
    types.add({ kind: "int", name: "int", size: 4, encoding: "signed", bits: 32, bitOffset: 0 });
    return types;
  };

  it.each(SENSELESS)("%s", (_, add, expected) => {
    const types = table();
    add(types);
    const log = new Log();
    expect(decodeBtf(encodeBtf(types, new BtfStrings(), true), origin, log)).toBe(undefined);
    expect(said(log)).toEqual([expected]);
  });

  it("a linkage that nobody knows", () => {
    const types = table();
    types.add({ kind: "var", name: "v", type: 1, linkage: "static" });
    const bytes = encodeBtf(types, new BtfStrings(), true);
    new DataView(bytes.buffer).setUint32(52, 7, true);
    const log = new Log();
    expect(decodeBtf(bytes, origin, log)).toBe(undefined);
    expect(said(log)).toEqual(["linkage 7 is not known [btf/bad-linkage] @52"]);
  });
});

// What is broken → sentence and place, for a .BTF.ext with one section of each sort of record.
const BROKEN_EXT: readonly (readonly [string, (bytes: DataView) => void, string])[] = [
  ["magic", (v) => v.setUint16(0, 0, true), "the magic number is 0x0, not 0xeb9f [btf/bad-magic] @0"],
  ["version", (v) => v.setUint8(2, 0), "version 0 is not 1 [btf/bad-version] @2"],
  ["flags", (v) => v.setUint8(3, 4), "flags 4 are not 0 [btf/bad-flags] @3"],
  [
    "header size",
    (v) => v.setUint32(4, 8, true),
    "the header has 8 bytes, not 24 to 108 [btf/bad-header-size] @4",
  ],
  [
    "part offset",
    (v) => v.setUint32(8, 2, true),
    "the info offset 2 is not a multiple of 4 [btf/misaligned] @8",
  ],
  [
    "record size",
    (v) => v.setUint32(32, 4, true),
    "records of 4 bytes are too small, or not whole words: at least 8 are needed [btf/bad-record-size] @32",
  ],
  [
    "record size",
    (v) => v.setUint32(32, 9, true),
    "records of 9 bytes are too small, or not whole words: at least 8 are needed [btf/bad-record-size] @32",
  ],
  [
    "section name",
    (v) => v.setUint32(36, 99, true),
    "string offset 99 names no string in a table of 13 bytes [btf/bad-string-offset] @36",
  ],
  ["count", (v) => v.setUint32(40, 0, true), 'section "xdp" is listed without a record [btf/no-records] @40'],
  [
    "count",
    (v) => v.setUint32(40, 0xffffffff, true),
    'section "xdp" has 4294967295 records, more than 8 bytes can hold [btf/too-many-records] @40',
  ],
  [
    "file name",
    (v) => v.setUint32(68, 14, true),
    "string offset 14 names no string in a table of 13 bytes [btf/bad-string-offset] @68",
  ],
];

describe("a broken .BTF.ext", () => {
  const strings = new BtfStrings();
  const line = { insnOffset: 0, file: "a.c", text: "", line: 1, column: 1 };
  const relo = { insnOffset: 8, type: 1, access: "0:1", kind: 0 };
  const section = { name: "xdp", funcs: [{ insnOffset: 0, type: 3 }], lines: [line], relos: [relo] };
  const { bytes } = encodeBtfExt({ sections: [section] }, strings, true);

  it.each(BROKEN_EXT)("%s", (_, change, expected) => {
    const copy = bytes.slice();
    change(new DataView(copy.buffer));
    const log = new Log();
    expect(decodeBtfExt(copy, strings, { ...origin, section: ".BTF.ext" }, log)).toBe(undefined);
    expect(said(log)).toEqual([expected]);
  });

  it("may have the header of old compilers, without CO-RE", () => {
    const old = new Uint8Array([...bytes.subarray(0, 24), ...bytes.subarray(32)]);
    new DataView(old.buffer).setUint32(4, 24, true);
    const log = new Log();
    const ext = decodeBtfExt(old, strings, origin, log);
    expect(log.diagnostics).toEqual([]);
    expect(ext?.sections).toEqual([{ ...section, relos: [] }]);
  });
});

describe("what the kernel would not take", () => {
  it("are too many types, and too many strings", () => {
    const types = new TypeTable();
    for (let i = 0; i <= 0xfffff; i++) types.add({ kind: "ptr", type: 0 });
    const strings = new BtfStrings();
    strings.intern("x".repeat(0x1000000));
    const log = new Log();
    checkBtfLimits(types, strings, nowhere, log);
    expect(said(log)).toEqual([
      "1048576 types are more than the kernel takes (1048575) [btf/too-many-types] @0",
      "the strings take 16777218 bytes, more than the kernel takes (16777215) [btf/strings-too-large] @0",
    ]);
  });
});
