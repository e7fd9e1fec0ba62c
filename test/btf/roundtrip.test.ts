// encode and decode are inverses: on the kernel's own BTF, on clang's, and on tables that nobody wrote.

import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Log } from "../../src/base/index.js";
import {
  type BtfExt,
  BtfStrings,
  type BtfType,
  type DecodedBtf,
  declTagsByTarget,
  decodeBtf,
  decodeBtfExt,
  encodeBtf,
  encodeBtfExt,
  recordSize,
  TypeTable,
} from "../../src/btf/index.js";
import { describeUnless, describeWithJudge } from "../judges.js";
import { compile, dump, relocationOffsets, sectionOf, withFolder } from "./clang.js";

/** Printed by fast-check with a failure; the same tables on every run. */
const SEED = 20250117;

const VMLINUX = "/sys/kernel/btf/vmlinux";

function decoded(bytes: Uint8Array): DecodedBtf {
  const log = new Log();
  const btf = decodeBtf(bytes, { file: "x", section: "", base: 0 }, log);
  expect(log.diagnostics).toEqual([]);
  if (btf === undefined) throw new Error("decodeBtf gave neither a value nor an error");
  return btf;
}

function again(bytes: Uint8Array): Uint8Array {
  const { types, strings, little } = decoded(bytes);
  return encodeBtf(types, strings, little);
}

describeUnless(
  existsSync(VMLINUX) ? undefined : `no ${VMLINUX} (a kernel with CONFIG_DEBUG_INFO_BTF)`,
  "the kernel's BTF",
  () => {
    const bytes = new Uint8Array(existsSync(VMLINUX) ? readFileSync(VMLINUX) : []);

    it("is the same bytes after decode and encode", () => {
      expect(Buffer.compare(again(bytes), bytes)).toBe(0);
    });

    it("spells the types that need no declaration as we do", () => {
      const { types } = decoded(bytes);
      const target = new Map<string, string>();
      for (const id of types.ids()) {
        const type = types.at(id);
        if (type.kind !== "typedef" || type.type === 0) continue;
        const behind = types.at(type.type);
        if ("name" in behind) target.set(type.name, behind.name);
      }
      const chain = ["u32", "u64", "s8", "__be16", "__be32", "__be64", "__le32", "__sum16", "__wsum", "__u8"];
      expect(Object.fromEntries(chain.map((name) => [name, target.get(name)]))).toEqual({
        u32: "__u32",
        u64: "__u64",
        s8: "__s8",
        __be16: "__u16",
        __be32: "__u32",
        __be64: "__u64",
        __le32: "__u32",
        __sum16: "__u16",
        __wsum: "__u32",
        __u8: "unsigned char",
      });
    });
  },
);

const PROGRAM = `
struct core { int x; long y; } __attribute__((preserve_access_index));
struct in { int a : 3; unsigned long b; } __attribute__((btf_decl_tag("x")));
enum small { A = -1, B }; enum big { C = 1ULL << 40 };
union u { float f; struct in *p; }; struct fwd;
const volatile int ro = 1; int *restrict *rw; struct in data = {1}; union u un; enum small es; enum big eb; struct fwd *fp;
extern int ext(void *) __attribute__((section(".ksyms")));
static __attribute__((noinline)) long sub(struct in *in, const char *name) { return in->b + (name ? *name : 0); }
__attribute__((section("xdp"))) int prog(void *ctx) {
  return sub(&data, "text") + ((struct core *)ctx)->y + ext(ctx);
}
__attribute__((section("tc"))) int other(struct in *in __attribute__((btf_decl_tag("arg:ctx")))) { return in->a; }
char LICENSE[] __attribute__((section("license"))) = "GPL";
`;

