// Types under names of the document's own: bpftool shows what they are in the object, and clang what it makes of the
// same types where C can say them.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { encodeUtf8, type IrDocument, liftFile, linkFiles } from "../../src/index.js";
import { withFolder } from "../btf/clang.js";
import { objectDiff } from "../golden-diff.js";
import { describeWithJudge } from "../judges.js";

/** The object of a document; it must have no error. */
function link(document: IrDocument): Uint8Array {
  const file = { name: "own.json", bytes: encodeUtf8(JSON.stringify(document)) };
  const { bytes, diagnostics } = linkFiles([file]);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return bytes!;
}

/** The object of the IR that an object is lifted to. */
function emitAgain(bytes: Uint8Array): Uint8Array {
  const { result, diagnostics } = liftFile({ name: "own.o", bytes });
  expect(diagnostics.map(({ message }) => message)).toEqual([]);
  return linkFiles([{ name: "own.json", bytes: encodeUtf8(result!.text) }]).bytes!;
}

/** What C cannot say, each as a variable, or what leads to one. */
const RECORDS: IrDocument = {
  license: null,
  types: [
    { id: "$u32", kind: "int", name: "u32", size: 4 },
    {
      id: "$Option",
      kind: "struct",
      name: "Option<u32>",
      size: 8,
      tags: ["maybe", { name: "niche", attribute: true }],
      members: [
        { name: "value", type: "$u32", bits_offset: 32, tags: ["some"] },
        { name: "known", type: "$u32", bits_offset: 0, bitfield_size: 1 },
        { name: "same", type: "$Option *", bits_offset: 0 },
      ],
    },
    {
      id: "$Ordering",
      kind: "enum",
      name: "cmp::Ordering",
      size: 1,
      signed: true,
      values: [
        { name: "Less", val: -1 },
        { name: "{impl#0}", val: 0 },
      ],
    },
    {
      id: "$visit",
      kind: "func_proto",
      ret_type: "$Ordering",
      params: [{ name: "self", type: "$Option *" }],
    },
    { id: "$opaque", kind: "fwd", name: "core::fmt::Formatter", fwd_kind: "union" },
    { id: "$user", kind: "type_tag", name: "user", type: "$u32", attribute: true },
    { id: "$alias", kind: "typedef", name: "a::b", type: "$user" },
    { id: "$half", kind: "float", name: "f16", size: 2 },
    { id: "$const", kind: "const", type: "$visit" },
    { id: "$flag", kind: "int", name: "flag", size: 1, encoding: "bool", nr_bits: 1, bits_offset: 2 },
  ],
  data: [
    { name: "last", type: "$Option", value: { value: 7, known: 1 } },
    { name: "order", type: "$Ordering", value: "Less" },
    { name: "visit", type: "$const *" },
    { name: "opaque", type: "$opaque *" },
    { name: "alias", type: "$alias" },
    { name: "half", type: "$half", value: { hex: "00 3c" } },
    { name: "flag", type: "$flag" },
  ],
};

describeWithJudge("types as records", { bpftool: "apt: bpftool" }, (tool) => {
  it("are in the object what they say, as bpftool shows it", () => {
    const text = withFolder((folder) => {
      const file = join(folder, "own.o");
      writeFileSync(file, link(RECORDS));
      return execFileSync(tool.bpftool, ["btf", "dump", "file", file], { encoding: "utf8" });
    });
    const records = text
      .split(/^\[\d+\] /m)
      .map((record) => record.replace(/type_id=\d+/g, "type_id").trim());
    expect(records).toEqual(
      expect.arrayContaining([
        "STRUCT 'Option<u32>' size=8 vlen=3\n\t'value' type_id bits_offset=32\n\t'known' type_id bits_offset=0 bitfield_size=1\n\t'same' type_id bits_offset=0",
        "DECL_TAG 'maybe' type_id component_idx=-1",
        "DECL_TAG 'some' type_id component_idx=0",
        "INT 'u32' size=4 bits_offset=0 nr_bits=32 encoding=(none)",
        "INT 'flag' size=1 bits_offset=2 nr_bits=1 encoding=BOOL",
        "ENUM 'cmp::Ordering' encoding=SIGNED size=1 vlen=2\n\t'Less' val=-1\n\t'{impl#0}' val=0",
        "FWD 'core::fmt::Formatter' fwd_kind=union",
        "TYPEDEF 'a::b' type_id",
        "TYPE_TAG 'user' type_id",
        "FLOAT 'f16' size=2",
        "CONST '(anon)' type_id",
        "FUNC_PROTO '(anon)' ret_type_id vlen=1\n\t'self' type_id",
      ]),
    );
  });
});

