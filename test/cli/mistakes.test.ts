// Mistakes that users of a linker make: each gets one answer that says what is wrong, and what to do where that is not plain.
// One process runs all of them, through the same `run` that tsbpf-ld has.

import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../../cli/main.js";
import { describeWithJudge } from "../judges.js";
import { compile } from "../loaders/compile.js";
import { run as runTool } from "../loaders/run.js";

let folder = "";
let before = "";
const main = {
  license: "GPL",
  externs: [{ name: "f", proto: "int f(int x)" }],
  programs: [{ name: "prog", section: "xdp", code: ["r1 = 1", "call f", "exit"] }],
};
const part = { license: "GPL", functions: [{ name: "f", proto: "int f(int x)", code: ["r0 = r1", "exit"] }] };

const put = (name: string, content: string | Uint8Array): void =>
  writeFileSync(join(folder, name), content, typeof content === "string" ? "latin1" : undefined);

beforeAll(() => {
  before = process.cwd();
  folder = mkdtempSync(join(tmpdir(), "tsbpf-mistakes-"));
  process.chdir(folder);
  put("main.json", JSON.stringify(main));
  put("part.json", JSON.stringify(part));
  put(
    "bad.json",
    JSON.stringify({ ...part, functions: [{ ...part.functions[0], code: ["r0 = r11", "exit"] }] }),
  );
  mkdirSync(join(folder, "folder"));
  symlinkSync("part.json", join(folder, "link.json"));
  symlinkSync("loop", join(folder, "loop"));
  symlinkSync("nothing", join(folder, "dangling"));
  put("empty.a", "!<arch>\n");
});
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

/** The exit code, and what is on standard error without the excerpts of source. */
function answer(words: string): string {
  let stderr = "";
  const io = {
    stdout: () => {},
    stderr: (text: string) => {
      stderr += text;
    },
    color: false,
  };
  const exitCode = run(words === "" ? [] : words.split(" "), io);
  const lines = stderr.split("\n").filter((line) => line !== "" && !/^ +(\d+)? \||^ {2}at /.test(line));
  return [`exit ${exitCode}`, ...lines].join("\n");
}

const HELP = 'Try "tsbpf-ld --help".';

describe("options of other linkers", () => {
  it.each([
    ["-L.", "give an archive by its path: dir/libname.a"],
    ["-lb", "give an archive by its path: dir/libname.a"],
    ["-shared", "leave it out: a BPF object is never linked further: loaders read it as it is"],
    ["-static", "leave it out: a BPF object is never linked further: loaders read it as it is"],
    ["-T", "leave it out: loaders place everything themselves"],
    ["-e", "every program of the object is an entry"],
    ["-s", "loaders need the symbols; -S leaves out source lines, and DWARF is never kept"],
    ["--strip-all", "loaders need the symbols; -S leaves out source lines, and DWARF is never kept"],
    ["-g", "leave it out: source lines are kept without -S"],
    ["-O2", "leave it out: it has no meaning for BPF"],
    ["-m", "--target bpfel or bpfeb says the byte order"],
    ["-EB", "--target bpfel or bpfeb says the byte order"],
    ["--start-group", "leave it out: archives are searched until nothing is missing"],
    ["--no-undefined", "leave it out: names that no input defines are errors; -r keeps them"],
    ["-z", "leave it out: names that no input defines are errors; -r keeps them"],
    ["-i", "names that no input defines stay with -r"],
    ["-u", "--whole-archive takes members of archives that nothing refers to"],
    ["--defsym", "--set NAME=VALUE sets a variable, --rename OLD=NEW gives another name"],
    ["--defsym=x", "--set NAME=VALUE sets a variable, --rename OLD=NEW gives another name"],
    ["--wrap", "--rename OLD=NEW gives another name"],
    ["--version-script", "--export NAME says which names stay visible"],
    ["--print-gc-sections", "-Map FILE says what came from where, and what was dropped"],
    ["--verbose", "-Map FILE says what came from where, and what was dropped"],
    ["-M", "-Map FILE says what came from where, and what was dropped"],
    ["--allow-multiple-definition", "--fold-identical keeps one of several definitions that are the same"],
    ["-Wl,--gc-sections", "give the options as they are, without -Wl,"],
    ["-v", "-V prints the version"],
  ])("%s: what to write here", (option, instead) => {
    expect(answer(`main.json part.json -o x.o ${option} x`)).toBe(
      `exit 2\ntsbpf-ld: error: unknown option '${option}': ${instead}\n${HELP}`,
    );
  });
});