describeWithJudge(
  "clang's BTF",
  {
    "clang-22": "apt: clang-22",
    "llvm-objcopy-22": "apt: llvm-22",
    "llvm-readelf-22": "apt: llvm-22",
    bpftool: "apt: bpftool",
  },
  (tool) => {
    it.each(["bpf", "bpfeb"] as const)("is the same bytes after decode and encode: %s", (target) => {
      withFolder((folder) => {
        const object = compile(tool["clang-22"], folder, PROGRAM, target);
        const section = (name: string) =>
          readFileSync(sectionOf(tool["llvm-objcopy-22"], folder, object, name));
        const bytes = new Uint8Array(section(".BTF"));
        const btf = decoded(bytes);
        expect(btf.little).toBe(target === "bpf");
        expect(Buffer.compare(encodeBtf(btf.types, btf.strings, btf.little), bytes)).toBe(0);

        const dumped = dump(tool.bpftool, object);
        expect(btf.types.size).toBe(dumped.length);
        for (const id of btf.types.ids()) {
          const type = btf.types.at(id);
          expect(type.kind).toBe(dumped[id - 1]?.kind.toLowerCase());
          if ("name" in type) expect(type.name === "" ? "(anon)" : type.name).toBe(dumped[id - 1]?.name);
        }
        const tagged = [...declTagsByTarget(btf.types)].map(([target]) => btf.types.at(target).kind);
        expect(tagged.sort()).toEqual(["func", "struct"]);

        const extBytes = new Uint8Array(section(".BTF.ext"));
        const log = new Log();
        const ext = decodeBtfExt(extBytes, btf.strings, { file: object, section: ".BTF.ext", base: 0 }, log);
        expect(log.diagnostics).toEqual([]);
        // Whatever the order of the sections in the model, they are written in clang's.
        const turned: BtfExt = { sections: [...(ext?.sections ?? [])].reverse() };
        const made = encodeBtfExt(turned, btf.strings, btf.little);
        expect(Buffer.compare(made.bytes, extBytes)).toBe(0);
        const counts = ext?.sections.map(({ name, funcs, relos }) => [name, funcs.length, relos.length]);
        expect(counts?.sort()).toEqual([
          [".text", 1, 0],
          ["tc", 1, 0],
          ["xdp", 1, 1],
        ]);
      });
    });

    it("has a relocation for each offset of an instruction, where clang has it", () => {
      withFolder((folder) => {
        const object = compile(tool["clang-22"], folder, PROGRAM);
        const section = (name: string) =>
          new Uint8Array(readFileSync(sectionOf(tool["llvm-objcopy-22"], folder, object, name)));
        const { strings } = decoded(section(".BTF"));
        const ext = decodeBtfExt(
          section(".BTF.ext"),
          strings,
          { file: object, section: ".BTF.ext", base: 0 },
          new Log(),
        );
        const { relocations } = encodeBtfExt(ext as BtfExt, strings, true);
        const theirs = relocationOffsets(tool["llvm-readelf-22"], object, ".BTF.ext");
        expect(theirs.length).toBeGreaterThan(3);
        const offsets = relocations.flatMap(({ offset, count, stride }) =>
          Array.from({ length: count }, (_, i) => offset + i * stride),
        );
        expect(offsets).toEqual(theirs);
        expect(new Set(relocations.map((relocation) => relocation.section))).toEqual(
          new Set([".text", "xdp", "tc"]),
        );
      });
    });
  },
);

