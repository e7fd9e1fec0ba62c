// Bytes and texts from strangers: any of them give a value or an error with a place, never another exception.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Log } from "../../src/base/index.js";
import {
  alignOf,
  type BtfExt,
  BtfStrings,
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
