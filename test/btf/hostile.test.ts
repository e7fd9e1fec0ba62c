// Bytes and texts from strangers: any of them give a value or an error with a place, never another exception.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Log } from "../../src/base/index.js";
import {
  alignOf,
  type BtfExt,
  BtfStrings,
  checkBtfLimits,
  declareTypes,
  decodeBtf,
  decodeBtfExt,
  encodeBtf,
  encodeBtfExt,
  findMember,
  memberNames,
  parsePrototype,
  parseTypeName,
  resolveType,
  sizeOf,
  TypeScope,
  TypeTable,
} from "../../src/btf/index.js";
import { CASES } from "./declarations.js";

/** Printed by fast-check with a failure; the same mutations on every run. */
const SEED = 20250118;

function sample(little: boolean): { btf: Uint8Array; ext: Uint8Array; strings: BtfStrings } {
  const scope = new TypeScope();
  declareTypes(
    scope,
    CASES.slice(0, 400).map(({ types }, i) => types.replaceAll("$", `_${i}`)),
  );
  const proto = parsePrototype(scope, "int prog(struct s *ctx, ...)");
  const type = "type" in proto ? proto.type : 0;
  const func = scope.types.add({ kind: "func", name: "prog", type, linkage: "global" });
  const variable = scope.types.add({ kind: "var", name: "v", type: 1, linkage: "static" });
  scope.types.add({
    kind: "datasec",
    name: ".data",
    size: 4,
    entries: [{ type: variable, offset: 0, size: 4 }],
  });
  const strings = new BtfStrings();
  const lines = [0, 8].map((insnOffset) => ({ insnOffset, file: "a.c", text: "x", line: 3, column: 1 }));
  const part = {
    funcs: [{ insnOffset: 0, type: func }],
    lines,
    relos: [{ insnOffset: 8, type: 1, access: "0:1", kind: 0 }],
  };
  const model: BtfExt = {
    sections: [
      { name: "xdp", ...part },
      { name: ".text", ...part },
    ],
  };
  const ext = encodeBtfExt(model, strings, little).bytes;
  return { btf: encodeBtf(scope.types, strings, little), ext, strings };
}

/** Changes to a few words, and perhaps an early end. */
const changes = fc.record({
  words: fc.array(
    fc.record({
      at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      // The header and the first records are where a change does most.
      early: fc.boolean(),
      value: fc.oneof(
        fc.nat(255),
        fc.constantFrom(0xffffffff, 0x80000000, 0x7fffffff, 0x0f000001),
        fc.nat(0xffffffff),
      ),
      size: fc.constantFrom(1, 4),
    }),
    { maxLength: 4 },
  ),
  keep: fc.oneof(
    { weight: 3, arbitrary: fc.constant(1) },
    { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
  ),
});
type Changes = typeof changes extends fc.Arbitrary<infer T> ? T : never;

function mutate(bytes: Uint8Array, { words, keep }: Changes): Uint8Array {
  const copy = bytes.slice(0, Math.round(bytes.length * keep));
  const view = new DataView(copy.buffer);
  for (const { at, early, value, size } of words) {
    const offset = Math.floor((early ? Math.min(copy.length, 200) : copy.length) * at);
    if (size === 1 && offset < copy.length) view.setUint8(offset, value & 0xff);
    else if (offset + 4 <= copy.length) view.setUint32(offset & ~3, value, true);
  }
  return copy;
}

/** Every question that one can ask of a table, asked of a broken one. */
function walk(types: TypeTable): void {
  const layout = { types, alignments: new Map() };
  for (const id of types.ids()) {
    sizeOf(types, id);
    alignOf(layout, id);
    resolveType(types, id);
    findMember(types, id, "a");
    memberNames(types, id);
  }
}

describe.each([true, false])("mutated bytes, little endian %s", (little) => {
  const { btf, ext, strings } = sample(little);

  it("of .BTF give a value that can be walked and written, or an error", () => {
    let values = 0;
    let errors = 0;
    fc.assert(
      fc.property(changes, (change) => {
        const log = new Log();
        const decoded = decodeBtf(mutate(btf, change), { file: "x.o", section: ".BTF", base: 64 }, log);
        if (decoded === undefined) {
          errors += 1;
          expect(log.errorCount).toBeGreaterThan(0);
          for (const { at } of log.diagnostics)
            expect(at.kind === "bytes" && at.offset >= 0 && at.offset <= btf.length).toBe(true);
        } else {
          values += 1;
          expect(log.errorCount).toBe(0);
          walk(decoded.types);
          encodeBtf(decoded.types, decoded.strings, decoded.little);
        }
      }),
      { seed: SEED, numRuns: 1000 },
    );
    // Both ends are reached: mutations that nothing refuses, and such that something does.
    expect(Math.min(values, errors)).toBeGreaterThan(50);
  });

  it("of .BTF.ext give a value or an error", () => {
    let values = 0;
    let errors = 0;
    fc.assert(
      fc.property(changes, (change) => {
        const log = new Log();
        const decoded = decodeBtfExt(
          mutate(ext, change),
          strings,
          { file: "x.o", section: ".BTF.ext", base: 64 },
          log,
        );
        if (decoded === undefined) errors += 1;
        else values += 1;
        expect(log.errorCount > 0).toBe(decoded === undefined);
      }),
      { seed: SEED, numRuns: 2000 },
    );
    expect(Math.min(values, errors)).toBeGreaterThan(50);
  });
});

it("any C text gives a type or an error inside the text", () => {
  const words = [
    ..."struct union enum typedef const int unsigned long char void a b s x3 0 1 : ; , { } ( ) [ ] * = + - ... . ~ ?".split(
      " ",
    ),
    ..."__attribute__((packed)) __attribute__((aligned(8))) sizeof( 'a' \"t\" /* */ // \n @ # é restrict _Atomic".split(
      " ",
    ),
  ];
  let errors = 0;
  let values = 0;
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...words), { maxLength: 14 }), fc.boolean(), (parts, whole) => {
      const text = parts.join(" ");
      const source = whole ? `struct s { ${text} };` : text;
      const scope = new TypeScope();
      const name = parseTypeName(new TypeScope(), text);
      const proto = parsePrototype(new TypeScope(), `int f(${text})`);
      const found = declareTypes(scope, [source]);
      for (const error of found)
        expect(error.start >= 0 && error.start + error.length <= source.length).toBe(true);
      if (typeof name !== "number") expect(name.start + name.length <= text.length).toBe(true);
      if ("code" in proto) errors += 1;
      else values += 1;
      walk(scope.types);
    }),
    { seed: SEED, numRuns: 4000 },
  );
  expect(Math.min(values, errors)).toBeGreaterThan(50);
});

