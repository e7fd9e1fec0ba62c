// A table of which nobody has looked at a record yet answers as one of objects does: decodeBtf leaves records packed
// (src/btf/packed.ts), and the objects that were encoded are the judge. Names pass between tables as bytes; texts judge.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Log } from "../../src/base/index.js";
import {
  BtfStrings,
  type BtfType,
  decodeBtf,
  encodeBtf,
  mapRefs,
  refsOf,
  TypeTable,
} from "../../src/btf/index.js";
import { TypeKeys } from "../../src/link/type-keys.js";

const SEED = 20261121;

const member = (type: number, offset: number, bits: number) => ({ name: `m${offset}`, type, offset, bits });

/** Every kind, with and without parts; ids are within the list. */
const RECORDS: readonly BtfType[] = [
  { kind: "int", name: "int", size: 4, encoding: "signed", bits: 32, bitOffset: 0 },
  { kind: "ptr", type: 4 },
  { kind: "array", element: 2, index: 1, length: 0xffffffff },
  {
    kind: "struct",
    name: "s",
    size: 0xffffffff,
    members: [member(1, 0, 0), member(2, 64, 0)],
    bitfields: false,
  },
  {
    kind: "union",
    name: "",
    size: 8,
    members: [member(1, 3, 5), member(18, 0xffffff, 255)],
    bitfields: true,
  },
  { kind: "enum", name: "e", size: 4, signed: true, values: [{ name: "A", value: -1n }] },
  {
    kind: "enum64",
    name: "e64",
    size: 8,
    signed: false,
    values: [
      { name: "B", value: 0xffff_ffff_ffff_ffffn },
      { name: "C", value: 1n },
    ],
  },
  { kind: "fwd", name: "open", union: true },
  { kind: "typedef", name: "grün", type: 8 },
  { kind: "volatile", type: 0 },
  { kind: "const", type: 10 },
  { kind: "restrict", type: 2 },
  {
    kind: "func_proto",
    result: 1,
    params: [
      { name: "a", type: 2 },
      { name: "", type: 0 },
    ],
  },
  { kind: "func", name: "f", type: 13, linkage: "extern" },
  { kind: "var", name: "v", type: 4, linkage: "static" },
  { kind: "datasec", name: ".data", size: 7, entries: [{ type: 15, offset: 0xfffffff0, size: 4 }] },
  { kind: "float", name: "double", size: 8 },
  { kind: "type_tag", value: "user", type: 1, attribute: false },
  { kind: "decl_tag", value: "t", type: 4, component: -1, attribute: true },
  { kind: "decl_tag", value: "u", type: 4, component: 1, attribute: false },
  { kind: "struct", name: "empty", size: 0, members: [], bitfields: false },
  { kind: "func_proto", result: 0, params: [] },
];

function tableOf(records: readonly BtfType[]): TypeTable {
  const table = new TypeTable();
  for (const record of records) table.add(record);
  return table;
}

function packed(little: boolean): TypeTable {
  const bytes = encodeBtf(tableOf(RECORDS), new BtfStrings(), little);
  return decodeBtf(bytes, { file: "x", section: "", base: 0 }, new Log())!.types;
}

function records(types: TypeTable): BtfType[] {
  return [...types.ids()].map((id) => types.at(id));
}

