// What users of libbpf's linker ask for and do not get: one of several equal definitions, objects without debug info, common
// symbols, less debug information, shared tails of literals. What the objects do in the kernel is
// test/loaders' business.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type InputFile, linkFiles } from "../../src/index.js";
import { describeWithJudge } from "../judges.js";
import { compile } from "../loaders/compile.js";
import { run } from "../loaders/run.js";
import { type Document, ir, linkWell, messagesOf, permutations, RETURN } from "./inputs.js";

const MAP = { name: "m", type: "hash", key: "int", value: "long", max_entries: 8 };
const LEVEL = { name: "level", section: ".rodata", type: "const int", value: 3 };
const HELP = {
  name: "help",
  linkage: "static",
  proto: "int help(int x)",
  code: ["r0 = r1", "r0 *= 3", "exit"],
};
const COMMON = {
  name: "common",
  proto: "int common(int x)",
  code: [
    "call help",
    "r1 = level ll",
    "r1 = *(u32 *)(r1 + 0)",
    "if r1 == 0 goto out",
    "r0 += 1",
    "out: exit",
  ],
};

/** A file that has all of these, and uses them in a program of its own. */
function file(
  name: string,
  change: { map?: Document; level?: Document; help?: Document; common?: Document } = {},
): InputFile {
  const program = {
    name: `use_${name[0]}`,
    section: "xdp",
    code: ["r1 = m ll", "r1 = 5", "call common", "exit"],
  };
  return ir(name, {
    maps: [{ ...MAP, ...change.map }],
    data: [{ ...LEVEL, ...change.level }],
    functions: [
      { ...HELP, ...change.help },
      { ...COMMON, ...change.common },
    ],
    programs: [program],
  });
}

describe("definitions that are the same", () => {
  it("are an error by default, with the way out", () => {
    const { diagnostics } = linkFiles([file("a.json"), file("b.json")]);
    expect(diagnostics.map(({ code, hint }) => [code, hint])).toEqual([
      ["link/duplicate", "they are the same: --fold-identical keeps one"],
      ["link/duplicate", "they are the same: --fold-identical keeps one"],
      ["link/duplicate", "they are the same: --fold-identical keeps one"],
    ]);
  });

  it("are one on request, in every order", () => {
    for (const files of permutations([file("a.json"), file("b.json"), file("c.json")])) {
      const { module, report } = linkWell(files, { foldIdentical: true });
      const kept = (name: string): number => report!.kept.filter((thing) => thing.name === name).length;
      expect([kept("m"), kept("level"), kept("common")]).toEqual([1, 1, 1]);
      expect(report?.dropped.find(({ name }) => name === "m")?.reason).toBe(
        `the same as that of ${files[0]!.name}`,
      );
      for (const user of ["use_a", "use_b", "use_c"]) {
        const body = module!.functions.find(({ name }) => name === user)!.body;
        expect(body.map(({ ref }) => ref?.to)).toContain(
          module!.functions.find(({ name }) => name === "common"),
        );
      }
    }
  });

  it.each([
    [{ map: { max_entries: 9 } }, 'map "m"', '"max_entries" is 9 here and 8 there'],
    [{ level: { value: 4 } }, "a constant", "the values are not the same"],
    [
      { level: { section: ".rodata.own" } },
      "a constant",
      'one is in section ".rodata.own", the other in ".rodata"',
    ],
    [{ common: { code: RETURN } }, "a function", "one has 2 instructions, the other 6"],
    [
      { common: { code: [...COMMON.code.slice(0, 4), "r0 += 2", "out: exit"] } },
      "a function",
      "instruction 4 is not the same",
    ],
    [
      { common: { proto: "int common(long x)" } },
      "a function",
      'parameter 1: "long" has 8 bytes here, and "int" has 4 there',
    ],
    // What a static function does is a part of it.
    [{ help: { code: ["r0 = r1", "r0 *= 4", "exit"] } }, "a function", "instruction 0 is not the same"],
  ])("are not one where %j differs (%s)", (change, _, reason) => {
    const { diagnostics } = linkFiles([file("a.json"), file("b.json", change)], { foldIdentical: true });
    expect(diagnostics.map(({ code, hint }) => [code, hint])).toEqual([
      ["link/duplicate", `--fold-identical does not make them one: ${reason}`],
    ]);
  });

  it("are two where they can be written", () => {
    const counter = { data: [{ name: "counter", type: "int", value: 0 }] };
    const { diagnostics } = linkFiles([ir("a.json", counter), ir("b.json", counter)], {
      foldIdentical: true,
    });
    expect(diagnostics[0]?.hint).toContain("a variable that can be written is not folded");
  });
});

