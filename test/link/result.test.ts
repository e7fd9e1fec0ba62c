// What is in the result: one copy of each type, of each literal, of each declaration; names that differ; what the options
// ask for. Where a tool of others can tell, it is asked; the rest is what a caller of the library sees.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { explain, type LinkedFiles, linkFiles, printReport, reportToJson } from "../../src/index.js";
import { describeWithJudge } from "../judges.js";
import { type Document, ir, linkWell, permutations, RETURN } from "./inputs.js";

const program = (name: string, code: readonly string[] = RETURN, section = "xdp"): Document => ({
  name,
  section,
  code,
});

function dump(tool: string, bytes: Uint8Array, args: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "tsbpf-link-"));
  try {
    writeFileSync(join(folder, "prog.o"), bytes);
    return execFileSync(tool, [...args, join(folder, "prog.o")], { encoding: "utf8" });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const TOOLS = { bpftool: "apt: bpftool", "llvm-objdump-22": "apt: llvm-22" };

describeWithJudge("types of several inputs", TOOLS, ({ bpftool, "llvm-objdump-22": objdump }) => {
  const btf = (linked: LinkedFiles & { bytes: Uint8Array }): string =>
    dump(bpftool, linked.bytes, ["btf", "dump", "file"]);
  const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;
  const node = "struct node { struct node *next; struct list *head; int value; };";
  const list = "struct list { struct node *first; long size; };";
  const variable = (name: string, type: string): Document => ({ name, section: ".data", type, value: {} });

  it("are one where they are equal, cycles and all", () => {
    const text = btf(
      linkWell([
        ir("a.json", { types: [node, list], data: [variable("x", "struct node")] }),
        ir("b.json", {
          types: [list, node],
          data: [variable("y", "struct list"), variable("z", "struct node")],
        }),
      ]),
    );
    expect([count(text, /STRUCT 'node'/g), count(text, /STRUCT 'list'/g), count(text, /FWD/g)]).toEqual([
      1, 1, 0,
    ]);
  });

  it("are two where one name means two things, and each variable keeps its own", () => {
    const text = btf(
      linkWell([
        ir("a.json", { types: ["struct s { int a; };"], data: [variable("x", "struct s")] }),
        ir("b.json", { types: ["struct s { long a; };"], data: [variable("y", "struct s")] }),
      ]),
    );
    const sizeOf = (name: string): string | undefined => {
      const id = new RegExp(`VAR '${name}' type_id=(\\d+)`).exec(text)?.[1];
      return new RegExp(`\\[${id}\\] STRUCT 's' size=(\\d+)`).exec(text)?.[1];
    };
    expect([sizeOf("x"), sizeOf("y")]).toEqual(["4", "8"]);
  });

  it("stand for their forward declarations", () => {
    const a = ir("a.json", {
      types: ["struct s;"],
      externs: [{ name: "f", proto: "int f(struct s *p)" }],
      programs: [program("p", ["r1 = 0", "call f", "exit"])],
      functions: [{ name: "g", proto: "int g(struct s *p)", code: RETURN }],
    });
    const b = ir("b.json", {
      types: ["struct s { int a; };"],
      functions: [{ name: "f", proto: "int f(struct s *p)", code: RETURN }],
    });
    for (const files of permutations([a, b])) {
      const text = btf(linkWell(files));
      expect([count(text, /STRUCT 's'/g), count(text, /FWD/g)]).toEqual([1, 0]);
    }
  });

  it("are written only where something needs them", () => {
    const unused = { types: [node, list] };
    expect(
      btf(linkWell([ir("a.json", { ...unused, programs: [program("p")] }), ir("b.json", unused)])),
    ).not.toContain("STRUCT");
  });

  it("keep the ids of CO-RE relocations right", () => {
    const reader = (name: string, before: string): Document => ({
      types: [before, "struct task_struct { int pid; } __attribute__((preserve_access_index));"],
      data: [variable(`v_${name}`, `struct ${name}`)],
      programs: [
        program(`p_${name}`, [
          {
            insn: "r0 = *(u32 *)(r1 + 0)",
            core: { kind: "field_byte_offset", type: "struct task_struct", access: "pid" },
          },
          { insn: "r0 = 0 ll", core: { kind: "type_id_local", type: `struct ${name}` } },
          "exit",
        ] as never),
      ],
    });
    const { bytes } = linkWell([
      ir("a.json", reader("one", "struct one { int a; };")),
      ir("b.json", reader("two", "struct two { char b[3]; };")),
    ]);
    const text = dump(bpftool, bytes, ["btf", "dump", "file"]);
    const code = dump(objdump, bytes, ["-d", "-r"]);
    // The id that the instruction holds is that of the struct in this very object.
    const ids = [...code.matchAll(/r0 = 0x([0-9a-f]+) ll/g)].map((match) => Number.parseInt(match[1]!, 16));
    const named = ids.map((id) => new RegExp(`\\[${id}\\] STRUCT '(\\w+)'`).exec(text)?.[1]);
    expect(named).toEqual(["one", "two"]);
    expect(count(text, /STRUCT 'task_struct'/g)).toBe(1);
  });

  it("keep one tag for one struct of maps", () => {
    const shared = (max_entries: number, name: string): Document => ({
      maps: [{ name, struct: "m", type: "array", key: "int", value: "int", max_entries }],
    });
    const text = btf(
      linkWell([ir("a.json", shared(1, "x")), ir("b.json", shared(2, "y")), ir("c.json", shared(1, "z"))]),
    );
    expect([...text.matchAll(/STRUCT '(m\w*)'/g)].map((match) => match[1])).toEqual(["m", "m_1"]);
  });
});

describe("one input", () => {
  it("is returned as it is, and so is the result of a link", () => {
    const a = ir("a.json", {
      externs: [{ name: "f", proto: "int f(void)" }],
      programs: [program("p", ["call f", "exit"])],
    });
    const b = ir("b.json", { functions: [{ name: "f", proto: "int f(void)", code: RETURN }] });
    const once = linkWell([a, b]).bytes;
    expect(Buffer.from(linkWell([{ name: "once.o", bytes: once }]).bytes).equals(Buffer.from(once))).toBe(
      true,
    );
  });
});

describe("static names", () => {
  const own = (name: string, number: number): Document => ({
    data: [{ name: "state", section: ".bss", type: "int", linkage: "static" }],
    functions: [
      {
        name: "helper",
        proto: "int helper(void)",
        linkage: "static",
        code: [`r0 = ${number}`, "r1 = state ll", "exit"],
      },
    ],
    programs: [program(name, ["call helper", "exit"])],
  });
  const names = ({ report }: LinkedFiles, kind: string): string[] =>
    report?.kept.flatMap((thing) => (thing.kind === kind ? [thing.name] : [])) ?? [];

  it("are kept apart, and do not take a name that another has", () => {
    const linked = linkWell([
      ir("a.json", own("p", 1)),
      ir("b.json", own("q", 2)),
      ir("c.json", { functions: [{ name: "helper_1", proto: "int helper_1(void)", code: RETURN }] }),
      ir("d.json", own("r", 3)),
    ]);
    expect(names(linked, "function").sort()).toEqual([
      "helper",
      "helper_1",
      "helper_2",
      "helper_3",
      "p",
      "q",
      "r",
    ]);
    expect(names(linked, "variable").sort()).toEqual(["_license", "state", "state_1", "state_2"]);
  });

  it("give way to names that others can see, wherever these stand", () => {
    const global = { functions: [{ name: "helper", proto: "int helper(void)", code: RETURN }] };
    const linked = linkWell([ir("a.json", own("p", 1)), ir("b.json", global)]);
    expect(linked.report?.kept.find(({ was }) => was === "helper")).toMatchObject({
      name: "helper_1",
      input: "a.json",
    });
  });
});

describe("sections and literals", () => {
  it("of code are .text and those of programs", () => {
    const part = (name: string, section: string): Document => ({
      functions: [{ name, section, proto: `int ${name}(void)`, code: RETURN }],
    });
    const files = [ir("a.json", part("hot", ".text.hot")), ir("b.json", part("cold", ".text.unlikely"))];
    const { module } = linkFiles(files);
    expect(module?.functions.map(({ name, section }) => [name, section])).toEqual([
      ["hot", ".text"],
      ["cold", ".text"],
    ]);
  });

  it("that are equal are stored once", () => {
    const say = (name: string): Document => ({
      data: [{ name: ".L.str", section: ".rodata.str1.1", value: "hello", linkage: "private" }],
      programs: [program(name, ["r1 = .L.str ll", "r0 = 0", "exit"])],
    });
    const { report } = linkWell([ir("a.json", say("p")), ir("b.json", say("q"))]);
    expect(report?.kept.filter(({ kind }) => kind === "constant").length).toBe(1);
  });
});

describe("weak names that nobody defines", () => {
  it("are 0, and calls of them are for the verifier to refuse", () => {
    const { module } = linkWell([
      ir("a.json", {
        externs: [
          { name: "f", proto: "int f(void)", weak: true },
          { name: "v", type: "int", weak: true },
        ],
        programs: [program("p", ["r1 = f ll", "r2 = v ll", "call f", "exit"])],
      }),
      ir("b.json", {}),
    ]);
    expect(module?.functions[0]?.body.map(({ ref, insn }) => [ref, insn.src, insn.imm])).toEqual([
      [undefined, 0, 0],
      [undefined, 0, 0],
      [undefined, 0, 0x0badca11], // no helper has this number
      [undefined, 0, 0],
    ]);
    expect(module?.externs).toEqual([]);
  });
});

const PARTS = [
  ir("a.json", {
    maps: [
      { name: "used", type: "array", key: "int", value: "int", max_entries: 1 },
      { name: "unused", type: "array", key: "int", value: "int", max_entries: 1 },
    ],
    externs: [{ name: "near", proto: "int near(void)" }],
    programs: [program("p", ["r1 = used ll", "call near", "exit"])],
  }),
  ir("b.json", {
    types: [
      "enum mode { OFF, ON = 5 }; struct config { int level; enum mode mode; __u8 low : 3, high : 5; char name[4]; __u16 list[3]; float ratio; };",
    ],
    data: [
      { name: "config", section: ".rodata", type: "const struct config", value: { level: 1 } },
      { name: "zeros", section: ".bss", type: "int" },
    ],
    externs: [{ name: "far_extern", section: ".ksyms", proto: "int far_extern(void)" }],
    functions: [
      { name: "near", proto: "int near(void)", code: ["r1 = config ll", "r0 = *(u32 *)(r1 + 0)", "exit"] },
      { name: "far", proto: "int far(void)", code: ["r1 = zeros ll", "call far_extern", "exit"] },
      { name: "farther", proto: "int farther(void)", code: ["call far", "exit"] },
    ],
  }),
];

describe("gcSections", () => {
  const names = (options: Parameters<typeof linkWell>[1]): string[] | undefined =>
    linkWell(PARTS, options)
      .report?.kept.map(({ name }) => name)
      .sort();

  it("keeps what programs need, and the maps", () => {
    expect(names({ gcSections: true })).toEqual(["_license", "config", "near", "p", "unused", "used"]);
    expect(names({ gcSections: true, gcMaps: true })).toEqual(["_license", "config", "near", "p", "used"]);
  });

  it("keeps what it is asked to, and what that needs", () => {
    expect(names({ gcSections: true, gcMaps: true, keep: ["farther"] })).toEqual(
      ["_license", "config", "far", "far_extern", "farther", "near", "p", "used", "zeros"].sort(),
    );
    expect(linkFiles(PARTS, { gcSections: true, keep: ["farthr"] }).diagnostics).toMatchObject([
      { code: "link/unknown-name", hint: 'did you mean "farther"?' },
    ]);
  });

  it("says who needs what", () => {
    const { module } = linkWell(PARTS);
    expect(explain(module!, "config")).toEqual([
      "p (function, section xdp)",
      "  needs near (function, section .text)",
      "    needs config (variable, section .rodata)",
    ]);
    expect(explain(module!, "far")?.[0]).toBe("far (function, section .text): no program needs it");
    expect(explain(module!, "nothing")).toBe(undefined);
  });

  it("says what was dropped, and explains each of several static things", () => {
    const { module, report } = linkWell(PARTS, { gcSections: true });
    expect(explain(module!, "far", report)).toEqual([
      "far (function, section .text) of b.json is dropped: nothing needs it",
    ]);
    const own = (name: string): Document => ({
      functions: [{ name: "own", proto: "int own(void)", linkage: "static", code: RETURN }],
      programs: [program(name, ["call own", "exit"])],
    });
    const two = linkWell([ir("a.json", own("p")), ir("b.json", own("q"))]);
    expect(explain(two.module!, "own", two.report)).toEqual([
      "p (function, section xdp)",
      "  needs own (function, section .text)",
      "q (function, section xdp)",
      "  needs own_1 (function, section .text)",
    ]);
    expect(explain(two.module!, "_license")?.[1]).toBe("  loaders look for it by its section");
  });
});

describe("set", () => {
  const config = (
    sets: readonly (readonly [string, string])[],
    target: "bpfel" | "bpfeb" = "bpfel",
  ): string => {
    const { module } = linkWell(PARTS, { set: sets, target });
    const variable = module?.variables.find(({ name }) => name === "config");
    return variable?.kind === "data" ? Buffer.from(variable.bytes).toString("hex") : "";
  };

  // By the C layout: level at 0, mode at 4, the bit-fields at 8, name at 9, list at 14, ratio at 20.
  it.each([
    ["config.level", "3", "bpfel", "030000000000000000000000000000000000000000000000"],
    ["config.level", "-2", "bpfeb", "fffffffe0000000000000000000000000000000000000000"],
    ["config.mode", "ON", "bpfel", "010000000500000000000000000000000000000000000000"],
    ["config.high", "0x1f", "bpfel", "0100000000000000f8000000000000000000000000000000"],
    ["config.low", "5", "bpfeb", "0000000100000000a0000000000000000000000000000000"],
    ["config.name", "abcd", "bpfel", "010000000000000000616263640000000000000000000000"],
    ["config.ratio", "-1.5", "bpfel", "01000000000000000000000000000000000000000000c0bf"],
    ["config.ratio", "-1.5", "bpfeb", "0000000100000000000000000000000000000000bfc00000"],
    ["config.list[2]", "0x102", "bpfel", "010000000000000000000000000000000000020100000000"],
  ] as const)("%s=%s for %s", (path, value, target, bytes) => {
    expect(config([[path, value]], target)).toBe(bytes);
  });

  it.each([
    ["config.lvl", "3", 'cannot set "config.lvl": there is no member "lvl"', "link/set"],
    [
      "config.level",
      "3000000000",
      'cannot set "config.level": 3000000000 is outside -2147483648..2147483647',
      "link/set",
    ],
    ["config.mode", "ONN", 'cannot set "config.mode": "ONN" is no enumerator', "link/set"],
    ["config.name", "abcde", 'cannot set "config.name": the text takes 5 bytes, and there are 4', "link/set"],
    [
      "config.list[3]",
      "1",
      'cannot set "config.list[3]": index 3 is outside: there are 3 elements',
      "link/set",
    ],
    ["config", "1", 'cannot set "config": this is a struct; name a member', "link/set"],
    ["config.list", "1", 'cannot set "config.list": this is an array', "link/set"],
    ["config.list.x", "1", 'cannot set "config.list.x": there is no member "x" of an array', "link/set"],
    ["config.low", "8", 'cannot set "config.low": 8 is outside 0..7', "link/set"],
    ["config.level", "5x", 'cannot set "config.level": "5x" is no integer', "link/set"],
    [
      "config.ratio",
      "1e60",
      'cannot set "config.ratio": 1e60 is more than a float of 4 bytes holds',
      "link/set",
    ],
    ["config.ratio", "half", 'cannot set "config.ratio": "half" is no number', "link/set"],
    ["config[0]", "1", 'cannot set "config[0]": index 0 is outside: this is no array', "link/set"],
    ["near", "1", 'cannot set "near": this is a function, and only variables have values', "link/set"],
    ["zeros", "1", '"zeros" stands in section ".bss", which stores no values', "link/set-zeros"],
    ["nothing", "1", 'nothing in the result is named "nothing"', "link/unknown-name"],
  ])("refuses %s=%s", (path, value, message, code) => {
    const { diagnostics } = linkFiles(PARTS, { set: [[path, value]] });
    expect(diagnostics.map((d) => [d.message, d.code])).toEqual([[message, code]]);
  });

  it("refuses what lies behind a variable that is smaller than its type", () => {
    const part = ir("part.json", {
      types: ["struct pair { int a; char name[8]; };"],
      data: [{ name: "part", section: ".data", type: "struct pair", size: 4, value: { hex: "01000000" } }],
    });
    const set = (path: string, value: string): unknown =>
      linkFiles([part], { set: [[path, value]] }).diagnostics.map(({ message }) => message);
    expect(set("part.a", "2")).toEqual([]);
    expect(set("part.name", "x")).toEqual([
      'cannot set "part.name": this lies behind the 4 bytes that "part" has',
    ]);
    expect(set("part.name[0]", "1")).toHaveLength(1);
  });
});

describe("names of the result", () => {
  it("can be others", () => {
    const { module } = linkWell(PARTS, { rename: [["near", "close"]] });
    const callee = module?.functions[0]?.body[1]?.ref?.to;
    expect([callee?.name, module?.functions.map(({ name }) => name)]).toEqual([
      "close",
      ["p", "close", "far", "farther"],
    ]);
  });

  it.each([
    ["nar", "x", "link/unknown-name"],
    ["near", "far", "link/name-taken"],
    ["near", "1x", "ir/bad-name"],
  ])("cannot go from %s to %s", (from, to, code) => {
    expect(linkFiles(PARTS, { rename: [[from, to]] }).diagnostics.map((d) => d.code)).toEqual([code]);
  });

  it("are hidden from later links but for those exported", () => {
    const { report } = linkWell(PARTS, { exports: ["near"] });
    const global = report?.kept.filter(({ binding }) => binding === "global").map(({ name }) => name);
    expect(global).toEqual(["p", "near", "used", "unused", "_license"]);
  });
});

describe("archives", () => {
  /** ar(5), written here so that the reader is not tested by itself. */
  function archive(members: readonly { readonly name: string; readonly bytes: Uint8Array }[]): Uint8Array {
    const parts = [Buffer.from("!<arch>\n")];
    const names = Buffer.from(`${members.map(({ name }) => `${name}/`).join("\n")}\n`);
    const add = (name: string, bytes: Uint8Array): void => {
      const header = `${name.padEnd(16)}${"0".padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"644".padEnd(8)}`;
      parts.push(Buffer.from(`${header}${String(bytes.length).padEnd(10)}\`\n`), Buffer.from(bytes));
      if (bytes.length % 2 === 1) parts.push(Buffer.from("\n"));
    };
    add("//", names);
    for (const { name, bytes } of members) add(`/${names.indexOf(`${name}/`)}`, bytes);
    return Buffer.concat(parts);
  }
  const member = (name: string, needs: readonly string[]): ReturnType<typeof ir> =>
    ir(`a_rather_long_name_of_${name}.json`, {
      externs: needs.map((need) => ({ name: need, proto: `int ${need}(void)` })),
      functions: [
        { name, proto: `int ${name}(void)`, code: [...needs.map((need) => `call ${need}`), ...RETURN] },
      ],
    });
  const library = {
    name: "lib.a",
    bytes: archive([
      { ...member("fourth", []), name: "names/of/members/count/in/bytes/\u00fcber.json" },
      member("third", []),
      member("first", ["second"]),
      member("unused", ["gone"]),
      member("second", ["third"]),
    ]),
  };
  const main = ir("main.json", {
    externs: [{ name: "first", proto: "int first(void)" }],
    programs: [program("p", ["call first", "exit"])],
  });

  it("give the members that are needed, wherever they stand", () => {
    for (const files of permutations([main, library])) {
      const { module } = linkWell(files);
      expect(module?.functions.map(({ name }) => name)).toEqual(["p", "third", "first", "second"]);
    }
  });

  it("are not enough alone, and may be broken", () => {
    expect(linkFiles([library]).diagnostics.map(({ code }) => code)).toEqual(["link/only-archives"]);
    expect(linkFiles([library]).diagnostics[0]?.hint).toBe(
      "--whole-archive in front of an archive takes all of them",
    );
    const cut = { name: "lib.a", bytes: library.bytes.subarray(0, -40) };
    expect(linkFiles([main, cut]).diagnostics.map(({ code }) => code)).toEqual(["link/archive"]);
  });
});

describe("the table of long names", () => {
  /** ar(5): a table without an end of a name, and members that all call themselves by the whole of it. */
  it("is not read again for each member", () => {
    const header = (name: string, size: number): string =>
      `${name.padEnd(16)}${"0".padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"644".padEnd(8)}${String(size).padEnd(10)}\`\n`;
    const table = "n".repeat(1_000_000);
    const bytes = Buffer.from(
      `!<arch>\n${header("//", table.length)}${table}${header("/0", 0).repeat(100_000)}`,
    );
    const { diagnostics } = linkFiles([{ name: "lib.a", bytes }]);
    expect(diagnostics.map(({ message }) => message)).toEqual([
      "the archive is broken: the names of its members are longer than the file",
    ]);
  });
});

describe("the report", () => {
  it("says where things lie, as text and as data", () => {
    const linked = linkWell(PARTS);
    const { kept } = reportToJson(linked.report!, linked.placed);
    expect(kept.find(({ name }) => name === "far")).toMatchObject({
      section: ".text",
      offset: 32,
      size: 32,
      input: "b.json",
    });
    expect(printReport(linked.report!, linked.placed)).toMatch(
      /^ {2}\.text +0x20 +32 +global +function +far +b\.json$/m,
    );
  });
});
