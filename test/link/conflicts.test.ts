// Who wins, and who clashes: every pair of linkages of one name, for functions, variables and maps, against ELF's rules
// written out as a table; then everything else that two inputs can disagree on, with the message that a user sees.

import { describe, expect, it } from "vitest";
import { linkFiles } from "../../src/index.js";
import { type Document, ir, linkWell, messagesOf, RETURN } from "./inputs.js";

const LINKAGES = ["strong", "weak", "hidden", "static", "extern", "weak extern"] as const;
type Linkage = (typeof LINKAGES)[number];
const KINDS = ["function", "variable", "map"] as const;
type Kind = (typeof KINDS)[number];

/** A file that has `x` in one linkage, and uses it in a program of its own. */
function file(name: string, kind: Kind, linkage: Linkage, number: number): ReturnType<typeof ir> {
  const word = { strong: "global", weak: "weak", hidden: "hidden", static: "static" }[linkage as "strong"];
  const code = {
    function: ["call x", "exit"],
    variable: ["r1 = x ll", "r0 = *(u32 *)(r1 + 0)", "exit"],
    map: ["r1 = x ll", "r0 = 0", "exit"],
  }[kind];
  const programs = [{ name: `use_${number}`, section: "xdp", code }];
  if (word === undefined) {
    const weak = linkage === "weak extern";
    const type = {
      function: { proto: "int x(void)" },
      variable: { type: "int" },
      map: { type: "void" },
    }[kind];
    return ir(name, { programs, externs: [{ name: "x", ...type, weak }] });
  }
  const definitions: Record<Kind, Document> = {
    function: {
      functions: [{ name: "x", proto: "int x(void)", linkage: word, code: [`r0 = ${number}`, "exit"] }],
    },
    variable: { data: [{ name: "x", type: "int", value: number, linkage: word }] },
    map: { maps: [{ name: "x", type: "array", key: "int", value: "int", max_entries: 7, linkage: word }] },
  };
  return ir(name, { programs, ...definitions[kind] });
}

/** What ELF says: which inputs' definitions stay (with the number that is in them), or why there is no link. */
function expected(a: Linkage, b: Linkage): readonly number[] | "duplicate" | "undefined" {
  const own = [a, b].map((linkage) => linkage === "static");
  const strong = [a, b].map((linkage) => linkage === "strong" || linkage === "hidden");
  const weak = [a, b].map((linkage) => linkage === "weak");
  if (strong[0] && strong[1]) return "duplicate";
  const shared = strong[0] ? 1 : strong[1] ? 2 : weak[0] ? 1 : weak[1] ? 2 : 0;
  if (shared === 0 && [a, b].includes("extern")) return "undefined";
  return [1, 2].filter((number) => own[number - 1] || number === shared);
}

const pairs = KINDS.flatMap((kind) => LINKAGES.flatMap((a) => LINKAGES.map((b) => [kind, a, b] as const)));

describe("two inputs with one name", () => {
  it.each(pairs)("%s: %s and %s", (kind, a, b) => {
    const linked = linkFiles([file("a.json", kind, a, 1), file("b.json", kind, b, 2)]);
    const errors = linked.diagnostics.filter(({ severity }) => severity === "error");
    const wanted = expected(a, b);
    if (typeof wanted === "string") {
      expect(errors.map(({ code }) => code)).toEqual([`link/${wanted}`]);
      return;
    }
    expect(errors).toEqual([]);
    const kept = linked.report?.kept.filter(({ was, name }) => (was ?? name) === "x");
    expect(kept?.map(({ input }) => (input === "a.json" ? 1 : 2))).toEqual(wanted);
    // One name stands for one thing, or the object has two symbols that a loader takes for one.
    expect(new Set(kept?.map(({ name }) => name)).size).toBe(kept?.length);
  });

  it("stays hidden if one of them says so", () => {
    const { module } = linkWell([
      ir("a.json", { functions: [{ name: "x", proto: "int x(void)", code: RETURN }] }),
      ir("b.json", {
        externs: [{ name: "x", proto: "int x(void)", hidden: true }],
        programs: [{ name: "p", section: "xdp", code: ["call x", "exit"] }],
      }),
    ]);
    expect(module?.functions.find(({ name }) => name === "x")).toMatchObject({
      hidden: true,
      binding: "global",
    });
  });
});

const map = (rest: Document): Document => ({
  maps: [{ name: "m", type: "hash", key: "int", value: "long", max_entries: 8, ...rest }],
});
const weakMap = (rest: Document): Document => map({ ...rest, linkage: "weak" });
const fn = (proto: string, linkage = "global"): Document => ({
  functions: [{ name: "f", proto, linkage, code: RETURN }],
});
const use = (extern: Document, code: readonly string[], types: readonly string[] = []): Document => ({
  types,
  externs: [extern],
  programs: [{ name: "p", section: "xdp", code }],
});
const callF = (proto: string, types: readonly string[] = []): Document =>
  use({ name: "f", proto }, ["r1 = 0", "r2 = 0", "call f", "exit"], types);