describe("weak functions that nobody defines", () => {
  const user = (code: readonly string[]): readonly InputFile[] => [
    ir("a.json", {
      externs: [{ name: "f", proto: "int f(void)", weak: true }],
      programs: [{ name: "p", section: "xdp", code }],
    }),
    ir("b.json", {}),
  ];

  it("are warned of where they are called without a look at their address", () => {
    const said = messagesOf(linkFiles(user(["call f", "exit"])));
    expect(said.map((line) => line.replace(/:\d+:\d+:/, ":"))).toEqual([
      'a.json: warning: weak "f" is defined by no input, and "p" of "a.json" calls it without a look at its address: the verifier refuses that [link/weak-call]',
    ]);
    linkWell(user(["r1 = f ll", "r0 = 0", "if r1 == 0 goto out", "call f", "out: exit"]));
  });
});

describe("what only a dropped definition needed", () => {
  const state = { name: "state", section: ".bss", type: "int", linkage: "static" };
  const help = (name: string, code: readonly string[]): Document => ({
    name,
    linkage: "static",
    proto: `int ${name}(void)`,
    code: [...code, ...RETURN],
  });
  const weak = ir("weak.json", {
    data: [state],
    externs: [{ name: "gone", proto: "int gone(void)" }],
    functions: [
      help("helper", ["r1 = state ll", "call deeper"]),
      help("deeper", ["call gone"]),
      help("both", []),
      { name: "f", proto: "int f(void)", linkage: "weak", code: ["call helper", "call both", ...RETURN] },
      { name: "g", proto: "int g(void)", code: ["call both", ...RETURN] },
    ],
  });
  const strong = ir("strong.json", { functions: [{ name: "f", proto: "int f(void)", code: RETURN }] });

  it("goes with it, and does not ask for what is missing", () => {
    for (const files of permutations([weak, strong])) {
      const { module, report } = linkWell(files);
      expect([...module!.functions, ...module!.variables].map(({ name }) => name).sort()).toEqual([
        "_license",
        "both",
        "f",
        "g",
      ]);
      expect(
        report?.dropped.filter(({ reason }) => reason.startsWith("only")).map(({ name }) => name),
      ).toEqual(["helper", "deeper", "state"]);
    }
  });

  it("goes with a copy for which another one stands", () => {
    const { module } = linkWell([file("a.json"), file("b.json")], { foldIdentical: true });
    expect(module!.functions.map(({ name }) => name).sort()).toEqual(["common", "help", "use_a", "use_b"]);
  });
});

const TOOLS = {
  "clang-22": "apt: clang-22",
  "llvm-readelf-22": "apt: llvm-22",
  "llvm-objdump-22": "apt: llvm-22",
  "llvm-objcopy-22": "apt: llvm-22",
  bpftool: "apt: bpftool",
};