describe("a command line", () => {
  it.each([
    ["main.json part.json", "nothing says where to write; give -o FILE, or --emit none to check only"],
    ["-o x.o", "missing required argument 'input'"],
    ["--whole-archive -o x.o", "missing required argument 'input'"],
    [
      "main.json part.json -o x.o -o y.o",
      "option '-o, --output <file>' argument 'y.o' is invalid. It is given twice, first as \"x.o\".",
    ],
    [
      "gen object x.o main.json part.json",
      "these are the words of bpftool; here it is: tsbpf-ld INPUT... -o FILE",
    ],
    [
      "main.json part.json -o x.o --gc-section",
      "unknown option '--gc-section'\n(Did you mean --gc-sections?)",
    ],
    ["main.json part.json -o x.o --keep f", "--keep needs --gc-sections"],
    ["main.json part.json -o x.o --why", "option '--why <name>' argument missing"],
    ["@quote.txt", 'a quote in the response file "quote.txt" is not closed'],
    ["@self.txt", 'response files name each other without an end: "self.txt"'],
  ])("%s", (words, message) => {
    put("quote.txt", "main.json 'part.json -o x.o");
    put("self.txt", "main.json @self.txt");
    expect(answer(words)).toBe(`exit 2\ntsbpf-ld: error: ${message}\n${HELP}`);
  });
});

describe("files that are no inputs", () => {
  const bitcode = "clang writes an object where -flto and -emit-llvm are left out";
  it.each([
    ["a.o", "BC\xc0\xde", "LLVM bitcode", bitcode],
    ["a.o", "\xde\xc0\x17\x0b\0\0\0\0", "LLVM bitcode in a wrapper", bitcode],
    ["a.o", "\x1f\x8b\x08", "compressed by gzip", "unpack it first"],
    ["a.o", "\x28\xb5\x2f\xfd", "compressed by zstd", "unpack it first"],
    ["a.o", "\xfd7zXZ\0", "compressed by xz", "unpack it first"],
    ["a.o", "BZh9", "compressed by bzip2", "unpack it first"],
    ["a.o", "PK\x03\x04", "a ZIP archive", "unpack it first"],
    ["a.o", "MZ\0\0", "a program or object of Windows", ""],
    ["a.o", "\xcf\xfa\xed\xfe", "a program or object of macOS", ""],
    ["a.o", "\xca\xfe\xba\xbe", "a program of macOS or of Java", ""],
    ["a.o", "\0asm\x01\0\0\0", "WebAssembly", ""],
    ["a.o", "\x9f\xeb\x01\0", "BTF without an object", ""],
    ["a.o", "\xff\xfe{\0", "UTF-16 text", ""],
    ["a.o", "\xfe\xff\0{", "UTF-16 text", ""],
    ["a.o", "\0\0\0\0", "binary data", ""],
    ["a.o", "", "empty", ""],
    ["a.c", '#include "b.h"\n', "a C source", "compile it first: clang -O2 -g --target=bpf -c"],
    ["a.h", "/* made by bpftool */\n", "a C header", "an object is made of the source that includes it"],
    ["a.rs", "fn main() {}\n", "a Rust source", "compile it first"],
    ["a.ll", "; ModuleID = 'a.c'\n", "LLVM IR as text", "compile it first: clang -O2 --target=bpf -c"],
    ["a.s", "\t.text\n", "assembly text", "assemble it first: clang --target=bpf -c"],
    [
      "a.ld",
      "SECTIONS {}\n",
      "a linker script or version script",
      "there is nothing to place; --export says which names stay visible",
    ],
  ])("%s %j is %s", (name, content, what, hint) => {
    put(name, content);
    expect(answer(`main.json ${name} part.json -o x.o`)).toBe(
      `exit 1\n${name}: error: "${name}" is ${what}, neither IR nor an object nor an archive [base/foreign]${hint === "" ? "" : `\n  hint: ${hint}`}`,
    );
  });

  it("text of another encoding", () => {
    put("latin1.json", '{ "license": "\xe4" }');
    expect(answer("main.json latin1.json -o x.o")).toBe(
      "exit 1\nlatin1.json: error: the input is not UTF-8 text [json/not-utf8]",
    );
  });

  it.each([
    ["hello world\n", 'a value is expected here, not "hello" [json/syntax]'],
    ["license: GPL\n", 'a value is expected here, not "license" [json/syntax]'],
  ])("text %j", (content, message) => {
    put("text", content);
    expect(answer("main.json text -o x.o")).toBe(
      `exit 1\ntext:1:1: error: ${message}\n  hint: the document is a JSON object, which begins with "{"`,
    );
  });
});