const loadV = (type: string, types: readonly string[] = []): Document =>
  use({ name: "v", type }, ["r1 = v ll", "r0 = 0", "exit"], types);
const data = (type: string, types: readonly string[] = [], rest: Document = {}): Document => ({
  types,
  data: [{ name: "v", section: ".data", type, ...rest }],
});

/** Two documents, and the first lines of what the link of them says. */
const TABLE: readonly (readonly [string, Document, Document, readonly string[]])[] = [
  [
    "two programs of one name",
    { programs: [{ name: "p", section: "xdp", code: RETURN }] },
    { programs: [{ name: "p", section: "tc", code: RETURN }] },
    ['error: "p" is defined in section "tc" of "b.json", and in section "xdp" of "a.json" [link/duplicate]'],
  ],
  [
    "a function and a variable",
    fn("int f(void)"),
    { data: [{ name: "f", section: ".data", type: "int", value: 1 }] },
    ['error: "f" is a variable here, and a function in "a.json" [link/kind-mismatch]'],
  ],
  [
    "a map that is declared as a function",
    map({}),
    use({ name: "m", proto: "int m(void)" }, ["call m", "exit"]),
    ['error: "m" is a function here, and a map in "a.json" [link/kind-mismatch]'],
  ],
  [
    "another number of parameters",
    fn("int f(int a)"),
    callF("int f(int a, int b)"),
    [
      'error: "f" is "int (int, int)" here, and "int (int a)" in "a.json": the function takes 2 parameters here and 1 there [link/type-mismatch]',
    ],
  ],
  [
    "another result",
    fn("long f(void)"),
    callF("int f(void)"),
    [
      'error: "f" is "int (void)" here, and "long (void)" in "a.json": the result: "int" has 4 bytes here, and "long" has 8 there [link/type-mismatch]',
    ],
  ],
  [
    "a weak function of another type",
    fn("int f(int a)"),
    fn("int f(void *a)", "weak"),
    [
      'error: "f" is "int (void *a)" here, and "int (int a)" in "a.json": parameter 1: a pointer here is "int" there [link/type-mismatch]',
    ],
  ],
  [
    "an array of another length",
    data("int [4]"),
    loadV("int [100]"),
    [
      'warning: "v" is "int[100]" here, and "int[4]" in "a.json": an array of 100 elements here has 4 there [link/type-differs]',
    ],
  ],
  ["an array whose length is left open", data("int [4]"), loadV("int []"), []],
  [
    "an integer of another sign",
    data("unsigned int"),
    loadV("int"),
    [
      'warning: "v" is "int" here, and "unsigned int" in "a.json": "int" here is "unsigned int" there [link/type-differs]',
    ],
  ],
  ["qualifiers and typedefs", data("volatile __u32"), loadV("const unsigned int"), []],
  [
    "a struct behind a pointer",
    { ...fn("int f(struct s *p)"), types: ["struct s { int a; int b; };"] },
    callF("int f(struct s *p)", ["struct s { int a; long b; };"]),
    [
      'warning: "f" is "int (struct s *)" here, and "int (struct s *p)" in "a.json": parameter 1: struct "s" has 16 bytes here and 8 there [link/type-differs]',
    ],
  ],
  [
    "an integer behind a pointer",
    fn("int f(int *p)"),
    callF("int f(long *p)"),
    [
      'error: "f" is "int (long *)" here, and "int (int *p)" in "a.json": parameter 1: "long" has 8 bytes here, and "int" has 4 there [link/type-mismatch]',
    ],
  ],
  [
    "structs of two names behind a pointer",
    { ...fn("int f(struct s *p)"), types: ["struct s { int a; };"] },
    callF("int f(struct t *p)", ["struct t { int a; };"]),
    [
      'error: "f" is "int (struct t *)" here, and "int (struct s *p)" in "a.json": parameter 1: struct "t" here is struct "s" there [link/type-mismatch]',
    ],
  ],
  [
    "a struct that one only declares",
    { ...fn("int f(struct s *p)"), types: ["struct s { int a; int b; };"] },
    callF("int f(struct s *p)", ["struct s;"]),
    [],
  ],
  [
    "a member of another name",
    data("struct s", ["struct s { int a; int b; };"]),
    loadV("struct s", ["struct s { int a; int c; };"]),
    [
      'error: "v" is "struct s" here, and "struct s" in "a.json": member 2 of struct "s" is "c" here and "b" there [link/type-mismatch]',
    ],
  ],
  ["a declaration without a type", data("int"), loadV("void"), []],
  [
    "another section",
    { data: [{ name: "v", section: ".data.own", type: "int", value: 1 }] },
    { ...use({ name: "v", section: ".kconfig", type: "int" }, ["r1 = v ll", "r0 = 0", "exit"]) },
    [
      'error: extern "v" is declared in section ".kconfig", and stands in section ".data.own" of "a.json" [link/section-mismatch]',
    ],
  ],
  [
    "a kernel function that an input defines",
    fn("int f(void)"),
    use({ name: "f", section: ".ksyms", proto: "int f(void)" }, ["call f", "exit"]),
    ['warning: extern "f" is declared as the kernel\'s, and "a.json" defines it [link/ksym-defined]'],
  ],
  [
    "max_entries",
    map({}),
    weakMap({ max_entries: 9 }),
    ['error: map "m" is not the one of "a.json": "max_entries" is 9 here and 8 there [link/map-mismatch]'],
  ],
  [
    "map_extra, which libbpf's linker does not compare",
    map({ type: "bloom_filter", key: undefined, map_extra: 3 }),
    weakMap({ type: "bloom_filter", key: undefined, map_extra: 5 }),
    ['error: map "m" is not the one of "a.json": "map_extra" is 5 here and 3 there [link/map-mismatch]'],
  ],
  [
    "flags that one leaves out",
    map({ map_flags: 1 }),
    weakMap({}),
    ['error: map "m" is not the one of "a.json": "map_flags" is only given there [link/map-mismatch]'],
  ],
  ["flags that are 0", map({ map_flags: 0 }), weakMap({}), []],
  [
    "the type of the value",
    map({}),
    weakMap({ value: "unsigned long" }),
    [
      'error: map "m" is not the one of "a.json": "value": "unsigned long" here is "long" there [link/map-mismatch]',
    ],
  ],
  [
    "inner maps",
    map({
      type: "array_of_maps",
      value: undefined,
      values: { of: { type: "array", key: "int", value: "int", max_entries: 1 } },
    }),
    weakMap({
      type: "array_of_maps",
      value: undefined,
      values: { of: { type: "array", key: "int", value: "int", max_entries: 2 } },
    }),
    [
      'error: map "m" is not the one of "a.json": of the inner maps, "max_entries" is 2 here and 1 there [link/map-mismatch]',
    ],
  ],
  [
    "an address beside a map",
    map({}),
    use({ name: "m", type: "void" }, ["r1 = m + 4 ll", "r0 = 0", "exit"]),
    ['error: "m" is a map, and loaders take its address only without an offset [ir/no-addend]'],
  ],
  [
    "a call of what turns out to be a program",
    { programs: [{ name: "f", section: "xdp", proto: "int f(void *ctx)", code: RETURN }] },
    callF("int f(void *ctx)"),
    ['warning: "f" stands in section "xdp", and libbpf takes calls only into ".text" [ir/call-of-program]'],
  ],
  [
    "a map that is declared as an integer",
    map({}),
    use({ name: "m", type: "int" }, ["r1 = m ll", "r0 = 0", "exit"]),
    ['error: extern "m" is "int" here, and a map in "a.json" [link/map-declared]'],
  ],
  [
    "a slot for programs that turns out to name a subprogram",
    {
      externs: [{ name: "f", proto: "int f(void *ctx)" }],
      maps: [
        {
          name: "jump",
          type: "prog_array",
          key_size: 4,
          max_entries: 1,
          values: { of: "int (void *ctx)", init: ["f"] },
        },
      ],
    },
    fn("int f(void *ctx)"),
    ['error: "f" is a subprogram, where a program is needed [ir/wrong-thing]'],
  ],
  [
    "a slot for maps that turns out to name a variable",
    {
      externs: [{ name: "v", type: "int" }],
      maps: [
        {
          name: "outer",
          type: "array_of_maps",
          key_size: 4,
          max_entries: 1,
          values: { of: { type: "array", key: "int", value: "int", max_entries: 1 }, init: ["v"] },
        },
      ],
    },
    data("int"),
    ['error: "v" is a variable, where a map is needed [ir/wrong-thing]'],
  ],
  [
    "licenses that do not go together",
    {},
    { license: "Proprietary" },
    ['error: license "Proprietary" does not go with license "GPL" of "a.json" [link/license]'],
  ],
  ["licenses that do", {}, { license: "Dual MIT/GPL" }, []],
  [
    "kernel versions",
    { data: [{ name: "_version", section: "version", type: "unsigned int", value: 5 }] },
    { data: [{ name: "_version", section: "version", type: "unsigned int", value: 6 }] },
    ['error: the kernel version is not the one of "a.json" [link/version]'],
  ],
  [
    "settings of two types",
    use({ name: "CONFIG_HZ", section: ".kconfig", type: "int" }, ["r1 = CONFIG_HZ ll", "r0 = 0", "exit"]),
    {
      ...use({ name: "CONFIG_HZ", section: ".kconfig", type: "long" }, [
        "r1 = CONFIG_HZ ll",
        "r0 = 0",
        "exit",
      ]),
      programs: [{ name: "q", section: "xdp", code: ["r1 = CONFIG_HZ ll", "r0 = 0", "exit"] }],
    },
    [
      'error: "CONFIG_HZ" is "long" here, and "int" in "a.json": "long" has 8 bytes here, and "int" has 4 there [link/type-mismatch]',
    ],
  ],
];

