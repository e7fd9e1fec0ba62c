// Printed IR. What a user sees is read as text; that nothing is lost is asked of the linker: a document, and what is
// printed of its Module, must link to the same bytes. The documents are those whose objects are clang's (golden/).

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { Log } from "../../src/base/index.js";
import { type BuildOptions, buildObject } from "../../src/index.js";
import { type Module, parseModule, printModule } from "../../src/ir/index.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const golden = readdirSync(join(ROOT, "golden"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => `golden/${entry.name}/prog.json`)
  .sort();
const examples = readdirSync(join(ROOT, "examples"))
  .filter((name) => name.endsWith(".json"))
  .map((name) => `examples/${name}`)
  .sort();

function read(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

/** What the golden case's `// CFLAGS:` line means to us. */
function optionsOf(file: string): BuildOptions {
  const source = file.startsWith("golden/") ? read(file.replace(/json$/, "c")) : "";
  const flags = /^\/\/ CFLAGS: (.*)$/m.exec(source)?.[1] ?? "";
  return { target: flags.includes("-target bpfeb") ? "bpfeb" : "bpfel" };
}

function parse(text: string, little = true): Module {
  const log = new Log();
  const module = parseModule({ name: "prog.json", text }, log, { little });
  const errors = log.diagnostics.filter((d) => d.severity === "error");
  expect(errors.map((d) => `${d.message} in ${text.slice(0, 2000)}`)).toEqual([]);
  return module!;
}

function link(text: string, options: BuildOptions): Uint8Array {
  const { bytes, diagnostics } = buildObject({ name: "prog.json", text }, options);
  expect(diagnostics.filter((d) => d.severity === "error").map((d) => d.message)).toEqual([]);
  return bytes!;
}

/** The printed text of a document. */
function printed(document: Readonly<Record<string, unknown>>): string {
  return printModule(parse(JSON.stringify({ license: "GPL", ...document })));
}

describe("printed IR", () => {
  it.each([...golden, ...examples])("%s links to the same bytes", (file) => {
    const options = optionsOf(file);
    const little = options.target !== "bpfeb";
    const text = read(file);
    const again = printModule(parse(text, little), { little });
    expect(Buffer.compare(link(again, options), link(text, options)), again.slice(0, 5000)).toBe(0);
    // Canonical: what is printed is printed the same.
    expect(printModule(parse(again, little), { little })).toBe(again);
  });
});

describe("what is printed", () => {
  /** The document again, without the line info of its own file. */
  const again = (document: Readonly<Record<string, unknown>>): Record<string, unknown> => {
    const text = printed(document);
    expect(printModule(parse(text))).toBe(text);
    return JSON.parse(text);
  };
  const loc = { file: "a.c", line: 1, text: "x" };
  const program = (code: readonly unknown[], rest = {}): unknown => ({
    name: "p",
    section: "xdp",
    ...rest,
    code: [{ loc }, ...code],
  });

  it.each([
    ["weak and hidden", { name: "v", type: "int", linkage: "weak", hidden: true }],
    ["hidden", { name: "v", type: "int", linkage: "hidden" }],
    ["static and hidden", { name: "v", type: "int", linkage: "static", hidden: true }],
    ["a float", { name: "v", type: "float", value: 0.1 }],
    ["a double", { name: "v", type: "double", value: -1.5e300 }],
    ["what is no number", { name: "v", type: "double", value: { hex: "00 00 00 00 00 00 f8 7f" } }],
    ["bits", { name: "v", type: "struct { int a : 3; unsigned int b : 30; }", value: { a: -2, b: 5 } }],
    ["an anonymous union", { name: "v", type: "struct { union { int a; float b; }; }", value: { a: 7 } }],
    ["padding", { name: "v", type: "struct { char a; int b; }", value: { hex: "01 ff" } }],
    ["bytes", { name: "v", type: "__u8[4]", value: [1, 2, 3, 4] }],
    ["text that does not end", { name: "v", type: "char[3]", value: "abc" }],
    ["a flexible array", { name: "v", type: "struct { int n; int x[]; }", value: { n: 2, x: [1, 0] } }],
    ["16 bytes", { name: "v", type: "__int128", value: "-170141183460469231731687303715884105728" }],
    ["a pointer", { name: "v", type: "void *", value: "0xffff" }],
    ["a member that is called hex", { name: "v", type: "struct { int hex; }", value: { hex: 3 } }],
    ["its own section and alignment", { name: "v", section: ".data.x", type: "int", value: 1, align: 64 }],
  ])("%s is printed as it was written", (_, variable) => {
    expect(again({ data: [variable] }).data).toEqual([variable]);
  });

  it.each([
    [
      "names and flags",
      {
        name: "m",
        type: "hash",
        key: "int",
        value: "int",
        max_entries: 1,
        map_flags: "BPF_F_NO_PREALLOC",
        pinning: "by_name",
      },
    ],
    [
      "several flags",
      {
        name: "m",
        type: "array",
        key: "int",
        value: "int",
        max_entries: 1,
        map_flags: ["BPF_F_RDONLY", "BPF_F_MMAPABLE"],
      },
    ],
    ["__ulong", { name: "m", type: "bloom_filter", value: "int", max_entries: 1, map_extra: { ulong: 3 } }],
    [
      "a long __ulong",
      { name: "m", type: "bloom_filter", value: "int", max_entries: 1, map_extra: "0x100000000000000" },
    ],
    ["hidden", { name: "m", type: "ringbuf", max_entries: 4096, linkage: "weak", hidden: true }],
    [
      "inner maps",
      {
        name: "m",
        struct: "outer",
        type: "hash_of_maps",
        key: "int",
        max_entries: 1,
        values: { of: { type: "array", key: "int", value: "int", max_entries: 1 } },
      },
    ],
  ])("a map with %s is printed as it was written", (_, map) => {
    expect(again({ maps: [map] }).maps).toEqual([map]);
  });

  it("may have no license, or one of its own", () => {
    expect(again({ license: null, data: [{ name: "v", type: "int" }] }).license).toBe(null);
    const license = {
      name: "l",
      value: "MIT",
      type: "const char[8]",
      linkage: "weak",
      hidden: true,
      align: 4,
    };
    expect(again({ license }).license).toEqual(license);
  });

  it("keeps the names of labels", () => {
    const code = ["if r1 == 0 goto out", "goto .Lend", "out:", "r0 = 1", ".Lend:", "r0 = 0", "exit"];
    expect(again({ programs: [program(code)] }).programs).toEqual([program(code)]);
  });

  it("gives labels names of their own where theirs are none, or one name stands for two", () => {
    const module = parse(
      JSON.stringify({
        license: "GPL",
        programs: [
          program(["if r1 == 0 goto a", "goto b", "a:", "r0 = 1", "b:", "r0 = 0", "goto c", "c:", "exit"]),
        ],
      }),
    );
    const names = new Map([
      ["a", "x"],
      ["b", "x"],
      ["c", "r3"],
    ]);
    for (const { ref } of module.functions[0]!.body) {
      if (ref?.to.kind === "label") Object.assign(ref.to, { name: names.get(ref.to.name) });
    }
    const text = printModule(module);
    expect(JSON.parse(text).programs[0].code.filter((one: unknown) => /:$/.test(String(one)))).toEqual([
      "x:",
      "x_1:",
      "L:",
    ]);
    parse(text);
  });

  it("writes names that text would take for registers as data", () => {
    const code = [{ op: "ld_imm64", dst: "r1", ref: "w3", addend: 4 }, "r0 = 0", "exit"];
    const document = again({ data: [{ name: "w3", type: "long" }], programs: [program(code)] });
    expect(document.programs).toEqual([program(code)]);
  });

  it("calls helpers by name, unless that is the name of something else", () => {
    const functions = [
      { name: "bpf_ktime_get_ns", proto: "long bpf_ktime_get_ns(void)", code: [{ loc }, "r0 = 0", "exit"] },
    ];
    const code = ["call bpf_get_prandom_u32", "call 5", "call bpf_ktime_get_ns", "exit"];
    const document = again({ programs: [program(code)], functions });
    expect(document.programs).toEqual([program(code)]);
  });

  it("says where a function has no line at all", () => {
    const source = {
      name: "a.json",
      text: JSON.stringify({
        license: "GPL",
        programs: [{ name: "p", section: "xdp", code: ["r0 = 0", "exit"] }],
      }),
    };
    const text = printModule(parseModule(source, new Log(), { lineInfo: false })!);
    expect(JSON.parse(text).programs[0].code).toEqual([{ loc: { file: "", line: 0 } }, "r0 = 0", "exit"]);
  });

  it("declares what is needed, and nothing that is known", () => {
    const document = again({
      types: [
        "struct unused { int a; };",
        "struct b { struct a *next; };",
        "struct a { struct b in; u32 n; };",
      ],
      data: [{ name: "v", type: "struct a" }],
    });
    expect(document.types).toEqual(["struct b { struct a *next; };", "struct a { struct b in; u32 n; };"]);
  });

  it("gives private constants names of their own", () => {
    const module = parse(
      JSON.stringify({
        license: "GPL",
        data: [
          { name: ".L.a", section: ".rodata.str1.1", linkage: "private", value: "one" },
          { name: ".L.b", section: ".rodata.str1.1", linkage: "private", value: "two" },
        ],
      }),
    );
    const same = module.variables.map((v) => (v.kind === "data" && v.private ? { ...v, name: "" } : v));
    const names = JSON.parse(printModule({ ...module, variables: same })).data.map(
      (v: { name: string }) => v.name,
    );
    expect(names).toEqual([".L.const", ".L.const.1"]);
  });
});
