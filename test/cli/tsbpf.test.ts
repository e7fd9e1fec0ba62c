// The program tsbpf as a user runs it: files, streams, exit codes. What lift and diff find is test/report's; what dump
// shows is held against llvm-objdump here.

import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runInspect } from "../../cli/inspect.js";
import packageJson from "../../package.json" with { type: "json" };
import { Log } from "../../src/base/index.js";
import { readElf, writeElf } from "../../src/elf/index.js";
import { type Dump, dumpFile, filterDump, printDump } from "../../src/index.js";
import { describeWithJudge } from "../judges.js";
import { PATIENCE_MS, ROOT, runProgram } from "../programs.js";

const golden = (name: string): string => join(ROOT, "golden", name, "clang.o");
const cases = readdirSync(join(ROOT, "golden"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tsbpf-inspect-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** In this process: what `io` gets is what a user sees. */
function tsbpf(args: readonly string[], outputColor = false): Ran {
  const ran = { stdout: "", stderr: "" };
  const status = runInspect(args, {
    stdout: (text) => {
      ran.stdout += text;
    },
    stderr: (text) => {
      ran.stderr += text;
    },
    color: false,
    outputColor,
  });
  return { status, ...ran };
}

function dumpOf(name: string): Dump {
  const { result, diagnostics } = dumpFile({ name: `${name}.o`, bytes: readFileSync(golden(name)) });
  expect(diagnostics).toEqual([]);
  return result!;
}

describe("tsbpf", () => {
  it("runs as a program", () => {
    const command = [...runProgram("tsbpf"), "--version"];
    const { status, stdout } = spawnSync(process.execPath, command, { timeout: PATIENCE_MS });
    expect(status).toBe(0);
    expect(stdout.toString()).toBe(`${packageJson.version}\n`);
  });

  it.each([
    [[], "no command is given"],
    [["dump"], "missing required argument 'input'"],
    [["lift", "x.o"], "required option '-o, --output <file>' not specified"],
    [["frobnicate"], "unknown command 'frobnicate'"],
    [["diff", "a.o"], "missing required argument 'b'"],
    [["dump", "x.o", "--colour"], "unknown option '--colour'"],
    [["dump", ""], "the name of a file is empty"],
    [["lift", "x.o", "-o", ""], "the name of a file is empty"],
    [["diff", "-", "-"], "standard input can be read only once"],
  ])("%j is wrong usage", (args, message) => {
    const { status, stdout, stderr } = tsbpf(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).toContain('Try "tsbpf --help"');
  });

  it.each([
    [["dump", "/nowhere.o"], 1, '/nowhere.o: error: cannot read "/nowhere.o": no such file or directory'],
    [["lift", "/nowhere.o", "-o", "-"], 1, "[cli/cannot-read]"],
    [["diff", "/nowhere.o", "/nowhere.o"], 2, "[cli/cannot-read]"],
  ])("%j says that there is no file", (args, exitCode, message) => {
    const { status, stderr } = tsbpf(args);
    expect(status).toBe(exitCode);
    expect(stderr).toContain(message);
  });

  it("says what is wrong with an input, as text or as JSON", () => {
    const broken = join(folder, "broken.o");
    writeFileSync(broken, readFileSync(golden("01-minimal")).subarray(0, 100));
    for (const args of [["dump"], ["lift", "-o", join(folder, "never.json")]]) {
      const { status, stdout, stderr } = tsbpf([...args, broken]);
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toMatch(/broken\.o.*error: /);
      const json = tsbpf([...args, broken, "--error-format", "json"]).stderr.trim();
      expect(JSON.parse(json.split("\n")[0]!)).toMatchObject({ severity: "error", file: broken });
    }
    expect(readdirSync(folder)).not.toContain("never.json");
    expect(tsbpf(["diff", broken, golden("01-minimal")]).status).toBe(2);
  });
});

describe("an archive", () => {
  it.each(["!<arch>\n", "!<thin>\n"])("%j is not the one object that is wanted", (magic) => {
    const archive = join(folder, "lib.a");
    writeFileSync(archive, magic);
    for (const args of [["dump"], ["lift", "-o", "-"], ["diff", golden("01-minimal")]]) {
      const { status, stderr } = tsbpf([...args, archive]);
      expect(status).toBe(args[0] === "diff" ? 2 : 1);
      expect(stderr).toContain('lib.a" is an archive, and a single object is needed here [cli/archive]');
      expect(stderr).toContain('hint: take a member out of it with "ar x", or link it with tsbpf-ld');
    }
  });
});

describe("tsbpf lift", () => {
  it("writes IR, and leaves an old output alone when it fails", () => {
    const output = join(folder, "prog.json");
    expect(tsbpf(["lift", golden("02-hello"), "-o", output])).toEqual({ status: 0, stdout: "", stderr: "" });
    const text = readFileSync(output, "utf8");
    expect(JSON.parse(text).license).toBe("GPL");
    const broken = join(folder, "short.o");
    writeFileSync(broken, "\x7fELF");
    expect(tsbpf(["lift", broken, "-o", output]).status).toBe(1);
    expect(readFileSync(output, "utf8")).toBe(text);
  });

  it("says where it cannot write", () => {
    const { status, stderr } = tsbpf(["lift", golden("02-hello"), "-o", join(folder, "no/such/folder.json")]);
    expect(status).toBe(1);
    expect(stderr).toContain("[cli/cannot-write]");
  });
});

describe("tsbpf diff", () => {
  it("ends with 0 where nothing differs, and with 1 where something does", () => {
    const copy = join(folder, "copy.o");
    copyFileSync(golden("02-hello"), copy);
    expect(tsbpf(["diff", golden("02-hello"), copy])).toEqual({ status: 0, stdout: "", stderr: "" });
    const { status, stdout } = tsbpf(["diff", golden("02-hello"), golden("01-minimal")]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^(program|variable) \w+ (added|removed|changed)$/m);
  });

  it("speaks JSON to tools", () => {
    const args = ["diff", golden("02-hello"), golden("01-minimal"), "--json"];
    const changes = JSON.parse(tsbpf(args).stdout);
    expect(changes[0]).toMatchObject({ thing: expect.any(String), change: expect.any(String) });
  });
});

describe("tsbpf dump", () => {
  it("has colours where they are wanted, and only there", () => {
    const args = ["dump", golden("02-hello")];
    expect(tsbpf(args).stdout).not.toContain("\x1b");
    expect(tsbpf(args, true).stdout).toContain("\x1b[");
    expect(tsbpf([...args, "--color", "never"], true).stdout).not.toContain("\x1b");
    const plain = tsbpf(args).stdout;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is looked for
    expect(tsbpf([...args, "--color", "always"]).stdout.replaceAll(/\x1b\[\d+m/g, "")).toBe(plain);
  });

  it("shows no control character of a stranger's object, and keeps its own colours", () => {
    const object = join(folder, "hostile.o");
    const bytes = readFileSync(golden("01-minimal")).toString("latin1").replaceAll("socket", "so\x1bket");
    writeFileSync(object, Buffer.from(bytes, "latin1"));
    const plain = tsbpf(["dump", object]);
    expect(plain.status).toBe(0);
    expect(plain.stdout).toContain("so\\u001bket");
    expect(plain.stdout).not.toContain("\x1b");
    const coloured = tsbpf(["dump", object, "--color", "always"]).stdout;
    expect(coloured).toContain("\x1b[");
    expect(coloured).not.toContain("\x1bket");
  });

  it("shows one function, or one section", () => {
    const one = tsbpf(["dump", golden("10-subprograms"), "--function", "global_text"]).stdout;
    expect(one).toContain("int global_text(struct pkt *p)");
    expect(one).not.toContain("local_text");
    const section = tsbpf(["dump", golden("10-subprograms"), "--section", ".text"]).stdout;
    expect(section).toContain("int local_text(int a, int b)");
    expect(section).not.toContain("int entry");
  });

  it.each([
    ["--function", "nothing", 'has no function "nothing"'],
    ["--section", ".nothing", 'has no section ".nothing"'],
  ])("says that there is no such thing: %s", (option, name, message) => {
    const { status, stderr } = tsbpf(["dump", golden("01-minimal"), option, name]);
    expect(status).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr).toContain("[cli/no-such]");
  });

  it("shows IR as the object that it makes", () => {
    const { status, stdout } = tsbpf(["dump", join(ROOT, "examples/counters.json"), "--json"]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout).maps[0]).toMatchObject({ name: "counters" });
  });

  it("says CO-RE accesses as members and enumerators", () => {
    const text = printDump(filterDump(dumpOf("49-core"), { function: "prog" }));
    // prog.c asks for t->pairs[2].b, t[3].high and KIND_TWO.
    expect(text).toContain("# field_byte_offset struct task_struct.pairs[2].b");
    expect(text).toContain("# field_byte_offset struct task_struct[3].high");
    expect(text).toContain("# enumval_value enum kind KIND_TWO");
  });

  it("says where jump tables lead", () => {
    const { functions } = dumpOf("54-jump-table");
    const { instructions, jumpTables } = functions.find(({ name }) => name === "prog")!;
    const [table] = jumpTables;
    // The switch of prog.c has the cases 0 to 13, each on a line of its own.
    expect(table!.targets).toHaveLength(14);
    for (const [value, target] of table!.targets.entries()) {
      const at = instructions.findIndex(({ label }) => label === target);
      const shown = instructions
        .slice(0, at + 1)
        .filter(({ source }) => source !== undefined)
        .at(-1);
      expect(shown!.source!.text).toContain(`case ${value}:`);
    }
    const text = printDump(filterDump(dumpOf("54-jump-table"), { function: "prog" }));
    expect(text).toContain(`  ${table!.name}: ${table!.targets.join(" ")}\n`);
  });

  it("shows initial values of maps and of struct_ops by name", () => {
    const text = printDump(dumpOf("05-map-in-map"));
    // prog.c: .values = { [0] = &inner1, [2] = &inner2 }.
    expect(text).toContain(
      "values { type array, max_entries 1, key int, value int }\n    [0] inner1\n    [2] inner2\n",
    );
    const [toy] = dumpOf("84-congestion-control").variables.filter(({ name }) => name === "toy");
    expect(JSON.parse(toy!.value!)).toEqual({
      ssthresh: "toy_ssthresh",
      cong_avoid: "toy_avoid",
      set_state: "toy_state",
      undo_cwnd: "toy_undo",
      init: "toy_init",
      name: "bpf_toy",
    });
  });

  it("shows the string literals that code loads", () => {
    const text = printDump(filterDump(dumpOf("79-string-literals"), { function: "first" }));
    expect(text).toContain('.rodata.str1.1 ll  # "bash"');
    expect(text).toContain('# "shell\\n"');
  });

  it("shows variables that have no BTF as bytes", () => {
    const object = join(folder, "stripped.o");
    const log = new Log();
    const whole = readElf(readFileSync(golden("07-globals")), "07.o", log)!;
    writeFileSync(
      object,
      writeElf({ ...whole, sections: whole.sections.filter((s) => !s.name.startsWith(".BTF")) }),
    );
    const { result } = dumpFile({ name: "stripped.o", bytes: readFileSync(object) });
    const typed = dumpOf("07-globals").variables;
    expect(result!.variables.map(({ name }) => name).sort()).toEqual(typed.map(({ name }) => name).sort());
    expect(result!.variables.find(({ name }) => name === "limit")!.value).toBe('{ "hex": "e8 03" }');
  });

  it("names what numbers stand for", () => {
    const text = printDump(filterDump(dumpOf("10-subprograms"), { function: "global_tc" }));
    expect(text).toContain("call local_tc");
    expect(text).toContain("call local_text");
  });
});

describeWithJudge(
  "tsbpf dump of an object with DWARF",
  { "clang-22": "apt: clang-22", "llvm-readelf-22": "apt: llvm-22" },
  (tool) => {
    it("counts what nobody loads, and shows it when asked", () => {
      const source = join(folder, "dwarf.c");
      const object = join(folder, "dwarf.o");
      writeFileSync(source, "int level = 3;\nint prog(void *ctx) { return level; }\n");
      execFileSync(tool["clang-22"], ["-O2", "-g", "-target", "bpf", "-c", source, "-o", object]);
      const readelf = (flag: string): string[] =>
        execFileSync(tool["llvm-readelf-22"], [flag, "-W", object], { encoding: "utf8" }).split("\n");
      const sections = readelf("-S").filter((line) => / \.debug_\w+ /.test(line)).length;
      const symbols = readelf("-s").filter((line) => /SECTION .* \.debug_\w+$/.test(line)).length;
      let inDwarf = false;
      let relocations = 0;
      for (const line of readelf("-r")) {
        const name = /^Relocation section '(.*?)'/.exec(line)?.[1];
        if (name !== undefined) inDwarf = name.startsWith(".rel.debug_");
        if (inDwarf && / R_BPF_/.test(line)) relocations += 1;
      }
      expect(Math.min(sections, symbols, relocations)).toBeGreaterThan(1);

      const { stdout } = tsbpf(["dump", object]);
      expect(stdout).toContain(`: ${sections} sections, ${symbols} symbols, ${relocations} relocations\n`);
      expect(stdout).not.toContain(".debug_");
      expect(tsbpf(["dump", object, "--section", ".debug_info"]).stdout).toMatch(
        /^ {2}\.debug_info +8 +R_BPF_/m,
      );
      expect(tsbpf(["dump", object, "--json"]).stdout).toContain('"name": ".debug_info"');
    });
  },
);

describeWithJudge(
  "tsbpf dump, beside the tools of LLVM",
  { "llvm-objdump-22": "apt: llvm-22", "llvm-readelf-22": "apt: llvm-22" },
  (tool) => {
    it.each(cases)("%s has as many functions, and in each as many instructions", (name) => {
      const dump = dumpOf(name);
      const args = ["-d", "--no-show-raw-insn", golden(name)];
      const text = execFileSync(tool["llvm-objdump-22"], args, { encoding: "utf8" });
      const theirs = new Map<string, number>();
      let current = "";
      for (const line of text.split("\n")) {
        const head = /^[0-9a-f]{16} <(.*)>:$/.exec(line)?.[1];
        // Labels inside of a function are theirs alone.
        if (head !== undefined && !head.startsWith("LBB")) current = head;
        if (/^\s+\d+:\s/.test(line)) theirs.set(current, (theirs.get(current) ?? 0) + 1);
      }
      const ours = new Map(dump.functions.map((f) => [f.name, f.instructions.length]));
      expect(ours).toEqual(theirs);
    });

    it.each(["07-globals", "19-big-endian", "54-jump-table"])("%s has the same bytes in its code", (name) => {
      const text = execFileSync(tool["llvm-objdump-22"], ["-d", golden(name)], { encoding: "utf8" });
      const theirs = [...text.matchAll(/^\s+\d+:\t((?:[0-9a-f]{2} ?)+)\t/gm)].map(([, bytes]) =>
        bytes!.trim(),
      );
      const shown = tsbpf(["dump", golden(name), "--bytes"]).stdout;
      const ours = [...shown.matchAll(/^ +\d* +((?:[0-9a-f]{2}(?: |$)){8})/gm)].map(([, bytes]) =>
        bytes!.trim(),
      );
      expect(ours.length).toBeGreaterThan(10);
      expect(ours.join(" ")).toBe(theirs.join(" "));
    });

    it.each(cases)("%s has the same symbols", (name) => {
      const text = execFileSync(tool["llvm-readelf-22"], ["-sW", golden(name)], { encoding: "utf8" });
      const rows = text.split("\n").filter((line) => /^\s+[1-9]\d*: /.test(line));
      const theirs = rows.map((line) => {
        const [, value, size, type, binding, , , symbol] = line.trim().split(/\s+/);
        return { value: Number.parseInt(value!, 16), size: Number(size), type, binding, symbol };
      });
      const ours = dumpOf(name).symbols.map(({ value, size, type, binding, name: symbol }) => ({
        value,
        size,
        type: type === "none" ? "NOTYPE" : type.toUpperCase(),
        binding: binding.toUpperCase(),
        symbol,
      }));
      const sorted = (list: readonly unknown[]): string[] => list.map((one) => JSON.stringify(one)).sort();
      expect(sorted(ours)).toEqual(sorted(theirs));
    });
  },
);