describe("what two inputs disagree on", () => {
  it.each(TABLE)("%s", (_, a, b, messages) => {
    const linked = linkFiles([ir("a.json", a), ir("b.json", b)]);
    expect(messagesOf(linked).map((line) => line.replace(/^[ab]\.json:\d+:\d+: /, ""))).toEqual(messages);
    // Nothing but an error keeps a link from its object.
    expect(linked.bytes === undefined).toBe(messages.some((line) => line.startsWith("error")));
  });
});

describe("strictTypes", () => {
  it("makes errors of what is only nearly the same", () => {
    const pairs: readonly (readonly [Document, Document])[] = [
      [data("int [4]"), loadV("int [100]")],
      [data("unsigned int"), loadV("int")],
      [
        { ...fn("int f(struct s *p)"), types: ["struct s { int a; int b; };"] },
        callF("int f(struct s *p)", ["struct s { int a; long b; };"]),
      ],
    ];
    for (const [a, b] of pairs) {
      const { bytes, diagnostics } = linkFiles([ir("a.json", a), ir("b.json", b)], { strictTypes: true });
      expect(bytes).toBe(undefined);
      expect(diagnostics.map(({ severity, code }) => [severity, code])).toEqual([
        ["error", "link/type-differs"],
      ]);
    }
    linkWell([ir("a.json", data("int [4]")), ir("b.json", loadV("const __s32 []"))], { strictTypes: true });
  });
});