const MISSING = [
  'main.json:1:132: error: "f" is defined by no input; "prog" of "main.json" refers to it [link/undefined]',
  '  note: main.json:1:37: "f" is declared here',
].join("\n");

describe("inputs and outputs", () => {
  it.each([
    [
      "nothing.o -o x.o",
      'nothing.o: error: cannot read "nothing.o": no such file or directory [cli/cannot-read]',
    ],
    ["folder -o x.o", 'folder: error: cannot read "folder": it is a directory [cli/cannot-read]'],
    ["loop -o x.o", 'loop: error: cannot read "loop": too many symbolic links [cli/cannot-read]'],
    [
      "dangling -o x.o",
      'dangling: error: cannot read "dangling": no such file or directory [cli/cannot-read]',
    ],
    [
      "main.json/x -o x.o",
      'main.json/x: error: cannot read "main.json/x": a part of its path is not a directory [cli/cannot-read]',
    ],
    [
      "/proc/self/mem -o x.o",
      '/proc/self/mem: error: cannot read "/proc/self/mem": i/o error [cli/cannot-read]',
    ],
    ["main.json empty.a -o x.o", MISSING],
    [
      "empty.a -o x.o",
      "empty.a: error: there are only archives, whose members are taken where another input needs them [link/only-archives]\n  hint: --whole-archive in front of an archive takes all of them",
    ],
    [
      "main.json bad.json part.json -o x.o",
      'bad.json:1:80: error: there is no register "r11" [asm/no-register]',
    ],
    [
      "main.json part.json -o folder",
      'folder: error: cannot write "folder": it is a directory [cli/cannot-write]',
    ],
    [
      "main.json part.json -o no/x.o",
      'no/x.o: error: cannot write "no/x.o": no such file or directory [cli/cannot-write]',
    ],
    [
      "main.json part.json -o /dev/full",
      '/dev/full: error: cannot write "/dev/full": no space is left on the device [cli/cannot-write]',
    ],
    [
      "main.json part.json -o x.o -Map no/x",
      'no/x: error: cannot write "no/x": no such file or directory [cli/cannot-write]',
    ],
    [
      "main.json part.json part.json -o x.o",
      'part.json:1:39: error: "f" is defined in section ".text" of "part.json", and in section ".text" of "part.json" [link/duplicate]\n  note: part.json:1:39: "f" is defined here first\n  hint: is "part.json" given twice?',
    ],
    [
      "main.json part.json link.json -o x.o",
      'link.json:1:39: error: "f" is defined in section ".text" of "link.json", and in section ".text" of "part.json" [link/duplicate]\n  note: part.json:1:39: "f" is defined here first\n  hint: "link.json" defines what "part.json" defines: are they the same file?',
    ],
  ])("%s", (words, message) => {
    expect(answer(words)).toBe(`exit 1\n${message}`);
  });

  it("that nobody may write to are left alone", () => {
    if (process.getuid?.() === 0) return; // root may write to everything
    mkdirSync(join(folder, "closed"));
    chmodSync(join(folder, "closed"), 0o555);
    expect(answer("main.json part.json -o closed/x.o")).toBe(
      'exit 1\nclosed/x.o: error: cannot write "closed/x.o": permission denied [cli/cannot-write]',
    );
  });
});

const TOOLS = { "clang-22": "apt: clang-22", "llvm-ar-22": "apt: llvm-22", gcc: "apt: gcc" };