/** Records of every kind whose ids are below `size` and whose names are any text. */
function anyType(size: number): fc.Arbitrary<BtfType> {
  const id = fc.nat(size);
  const name = fc.oneof(
    fc.constantFrom("", "a", "int", "name"),
    fc.string({ unit: "grapheme", maxLength: 8 }).map((s) => s.replaceAll("\0", "")),
  );
  const u32 = fc.oneof(fc.nat(100), fc.constantFrom(0xffffffff, 0x80000000, 0x7fffffff));
  const linkage = fc.constantFrom("static" as const, "global" as const, "extern" as const);
  const list = <T>(item: fc.Arbitrary<T>) => fc.array(item, { maxLength: 5 });
  const composite = fc.constantFrom("struct" as const, "union" as const);
  const modifier = fc.constantFrom(
    "ptr" as const,
    "const" as const,
    "volatile" as const,
    "restrict" as const,
  );
  return fc.oneof(
    fc.record({
      kind: fc.constant("int" as const),
      name,
      size: u32,
      encoding: fc.constantFrom("unsigned" as const, "signed" as const, "char" as const, "bool" as const),
      bits: fc.nat(255),
      bitOffset: fc.nat(255),
    }),
    fc.record({ kind: modifier, type: id }),
    fc.record({ kind: fc.constant("array" as const), element: id, index: id, length: u32 }),
    fc.record({
      kind: composite,
      name,
      size: u32,
      members: list(fc.record({ name, type: id, offset: u32, bits: fc.constant(0) })),
      bitfields: fc.constant(false),
    }),
    fc.record({
      kind: composite,
      name,
      size: u32,
      members: list(fc.record({ name, type: id, offset: fc.nat(0xffffff), bits: fc.nat(255) })),
      bitfields: fc.constant(true),
    }),
    fc.record({
      kind: fc.constant("enum" as const),
      name,
      size: u32,
      signed: fc.constant(true),
      values: list(fc.record({ name, value: fc.bigInt(-(1n << 31n), (1n << 31n) - 1n) })),
    }),
    fc.record({
      kind: fc.constant("enum" as const),
      name,
      size: u32,
      signed: fc.constant(false),
      values: list(fc.record({ name, value: fc.bigInt(0n, (1n << 32n) - 1n) })),
    }),
    fc.record({
      kind: fc.constant("enum64" as const),
      name,
      size: u32,
      signed: fc.constant(true),
      values: list(fc.record({ name, value: fc.bigInt(-(1n << 63n), (1n << 63n) - 1n) })),
    }),
    fc.record({
      kind: fc.constant("enum64" as const),
      name,
      size: u32,
      signed: fc.constant(false),
      values: list(fc.record({ name, value: fc.bigInt(0n, (1n << 64n) - 1n) })),
    }),
    fc.record({ kind: fc.constant("fwd" as const), name, union: fc.boolean() }),
    fc.record({ kind: fc.constant("typedef" as const), name, type: id }),
    fc.record({
      kind: fc.constant("func_proto" as const),
      result: id,
      params: list(fc.record({ name, type: id })),
    }),
    fc.record({ kind: fc.constant("var" as const), name, type: id, linkage }),
    fc.record({ kind: fc.constant("float" as const), name, size: u32 }),
    fc.record({
      kind: fc.constant("decl_tag" as const),
      value: name,
      type: id,
      component: fc.integer({ min: -1, max: 100 }),
      attribute: fc.boolean(),
    }),
    fc.record({ kind: fc.constant("type_tag" as const), value: name, type: id, attribute: fc.boolean() }),
  );
}

/** A table in which the first three types are a prototype, a function and a variable, and a DATASEC holds both. */
const anyTable = fc.integer({ min: 4, max: 20 }).chain((size) =>
  fc
    .tuple(
      fc.array(anyType(size), { minLength: size - 4, maxLength: size - 4 }),
      fc.array(fc.tuple(fc.constantFrom(2, 3), fc.nat(99), fc.nat(99)), { maxLength: 4 }),
    )
    .map(([free, entries]) => {
      const table = new TypeTable();
      table.add({ kind: "func_proto", result: 0, params: [{ name: "ctx", type: 3 }] });
      table.add({ kind: "func", name: "f", type: 1, linkage: "global" });
      table.add({ kind: "var", name: "v", type: 1, linkage: "static" });
      for (const type of free) table.add(type);
      table.add({
        kind: "datasec",
        name: ".x",
        size: 7,
        entries: entries.map(([type, offset, bytes]) => ({ type, offset, size: bytes })),
      });
      return table;
    }),
);

const anyExt: fc.Arbitrary<BtfExt> = fc
  .uniqueArray(
    fc.string({ minLength: 1, maxLength: 6 }).map((s) => s.replaceAll("\0", "x")),
    { minLength: 1, maxLength: 4 },
  )
  .chain((names) => {
    const insnOffset = fc.nat(0xffffffff);
    const text = fc.constantFrom("", "./a.c", "  return 0;", "0:1");
    const section = (name: string) =>
      fc.record({
        name: fc.constant(name),
        funcs: fc.array(fc.record({ insnOffset, type: fc.nat(1000) }), { maxLength: 3, minLength: 1 }),
        lines: fc.array(
          fc.record({ insnOffset, file: text, text, line: fc.nat(0x3fffff), column: fc.nat(0x3ff) }),
          { maxLength: 3 },
        ),
        relos: fc.array(fc.record({ insnOffset, type: fc.nat(1000), access: text, kind: fc.nat(12) }), {
          maxLength: 3,
        }),
      });
    return fc.tuple(...names.map(section)).map((sections) => ({ sections }));
  });