describe("lifted types as records", () => {
  it("make the same object again", () => {
    const bytes = link(RECORDS);
    expect(objectDiff(emitAgain(bytes), bytes)).toBe("");
  });
});

describe("lifted structs that stay forward declarations", () => {
  it.each([
    ["near", "far"],
    ["far", "near"],
  ])("keep their order, whichever the text mentions first: %s, %s", (first, second) => {
    const bytes = link({
      license: null,
      types: [
        `struct ${first} {}; struct ${second} {};`,
        "typedef struct far *far_t; struct refs { struct near *near; far_t far; };",
      ],
      data: [{ name: "refs", type: "struct refs" }],
    });
    expect(objectDiff(emitAgain(bytes), bytes)).toBe("");
  });
});

const TOOLS = {
  "clang-22": "apt: clang-22",
  "llvm-strip-22": "apt: llvm-22",
  "llvm-readelf-22": "apt: llvm-22",
};

describeWithJudge("names of the document's own", TOOLS, (tool) => {
  /** As the goldens are made. */
  const made = (source: string): Uint8Array =>
    withFolder((folder) => {
      const file = join(folder, "prog.o");
      writeFileSync(join(folder, "prog.c"), source);
      const flags = ["-O2", "-g", "-target", "bpf", "-fno-addrsig", "-fdebug-compilation-dir=.", "-w"];
      execFileSync(tool["clang-22"], [...flags, "-c", "prog.c", "-o", file], { cwd: folder });
      execFileSync(tool["llvm-strip-22"], ["-g", file]);
      return readFileSync(file);
    });

  it.each([
    ["a struct without a tag that two variables share", "struct { int a; long b; } x = { 1, 2 }, *y;"],
    [
      "one that is a member of two structs",
      "typedef struct { int a; } t; struct { t in; } x; struct { t in; } y;",
    ],
    [
      "two structs of one tag",
      `struct s { int a; } x;
       int f(void *p) { struct s { long b, c; struct s *next; }; static volatile struct s y = { 1 }; return y.b; }`,
    ],
    [
      "two enums of one tag with one enumerator",
      `enum e { A, B } x;
       int f(void *p) { enum e { A = 7, C }; static volatile enum e y = C; return y; }`,
    ],
    [
      "two typedefs of one name",
      `typedef int t; t x;
       int f(void *p) { typedef long t; static volatile t y = 3; return y; }`,
    ],
    [
      "a relocation against a struct without a tag",
      "int f(struct { int a; int b; } *p) { return *__builtin_preserve_access_index(&p->b); }",
    ],
    ["a name beyond ASCII", "struct größe { int länge; } x;"],
    [
      "a variable that the compiler took apart",
      "static struct { int a; long b; } x; int f(int p) { x.a += p; x.b = 3 + x.a; return x.b + x.a; }",
    ],
  ])("%s comes back as clang's file", (_, source) => {
    const bytes = made(source);
    expect(objectDiff(emitAgain(bytes), bytes)).toBe("");
  });

  it("stand for an extern of type void", () => {
    const source = `extern void thing __attribute__((section(".ksyms")));
      __attribute__((section("xdp"))) int f(void *p) { return (long)&thing; }`;
    const bytes = made(source);
    expect(objectDiff(emitAgain(bytes), bytes)).toBe("");
  });
});