describe.each([
  ["little", true],
  ["big", false],
] as const)("a packed table of %s endian bytes", (_, little) => {
  it("knows kinds and references of records that are packed, and of the same as objects", () => {
    const types = packed(little);
    for (const look of ["packed", "as objects"]) {
      expect([look, [...types.ids()].map((id) => types.kindOf(id))]).toEqual([
        look,
        RECORDS.map(({ kind }) => kind),
      ]);
      for (const [i, record] of RECORDS.entries()) {
        const refs: number[] = [];
        types.forEachRef(i + 1, (ref) => refs.push(ref));
        expect(refs).toEqual(refsOf(record));
        expect(types.firstRef(i + 1)).toBe(refsOf(record)[0] ?? 0);
      }
      expect(records(types)).toEqual(RECORDS);
    }
  });

  it("gives a selection with other ids, and takes records that are put into it", () => {
    const types = packed(little);
    const size = RECORDS.length;
    const ids = RECORDS.map((_, i) => size - i); // backwards
    const idOf = (id: number): number => (id === 0 ? 0 : size + 1 - id);
    const selected = types.select(ids, idOf);
    const expected = ids.map((id) => mapRefs(RECORDS[id - 1]!, idOf));
    const open: BtfType = { kind: "struct", name: "put in", size: 0, members: [], bitfields: false };
    selected.set(idOf(8), open);
    expected[idOf(8) - 1] = open;
    expected.push({ kind: "const", type: selected.size });
    selected.add({ kind: "const", type: selected.size });
    // Once from words to words, and once by way of objects.
    const again = selected.select([...selected.ids()], (id) => id);
    expect([...again.ids()].map((id) => again.kindOf(id))).toEqual(expected.map(({ kind }) => kind));
    expect(records(again)).toEqual(expected);
    expect(records(selected)).toEqual(expected);
    // The table that it came from is as it was.
    expect(records(types)).toEqual(RECORDS);
  });

  it("has the keys of the table of objects", () => {
    const keys = new TypeKeys([tableOf(RECORDS), packed(little)]);
    const [objects, words] = keys.sources.map((source) =>
      RECORDS.map((_, i) => keys.of({ source, id: i + 1 })),
    );
    expect(words).toEqual(objects);
    // Tags are no types; every other record here says something else.
    const types = objects!.filter((_, i) => RECORDS[i]!.kind !== "decl_tag");
    expect(new Set(types).size).toBe(types.length);
  });
});

describe("keys of types", () => {
  const INT: BtfType = RECORDS[0]!;

  it.each<readonly [string, BtfType]>([
    ["another name", { kind: "struct", name: "t", size: 4, members: [member(1, 0, 0)], bitfields: false }],
    ["another size", { kind: "struct", name: "s", size: 8, members: [member(1, 0, 0)], bitfields: false }],
    [
      "another offset",
      { kind: "struct", name: "s", size: 4, members: [{ ...member(1, 0, 0), offset: 1 }], bitfields: false },
    ],
    ["another kind", { kind: "union", name: "s", size: 4, members: [member(1, 0, 0)], bitfields: false }],
    [
      "one member more",
      { kind: "struct", name: "s", size: 4, members: [member(1, 0, 0), member(1, 0, 0)], bitfields: false },
    ],
  ])("differ by %s", (_, other) => {
    const struct: BtfType = {
      kind: "struct",
      name: "s",
      size: 4,
      members: [member(1, 0, 0)],
      bitfields: false,
    };
    const keys = new TypeKeys([tableOf([INT, struct]), tableOf([INT, other])]);
    const [here, there] = keys.sources.map((source) => keys.of({ source, id: 2 }));
    expect(there).not.toBe(here);
  });

  it("are nobody else's where a record is larger than BTF can say", () => {
    const large: BtfType = { kind: "struct", name: "s", size: 2 ** 32 + 8, members: [], bitfields: false };
    const small: BtfType = { ...large, size: 8 };
    const keys = new TypeKeys([tableOf([small]), tableOf([large]), tableOf([large])]);
    expect(new Set(keys.sources.map((source) => keys.of({ source, id: 1 }))).size).toBe(3);
  });
});

describe("names of one table in another", () => {
  const name = fc.oneof(
    fc.constantFrom("", "a", "ab", "abc", "grün", "x".repeat(300)),
    fc.string({ unit: "grapheme" }),
  );

  it("have one offset each, whichever way they come", () => {
    fc.assert(
      fc.property(
        fc.array(name, { maxLength: 40 }),
        fc.array(fc.nat(39), { maxLength: 80 }),
        (names, order) => {
          const texts = names.map((text) => text.replaceAll("\0", ""));
          const source = new BtfStrings();
          const offsets = texts.map((text) => source.intern(text));
          const table = new BtfStrings();
          for (const i of order.filter((i) => i < texts.length)) {
            const offset = table.internFrom(source, offsets[i]!);
            expect(table.textAt(offset)).toBe(texts[i]);
            expect(table.intern(texts[i]!)).toBe(offset);
          }
        },
      ),
      { seed: SEED, numRuns: 300 },
    );
  });

  it("may begin in the middle of another, and bytes that are no UTF-8 are what they read as", () => {
    const source = new BtfStrings(Uint8Array.of(0, 0x61, 0x62, 0, 0xff, 0, 0xfe, 0));
    const table = new BtfStrings();
    expect(table.textAt(table.internFrom(source, 2))).toBe("b");
    expect(table.textAt(table.internFrom(source, 4))).toBe("\ufffd");
    expect(table.internFrom(source, 6)).toBe(table.internFrom(source, 4));
    expect(table.internFrom(source, 3)).toBe(0);
  });
});