it("one byte of a declaration table that is lost gives an error, or types", () => {
  const texts = CASES.map(({ types }, i) => types.replaceAll("$", `_${i}`)).filter((text) => text !== "");
  fc.assert(
    fc.property(
      fc.constantFrom(...texts),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom("", ";", "(", "}", "int"),
      (text, place, put) => {
        const at = Math.floor(text.length * place);
        const scope = new TypeScope();
        declareTypes(scope, [text.slice(0, at) + put + text.slice(at + 1)]);
        walk(scope.types);
      },
    ),
    { seed: SEED, numRuns: 4000 },
  );
});

describe("cycles without a size", () => {
  const loop = new TypeTable();
  loop.add({ kind: "typedef", name: "t", type: 2 });
  loop.add({ kind: "const", type: 1 });
  loop.add({ kind: "array", element: 3, index: 1, length: 2 });
  loop.add({
    kind: "struct",
    name: "s",
    size: 8,
    members: [{ name: "", type: 4, offset: 0, bits: 0 }],
    bitfields: false,
  });

  it("have none, and end", () => {
    expect([1, 2, 3].map((id) => sizeOf(loop, id))).toEqual([undefined, undefined, undefined]);
    expect([1, 3, 4].map((id) => alignOf({ types: loop, alignments: new Map() }, id))).toEqual([1, 1, 1]);
    expect(findMember(loop, 4, "x")).toBe(undefined);
    expect(memberNames(loop, 4)).toEqual([]);
  });
});

// What is broken → sentence and place. The bytes are a small table in which one word is changed.
const BROKEN: readonly (readonly [string, (bytes: DataView) => void, string])[] = [
  ["magic", (v) => v.setUint16(0, 0x1234, true), "the magic number is 0x1234, not 0xeb9f @0"],
  ["version", (v) => v.setUint8(2, 9), "version 9 is not 1 @2"],
  ["flags", (v) => v.setUint8(3, 1), "flags 1 are not 0 @3"],
  ["header size", (v) => v.setUint32(4, 20, true), "the header has 20 bytes, not 24 to 86 @4"],
  [
    "header size",
    (v) => v.setUint32(4, 0xffffff00, true),
    "the header has 4294967040 bytes, not 24 to 86 @4",
  ],
  ["type offset", (v) => v.setUint32(8, 2, true), "the type section offset 2 is not a multiple of 4 @8"],
  [
    "type length",
    (v) => v.setUint32(12, 0x7fffff00, true),
    "the strings begin at 52, before the end of the types at 2147483392 @16",
  ],
  ["string length", (v) => v.setUint32(20, 0, true), "the string table is empty @76"],
  ["string length", (v) => v.setUint32(20, 4, true), "the last string has no end @79"],
  ["first string", (v) => v.setUint8(76, 65), "the string table does not begin with an empty string @76"],
  ["name", (v) => v.setUint32(24, 10, true), "string offset 10 names no string in a table of 10 bytes @24"],
  ["kind", (v) => v.setUint32(28, 0x1f000000, true), "kind 31 is not known @28"],
  ["kind flag", (v) => v.setUint32(28, 0x81000000, true), "the info word 0x81000000 is not one of a int @28"],
  [
    "encoding",
    (v) => v.setUint32(36, 0x03000020, true),
    'the encoding word 0x3000020 of int "int" is not known @36',
  ],
  ["type id", (v) => v.setUint32(48, 4, true), "type 2 refers to type 4, but the last type is 3 @40"],
  [
    "vlen",
    (v) => v.setUint32(56, 0x04000002, true),
    "the section is cut short (needs 4 bytes, 0 are left) @76",
  ],
];

describe("a broken table", () => {
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
    expect(decodeBtf(copy, { file: "x.o", section: ".BTF", base: 64 }, log)).toBe(undefined);
    const lines = log.diagnostics.map(
      ({ message, at }) => `${message} @${at.kind === "bytes" ? at.offset : "?"}`,
    );
    expect(lines).toEqual([expected]);
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
    checkBtfLimits(wide, new BtfStrings(), { kind: "bytes", file: "", section: "", offset: 0 }, log);
    expect(log.diagnostics.map(({ message }) => message)).toEqual([
      'struct "s" is larger than BTF can hold (32 bits)',
      'member "far" of "s" begins at bit 16777216, beyond the last that BTF can hold (16777215)',
      'array "type 3" is larger than BTF can hold (32 bits)',
      'func_proto "type 4" has 65536 parts, more than BTF can hold (65535)',
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