describeWithJudge("objects of clang", TOOLS, (tool) => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tsbpf-wishes-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const write = ({ name, bytes }: InputFile): string => {
    const path = join(mkdtempSync(join(folder, "file-")), name);
    writeFileSync(path, bytes);
    return path;
  };
  const c = (name: string, text: string, flags: readonly string[] = []): InputFile =>
    compile(tool["clang-22"], name, text, flags);
  const L = 'char _license[] SEC("license") = "GPL";';

  it("without debug info get the types that others declare", () => {
    const a = c("a.c", `${L} extern int v; int f(int); SEC("xdp") int prog(void *ctx) { return f(v); }`);
    const b = c("b.c", "int v = 5; noinline int f(int x) { return x * 3; }", ["-g0"]);
    for (const files of permutations([a, b])) {
      const { bytes } = linkWell(files);
      const btf = run(tool.bpftool, ["btf", "dump", "file", write({ name: "x.o", bytes })]);
      const proto = /FUNC 'f' type_id=(\d+) linkage=static/.exec(btf)?.[1];
      // The kernel refuses BTF in which a function has a parameter without a name.
      expect(btf).toMatch(
        new RegExp(`\\[${proto}\\] FUNC_PROTO '\\(anon\\)' ret_type_id=\\d+ vlen=1\\n\\t'\\w+' type_id=`),
      );
      expect(btf).toMatch(/INT 'int' size=4/);
      expect(btf).toMatch(/VAR 'v' type_id=\d+, linkage=global/);
    }
    expect(messagesOf(linkFiles([b, c("c.c", "int unrelated;")]))).toEqual([
      'b.o: .data+0x0: warning: variable "v" has no BTF, and becomes an array of 4 bytes [object/variable-without-type]',
    ]);
  });

  it("have common symbols, which become one in .bss", () => {
    const a = c("a.c", `${L} extern int shared[]; SEC("xdp") int prog(void *ctx) { return shared[0]; }`);
    const small = c("b.c", "int shared[2];", ["-fcommon"]);
    const large = c("c.c", "int shared[6];", ["-fcommon"]);
    const own = c("d.c", "int shared[4] = { 7 };");
    for (const files of permutations([a, small, large])) {
      const linked = linkFiles(files);
      const kept = linked.report?.kept.filter(({ name }) => name === "shared");
      expect(kept).toMatchObject([{ section: ".bss", size: 24, input: "c.o" }]);
    }
    for (const files of permutations([a, small, own])) {
      const kept = linkFiles(files).report?.kept.filter(({ name }) => name === "shared");
      expect(kept).toMatchObject([{ section: ".data", size: 16, input: "d.o" }]);
    }
  });

  it("may lose .BTF.ext, but not their relocations", () => {
    const headers = (text: string): string => {
      const { bytes } = linkWell([c("a.c", text)], { stripDebug: true });
      return run(tool["llvm-readelf-22"], ["-S", write({ name: "x.o", bytes })]);
    };
    const plain = headers(
      `${L} noinline int f(int x) { return x + 1; } SEC("xdp") int prog(void *ctx) { return f(1); }`,
    );
    expect(plain).toContain(" .BTF ");
    expect(plain).not.toContain(".BTF.ext");
    const core = headers(
      `${L} struct task_struct { int pid; } __attribute__((preserve_access_index)); SEC("xdp") int prog(void *ctx) { return __builtin_preserve_field_info(((struct task_struct *)0)->pid, 0); }`,
    );
    expect(core).toContain(" .BTF.ext ");
  });

  it("share the ends of their literals", () => {
    const print = "static long (*print)(const char *f, u32 n, ...) = (void *)6;";
    const a = c(
      "a.c",
      `${L} ${print} int f(int); SEC("xdp") int prog(void *ctx) { print("hello, wonderful world", 23); return f(4); }`,
    );
    const b = c(
      "b.c",
      `${print} noinline int f(int x) { print("wonderful world", 16); print("world", 6); print("other", 6); return x; }`,
    );
    for (const files of permutations([a, b])) {
      const { bytes } = linkWell(files);
      const path = write({ name: "x.o", bytes });
      const stored = run(tool["llvm-objdump-22"], ["-s", "-j", ".rodata.str1.1", path]);
      const text = [...stored.matchAll(/^ [0-9a-f]{4} .{35} {2}(.*)$/gm)].map((match) => match[1]).join("");
      expect(
        text
          .split(".")
          .filter((part) => part !== "")
          .sort(),
      ).toEqual(["hello, wonderful world", "other"]);
      // Each is loaded from where its text begins.
      const code = run(tool["llvm-objdump-22"], ["-d", path]);
      const loads = [...code.matchAll(/r1 = 0x([0-9a-f]+) ll/g)].map((match) =>
        Number.parseInt(match[1]!, 16),
      );
      const ends = loads.map((at) => text.slice(at, text.indexOf(".", at)));
      expect(ends.sort()).toEqual(["hello, wonderful world", "other", "wonderful world", "world"]);
    }
  });

  it("may protect their names", () => {
    const a = c("a.c", `${L} extern int v; int f(int); SEC("xdp") int prog(void *ctx) { return f(v); }`);
    const protect = '__attribute__((visibility("protected")))';
    const b = c("b.c", `${protect} int v = 5; ${protect} noinline int f(int x) { return x * 3; }`);
    const symbols = run(tool["llvm-readelf-22"], ["-s", write(b)]);
    expect(symbols.match(/GLOBAL PROTECTED/g)).toHaveLength(2);
    const { bytes } = linkWell([a, b]);
    const linked = run(tool["llvm-readelf-22"], ["-s", write({ name: "x.o", bytes })]);
    expect(linked).toMatch(/FUNC +GLOBAL DEFAULT +\d+ f$/m);
    expect(linked).toMatch(/OBJECT +GLOBAL DEFAULT +\d+ v$/m);
  });

  it("of which the code is not stored are refused", () => {
    const path = write(c("a.c", `${L} SEC("xdp") int prog(void *ctx) { return 1; }`));
    run(tool["llvm-objcopy-22"], ["--set-section-type", "xdp=8", path]); // SHT_NOBITS
    expect(messagesOf(linkFiles([{ name: "a.o", bytes: readFileSync(path) }]))).toEqual([
      'a.o: xdp+0x0: error: section "xdp" is 16 bytes of code that the file does not store [object/no-code]',
    ]);
  });

  it("of split BTF are refused", () => {
    const [path, base] = [
      write(c("a.c", "int f(int x) { return x; }")),
      write({ name: "base", bytes: Buffer.from("base") }),
    ];
    run(tool["llvm-objcopy-22"], [`--add-section=.BTF.base=${base}`, path, `${path}.split`]);
    expect(messagesOf(linkFiles([{ name: "a.o", bytes: readFileSync(`${path}.split`) }]))).toEqual([
      'a.o: .BTF.base+0x0: error: section ".BTF.base" holds the base of split BTF, and a BPF object has its types whole [object/split-btf]',
    ]);
  });

  it("have tables of addresses, which are refused for a reason", () => {
    const text = 'const char *table[] = { "one" }; int other(int); int (*call)(int) = other;';
    expect(messagesOf(linkFiles([c("a.c", text), c("b.c", "int unrelated;")]))).toEqual([
      'a.o: .data+0x0: error: variable "table" holds the address of ".L.str", which no loader would fill in [object/pointer-in-data]',
      'a.o: .data+0x8: error: variable "call" holds the address of "other", which no loader would fill in [object/pointer-in-data]',
    ]);
  });
});