describeWithJudge("objects and archives", TOOLS, ({ "clang-22": clang, "llvm-ar-22": ar, gcc }) => {
  const F = "noinline int f(int x) { return x + 1; }";
  beforeAll(() => {
    put("part.o", compile(clang, "part.c", F).bytes);
    put("big.o", compile(clang, "part.c", F, ["-target", "bpfeb"]).bytes);
    put("lto.o", compile(clang, "part.c", F, ["-flto"]).bytes);
    put("f.c", "int f(int x) { return x; }\n");
    runTool(gcc, ["-c", "f.c", "-o", "host.o"], { cwd: folder });
    runTool(gcc, ["-shared", "-fPIC", "f.c", "-o", "host.so"], { cwd: folder });
    runTool(ar, ["rcS", "unindexed.a", "part.o"], { cwd: folder });
    runTool(ar, ["rc", "lto.a", "lto.o"], { cwd: folder });
    runTool(ar, ["rc", "nested.a", "unindexed.a"], { cwd: folder });
    const hosts = Array.from({ length: 9 }, (_, i) => `host${i}.o`);
    for (const host of hosts) copyFileSync(join(folder, "host.o"), join(folder, host));
    runTool(ar, ["rc", "hosts.a", ...hosts], { cwd: folder });
  });
  const machine = (file: string): string => `${file}: +0x12: error: the machine is `;

  it("of another machine are refused by its name", () => {
    for (const name of ["host.o", "host.so"]) {
      const said = answer(`main.json ${name} -o x.o`);
      expect(said.startsWith(`exit 1\n${machine(name)}`)).toBe(true);
      expect(said).toMatch(
        /\(\S+\), and that of a BPF object is 247 \(BPF\) \[elf\/unsupported\]\n {2}hint: compile it with --target=bpf$/,
      );
    }
  });

  it("that are linked already are refused", () => {
    const bytes = Buffer.from(compile(clang, "part.c", F).bytes);
    for (const [type, name] of [
      [2, "executable"],
      [3, "shared object"],
    ] as const) {
      bytes.writeUInt16LE(type, 16); // e_type (gABI, "ELF Header")
      put("linked.o", bytes);
      expect(answer("main.json linked.o -o x.o")).toBe(
        `exit 1\nlinked.o: +0x10: error: the file type is ${type} (${name}), and that of a BPF object is 1 (relocatable) [elf/unsupported]\n  hint: give the objects that it was linked of`,
      );
    }
  });

  it("of the other byte order are told by the input that has the one", () => {
    expect(answer("part.o big.o -o x.o")).toBe(
      'exit 1\nbig.o: error: the data of "big.o" is big-endian, and the output is little-endian [link/byte-order]\n  hint: the data of "part.o" is little-endian: compile all inputs with one --target',
    );
    expect(answer("part.o -o x.o --target bpfeb")).toBe(
      'exit 1\npart.o: error: the data of "part.o" is little-endian, and the output is big-endian [link/byte-order]\n  hint: link with --target bpfel',
    );
  });

  it("need no table of symbols", () => {
    expect(answer("main.json unindexed.a -o x.o")).toBe("exit 0");
  });

  it("that are cut short say where", () => {
    put("cut.o", compile(clang, "part.c", F).bytes.subarray(0, 300));
    expect(answer("main.json cut.o -o x.o")).toBe(
      "exit 1\ncut.o: +0x28: error: the section header table reaches past the end of the file (300 bytes) [elf/outside]",
    );
  });

  it("with members that cannot be read say so where something is missing", () => {
    expect(answer("main.json lto.a -o x.o")).toBe(
      `exit 1\n${MISSING}\nlto.a(lto.o): error: "lto.a(lto.o)" is LLVM bitcode, neither IR nor an object nor an archive [base/foreign]\n  hint: clang writes an object where -flto and -emit-llvm are left out`,
    );
    expect(answer("main.json nested.a -o x.o")).toBe(
      `exit 1\n${MISSING}\nnested.a(unindexed.a): error: "nested.a(unindexed.a)" is an archive in an archive, neither IR nor an object nor an archive [base/foreign]\n  hint: take its members out with "ar x"`,
    );
    const lines = answer("main.json hosts.a -o x.o").split("\n");
    expect(lines.filter((line) => line.includes("error: the machine is "))).toHaveLength(3);
    expect(lines.at(-1)).toBe(
      "hosts.a(host3.o): +0x12: error: this member and those behind it (6 in all) cannot be read either [link/broken-members]",
    );
  });
});