describe("any table", () => {
  it("is equal after encode and decode, in both byte orders", () => {
    fc.assert(
      fc.property(anyTable, fc.boolean(), (table, little) => {
        const bytes = encodeBtf(table, new BtfStrings(), little);
        const btf = decoded(bytes);
        expect(btf.little).toBe(little);
        expect([...btf.types.ids()].map((id) => btf.types.at(id))).toEqual(
          [...table.ids()].map((id) => table.at(id)),
        );
        expect(Buffer.compare(encodeBtf(btf.types, btf.strings, little), bytes)).toBe(0);
        const sizes = [...table.ids()].map((id) => recordSize(table.at(id)));
        expect(24 + sizes.reduce((a, b) => a + b, 0) + btf.strings.size).toBe(bytes.length);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it("and any .BTF.ext", () => {
    fc.assert(
      fc.property(anyExt, fc.boolean(), (ext, little) => {
        const strings = new BtfStrings();
        const { bytes } = encodeBtfExt(ext, strings, little);
        const log = new Log();
        const back = decodeBtfExt(bytes, strings, { file: "x", section: "", base: 0 }, log);
        expect(log.diagnostics).toEqual([]);
        expect(back).toEqual(ext);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});

describe("strings", () => {
  it("stand in order of mention, each once, no tails shared", () => {
    const strings = new BtfStrings();
    expect(["", "abc", "c", "abc", "é", "bc"].map((text) => strings.intern(text))).toEqual([
      0, 1, 5, 1, 7, 10,
    ]);
    expect(Buffer.from(strings.encode()).toString()).toBe("\0abc\0c\0é\0bc\0");
    expect(strings.size).toBe(13);
    expect(strings.offsetOf("bc")).toBe(10);
    expect(strings.offsetOf("b")).toBe(undefined);
  });

  /** The slot of a text among the 1024 that a small table has (FNV-1a, folded). */
  function slotOf(text: string): number {
    let hash = 0x811c9dc5;
    for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
    return (hash ^ (hash >>> 15)) & 1023;
  }

  it("are found again, however many there are, and whether or not their hashes collide", () => {
    const crowd: string[] = [];
    for (let i = 0; crowd.length < 100; i++) if (slotOf(`t${i}`) === 7) crowd.push(`t${i}`);
    const texts = fc.array(fc.string({ unit: "binary", minLength: 1, maxLength: 9 }), { maxLength: 2000 });
    fc.assert(
      fc.property(texts, fc.boolean(), (some, read) => {
        const known = [...crowd, ...some.map((text) => text.replaceAll("\0", "0"))].filter(
          (text) => text !== "",
        );
        const wellFormed = known.map((text) => Buffer.from(text).toString());
        let strings = new BtfStrings();
        const offsets = wellFormed.map((text) => strings.intern(text));
        if (read) strings = new BtfStrings(strings.encode());
        expect(strings.size).toBe(
          [...new Set(wellFormed)].reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 1),
        );
        expect(wellFormed.map((text) => strings.offsetOf(text))).toEqual(offsets);
        expect(offsets.map((offset) => strings.textAt(offset))).toEqual(wellFormed);
        expect(strings.offsetOf("not there")).toBe(undefined);
      }),
      { seed: SEED, numRuns: 30 },
    );
  });

  it("that are no UTF-8 keep their bytes, and are found by what they read as", () => {
    const bytes = new Uint8Array([0, 0x61, 0xff, 0, 0x62, 0]);
    const strings = new BtfStrings(bytes);
    expect(strings.textAt(1)).toBe("a\ufffd");
    expect(strings.intern("a\ufffd")).toBe(1);
    expect(strings.intern("b")).toBe(4);
    expect(strings.intern("\ufffd")).toBe(6);
    expect([...strings.encode()]).toEqual([...bytes, 0xef, 0xbf, 0xbd, 0]);
  });

  it("keep their bytes when they were read, duplicates and tails included", () => {
    const bytes = new Uint8Array(Buffer.from("\0same\0same\0long name\0"));
    const strings = new BtfStrings(bytes);
    expect(strings.offsetOf("same")).toBe(1);
    expect(strings.textAt(6)).toBe("same");
    expect(strings.textAt(16)).toBe("name");
    expect(strings.textAt(21)).toBe(undefined);
    expect(strings.intern("name")).toBe(21);
    expect(Buffer.from(strings.encode()).toString()).toBe("\0same\0same\0long name\0name\0");
  });
});