describeWithJudge(
  "what gcc has other rules for",
  { "bpf-gcc": "apt: gcc-bpf", bpftool: "apt: bpftool" },
  (tool) => {
    it.each([
      [
        "a bit-field by CO-RE",
        `struct s { int a; unsigned b : 3, c : 9; } __attribute__((preserve_access_index));
      __attribute__((section("xdp"))) int f(struct s *p) { return p->c; }`,
      ],
      ["qualifiers in another order", "const volatile int x = 3; const volatile int *volatile y;"],
    ])("comes back: %s", (_, source) => {
      withFolder((folder) => {
        const [file, again] = [join(folder, "a.o"), join(folder, "b.o")];
        writeFileSync(join(folder, "a.c"), source);
        execFileSync(tool["bpf-gcc"], ["-O2", "-gbtf", "-mco-re", "-w", "-c", "a.c", "-o", file], {
          cwd: folder,
        });
        const { result, diagnostics } = liftFile({ name: "a.o", bytes: readFileSync(file) });
        expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
        const { bytes } = linkFiles([{ name: "a.json", bytes: encodeUtf8(result!.text) }]);
        writeFileSync(again, bytes!);
        const vars = (one: string): string[] =>
          execFileSync(tool.bpftool, ["btf", "dump", "file", one, "format", "c"], { encoding: "utf8" })
            .split("\n")
            .sort();
        expect(vars(again)).toEqual(vars(file));
      });
    });
  },
);

describeWithJudge("things of one name", { ...TOOLS, bpftool: "apt: bpftool" }, (tool) => {
  it("come back from an object that bpftool linked", () => {
    const bytes = withFolder((folder) => {
      const parts = ["tc", "xdp"].map((section, i) => {
        const source = `__attribute__((noinline)) static int helper(int *p) { return *(volatile int *)p + ${i}; }
          static volatile int state = ${i + 1};
          __attribute__((section("${section}"))) int prog${i}(int *p) { return helper(p) + state; }`;
        const file = join(folder, `${section}.o`);
        writeFileSync(join(folder, `${section}.c`), source);
        const flags = ["-O2", "-g", "-target", "bpf", "-fno-addrsig"];
        execFileSync(tool["clang-22"], [...flags, "-c", `${section}.c`, "-o", file], { cwd: folder });
        return file;
      });
      execFileSync(tool.bpftool, ["gen", "object", join(folder, "all.o"), ...parts]);
      return readFileSync(join(folder, "all.o"));
    });
    const symbols = (object: Uint8Array): string[] =>
      withFolder((folder) => {
        writeFileSync(join(folder, "a.o"), object);
        const text = execFileSync(tool["llvm-readelf-22"], ["-s", "--wide", join(folder, "a.o")], {
          encoding: "utf8",
        });
        return [...text.matchAll(/(FUNC|OBJECT)\s+(LOCAL|GLOBAL)\s+DEFAULT\s+\d+ (\S+)/g)]
          .map((m) => m.slice(1).join(" "))
          .sort();
      });
    expect(symbols(bytes)).toContain("FUNC LOCAL helper");
    expect(symbols(emitAgain(bytes))).toEqual(symbols(bytes));
  });

  it("may have names that are none of C", () => {
    const names = ["core::fmt::write", "a-b", "größe"];
    const object = link({
      license: null,
      functions: names.map((symbol, i) => ({
        name: `$f${i}`,
        symbol,
        linkage: "static",
        proto: "int (void)",
        code: [`r0 = ${i}`, "exit"],
      })),
    });
    const text = withFolder((folder) => {
      writeFileSync(join(folder, "a.o"), object);
      return execFileSync(tool.bpftool, ["btf", "dump", "file", join(folder, "a.o")], { encoding: "utf8" });
    });
    expect([...text.matchAll(/FUNC '(.*)' type_id/g)].map((match) => match[1])).toEqual(names);
    expect(objectDiff(emitAgain(object), object)).toBe("");
  });
});