describe("names that nobody defines", () => {
  const users = {
    externs: [{ name: "missng", proto: "int missng(void)" }],
    programs: ["p", "q", "r"].map((name) => ({ name, section: "xdp", code: ["call missng", "exit"] })),
  };
  const other = { functions: [{ name: "missing", proto: "int missing(void)", code: RETURN }] };

  it("are an error that names who refers to them, and what may be meant", () => {
    const { diagnostics } = linkFiles([ir("a.json", users), ir("b.json", other)]);
    expect(diagnostics).toMatchObject([
      {
        code: "link/undefined",
        message: '"missng" is defined by no input; "p" of "a.json" refers to it',
        hint: 'did you mean "missing"?',
        notes: [
          { message: '"q" refers to it, too' },
          { message: '"r" refers to it, too' },
          { message: '"missng" is declared here' },
        ],
      },
    ]);
  });

  it("may be static in another input, which the message says", () => {
    const own = {
      functions: [{ name: "missng", linkage: "static", proto: "int missng(void)", code: RETURN }],
    };
    const { diagnostics } = linkFiles([ir("a.json", users), ir("b.json", own)]);
    expect(diagnostics[0]?.hint).toBe('"missng" is static in "b.json"');
  });

  it("stay with allowUndefined, and a later link finds them", () => {
    const first = linkWell([ir("a.json", users), ir("b.json", other)], { allowUndefined: true });
    const late = { functions: [{ name: "missng", proto: "int missng(void)", code: ["r0 = 5", "exit"] }] };
    const second = linkWell([{ name: "first.o", bytes: first.bytes }, ir("late.json", late)]);
    expect(second.module?.externs).toEqual([]);
  });

  it("do not matter where nothing refers to them", () => {
    const { module } = linkWell([
      ir("a.json", { externs: [{ name: "unused", type: "int" }], ...fn("int f(void)") }),
      ir("b.json", other),
    ]);
    expect(module?.variables.map(({ name }) => name)).toEqual(["_license"]);
  });
});

describe("byte orders", () => {
  it("must be one", () => {
    const big = linkWell([ir("a.json", data("int", [], { value: 1 }))], { target: "bpfeb" });
    const files = [{ name: "a.o", bytes: big.bytes }, ir("b.json", loadV("int"))];
    expect(
      linkFiles(files, { target: "bpfel" }).diagnostics.map(({ message, code }) => [message, code]),
    ).toEqual([['the data of "a.o" is big-endian, and the output is little-endian', "link/byte-order"]]);
    // Without a wish, the output is what the objects are.
    expect(linkWell(files).bytes[5]).toBe(2);
  });
});
