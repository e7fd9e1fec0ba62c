// What docs/ir.md promises of code, source positions, order and names, looked at in the Module.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Log } from "../../src/base/index.js";
import { type Func, type Module, type ParseOptions, parseModule } from "../../src/ir/index.js";

function parse(document: unknown, options?: ParseOptions, name = "folder/prog.json"): Module {
  const text = typeof document === "string" ? document : JSON.stringify(document, undefined, 2);
  const log = new Log();
  const module = parseModule({ name, text }, log, options);
  expect(log.diagnostics.map(({ message }) => message)).toEqual([]);
  return module!;
}

function program(code: unknown, more: object = {}): object {
  return { license: "GPL", programs: [{ name: "prog", section: "xdp", code }], ...more };
}

function linesOf(func: Func): unknown[] {
  return func.body.map(({ line }) => line && [line.file, line.line, line.column, line.text]);
}

describe("line info without source positions", () => {
  it.each(["counters", "sk_lookup", "tail_call"])("points at the instructions of %s.json", (name) => {
    const file = `examples/${name}.json`;
    const text = readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
    const lines = text.split("\n");
    const { functions } = parse(text, {}, file);
    for (const { body } of functions) {
      const seen = new Set<string>();
      for (const { line } of body) {
        expect(line?.file).toBe(`${name}.json`);
        expect(line?.text).toBe(lines[line!.line - 1]);
        // At the place stands an instruction: behind the quote, or behind a label.
        expect(line?.text.slice(0, line.column - 1)).toMatch(/(["]|: )$/);
        seen.add(`${line?.line}:${line?.column}`);
      }
      expect(seen.size).toBe(body.length);
    }
  });

  it("shows only the instruction where the line is too long to read", () => {
    const text = JSON.stringify(
      program(["r0 = 0", "exit"], { types: [`struct s { int ${"m".repeat(1100)}; };`] }),
    );
    const [func] = parse(text).functions;
    expect(linesOf(func!)).toEqual([
      ["prog.json", 1, expect.any(Number), "r0 = 0"],
      ["prog.json", 1, expect.any(Number), "exit"],
    ]);
  });

  it("gives no column that BTF cannot hold", () => {
    const text = JSON.stringify({ types: [`struct s { int ${"m".repeat(1100)}; };`], ...program(["exit"]) });
    const [func] = parse(text).functions;
    expect(linesOf(func!)).toEqual([["prog.json", 1, 0, "exit"]]);
  });

  it("finds the lines of one string of many", () => {
    const text =
      '{ "license": "GPL", "programs": [{ "name": "prog", "section": "xdp",\n"code": "r0 = 0\\n\\tif r0 == 0 goto out\\nout: exit" }] }';
    const [func] = parse(text).functions;
    const source = text.split("\n")[1]!;
    expect(linesOf(func!)).toEqual(
      ["r0 = 0", "if r0", "exit"].map((part) => ["prog.json", 2, source.indexOf(part) + 1, source]),
    );
  });

  it("counts the columns of the file, not those of the string", () => {
    const text =
      '{ "license": "GPL", "programs": [{ "name": "prog", "section": "xdp", "code": [\n"\\u0020\\texit" ] }] }';
    const [func] = parse(text).functions;
    const source = text.split("\n")[1]!;
    expect(linesOf(func!)).toEqual([["prog.json", 2, source.indexOf("exit") + 1, source]]);
  });

  it("is left out where it is not wanted", () => {
    const [func] = parse(program(["r0 = 0", "exit"]), { lineInfo: false }).functions;
    expect(linesOf(func!)).toEqual([undefined, undefined]);
  });
});

describe("source positions", () => {
  it("take the file of the one before, and the text that was given for the line", () => {
    const first = [
      { loc: { file: "a.c", line: 3, column: 2, text: "\treturn 0;" } },
      "r0 = 0",
      { insn: "r1 = 0", loc: { line: 4 } },
      "r2 = 0",
      { loc: { line: 3, column: 9 } },
      "exit",
    ];
    const second = [{ loc: { line: 3 } }, "r0 = 0", { loc: { file: "b.h", line: 3 } }, "exit"];
    const { functions } = parse({
      license: "GPL",
      programs: [
        { name: "first", section: "xdp", code: first },
        { name: "second", section: "xdp", code: second },
      ],
    });
    expect(functions.map(linesOf)).toEqual([
      [["a.c", 3, 2, "\treturn 0;"], ["a.c", 4, 0, ""], undefined, ["a.c", 3, 9, "\treturn 0;"]],
      [
        ["a.c", 3, 0, "\treturn 0;"],
        ["b.h", 3, 0, ""],
      ],
    ]);
  });

  it("repeat where they are given again, and turn off the lines of the IR file", () => {
    const loc = { loc: { file: "a.c", line: 1 } };
    const [func] = parse(program(["r0 = 0", loc, "r1 = 0", loc, "exit"])).functions;
    expect(linesOf(func!)).toEqual([undefined, ["a.c", 1, 0, ""], ["a.c", 1, 0, ""]]);
  });
});

describe("names in code", () => {
  it("mean functions of the module before helpers", () => {
    const { functions } = parse(
      program("call bpf_ktime_get_ns\ncall bpf_get_smp_processor_id\nexit", {
        functions: [{ name: "bpf_ktime_get_ns", proto: "long (void)", code: "r0 = 0\nexit" }],
      }),
    );
    const [own, helper] = functions[0]!.body;
    expect(own?.ref?.to).toBe(functions[1]);
    // uapi/linux/bpf.h: bpf_get_smp_processor_id is 8.
    expect(helper).toMatchObject({ ref: undefined, insn: { src: 0, imm: 8 } });
  });

  it("may be labels of another function too", () => {
    const code = "if r1 == 0 goto out\nr0 = 0\nout: exit";
    const { functions } = parse({
      license: "GPL",
      programs: ["a", "b"].map((name) => ({ name, section: "xdp", code })),
    });
    const targets = functions.map(({ body }) => body[0]?.ref?.to);
    expect(targets).toMatchObject([
      { kind: "label", index: 2 },
      { kind: "label", index: 2 },
    ]);
    expect(targets[0]).not.toBe(targets[1]);
  });

  it("are the same instruction as text and as data", () => {
    const data = [{ name: "v", type: "int", value: 1 }];
    const text = parse(
      program(["r1 = v + 2 ll", "if w1 s> 5 goto out", "call bpf_get_prandom_u32", "out: exit"], { data }),
    );
    const fields = parse(
      program(
        [
          { op: "ld_imm64", dst: "r1", ref: "v", addend: 2 },
          { op: "jsgt32", dst: "w1", imm: 5, target: "out" },
          { op: "call", ref: "bpf_get_prandom_u32" },
          "out: exit",
        ],
        { data },
      ),
    );
    const shape = ({ functions }: Module): unknown =>
      functions[0]!.body.map(({ insn, ref }) => [insn, ref?.to.name, ref?.addend]);
    expect(shape(fields)).toEqual(shape(text));
  });
});

describe("order", () => {
  const document = {
    license: "GPL",
    maps: [{ name: "m", type: "array", key: "int", value: "int", max_entries: 1 }],
    data: [
      { name: "x", type: "int" },
      { name: "y", type: "int" },
    ],
    programs: [{ name: "p", section: "xdp", code: "exit" }],
    functions: [
      { name: "f", proto: "int f(int a)", code: "exit" },
      { name: "g", proto: "int g(int a)", code: "exit" },
    ],
  };
  const names = ({ functions, variables }: Module): string[][] =>
    [functions, variables].map((list) => list.map(({ name }) => name));

  it("is that of the lists", () => {
    expect(names(parse(document))).toEqual([
      ["p", "f", "g"],
      ["m", "x", "y", "_license"],
    ]);
  });

  it("is what the author says, and behind it that of the lists", () => {
    const order = { functions: ["g", "p"], variables: ["_license", "y"] };
    expect(names(parse({ ...document, order }))).toEqual([
      ["g", "p", "f"],
      ["_license", "y", "m", "x"],
    ]);
  });
});

describe("sections of data", () => {
  it.each([
    ["const int", 0, ".rodata", true],
    ["const volatile int", undefined, ".rodata", true],
    ["const int[2]", [1], ".rodata", true],
    ["int", undefined, ".bss", false],
    ["int", 0, ".bss", false],
    ["int", 1, ".data", false],
    ["const char *", 0, ".bss", false],
  ])("%s = %j stands in %s", (type, value, section, constant) => {
    const [variable] = parse({ license: "GPL", data: [{ name: "x", type, value }] }).variables;
    expect(variable).toMatchObject({ section, constant });
  });
});

describe("long code", () => {
  const lines = ["r1 += 5", "if r1 == 0 goto out", "call bpf_get_prandom_u32", "r2 = r1"];
  const COUNT = 200_000;
  const long = (count: number): string[] =>
    Array.from({ length: count }, (_, i) => lines[i % 4]!).concat("out: r0 = 0", "exit");

  // Whatever is searched or walked for each line would have 40,000,000,000 steps, which no timeout waits for.
  it.each([
    ["many functions", Array.from({ length: COUNT / 400 }, () => long(400))],
    ["a long list", [long(COUNT)]],
    ["a long string", [long(COUNT).join("\n")]],
  ])("is read in one go: %s", { timeout: 60_000 }, (_, codes) => {
    const programs = codes.map((code, i) => ({ name: `p${i}`, section: "xdp", code }));
    const { functions } = parse(JSON.stringify({ license: "GPL", programs }));
    expect(functions.reduce((sum, { body }) => sum + body.length, 0)).toBe(COUNT + 2 * codes.length);
  });
});
