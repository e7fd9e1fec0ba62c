// tsbpf-ld with several inputs, as a user runs it: what goes to which stream and file, and what stays as it was. What a
// link means is test/link's business.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../../cli/main.js";
import { describeWithJudge } from "../judges.js";
import { PATIENCE_MS, PLAIN, runProgram } from "../programs.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tsbpf-cli-link-"));
  const main = {
    license: "GPL",
    externs: [{ name: "f", proto: "int f(void)" }],
    programs: [{ name: "prog", section: "xdp", code: ["call f", "exit"] }],
  };
  const lib = {
    license: "GPL",
    data: [{ name: "level", section: ".rodata", type: "const int", value: 1 }],
    functions: [
      { name: "f", proto: "int f(void)", code: ["r1 = level ll", "r0 = *(u32 *)(r1 + 0)", "exit"] },
    ],
  };
  writeFileSync(join(folder, "main.json"), JSON.stringify(main));
  writeFileSync(join(folder, "lib.json"), JSON.stringify(lib));
});
afterAll(() => rmSync(folder, { recursive: true }));

function ld(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...runProgram("tsbpf-ld"), ...args], {
    cwd: folder,
    env: PLAIN,
    encoding: "utf8",
    timeout: PATIENCE_MS,
  });
  return { status, stdout, stderr };
}

const file = (name: string): Buffer => readFileSync(join(folder, name));
const QUIET = { status: 0, stdout: "", stderr: "" };

describe("several inputs", () => {
  it("make one object, and one alone what it makes anyway", () => {
    expect(ld("main.json", "lib.json", "-o", "prog.o")).toEqual(QUIET);
    expect(ld("prog.o", "-o", "again.o")).toEqual(QUIET);
    expect(file("again.o").equals(file("prog.o"))).toBe(true);
  });

  it("may be the output, and a link that fails leaves it", () => {
    writeFileSync(join(folder, "same.json"), file("main.json"));
    expect(ld("same.json", "lib.json", "lib.json", "-o", "same.json").status).toBe(1);
    expect(file("same.json").equals(file("main.json"))).toBe(true);
    expect(ld("same.json", "lib.json", "-o", "same.json")).toEqual(QUIET);
    expect(file("same.json").subarray(1, 4).toString()).toBe("ELF");
  });

  it("may stand in a response file, with their options", () => {
    writeFileSync(join(folder, "spaced name.json"), file("main.json"));
    writeFileSync(join(folder, "more.txt"), "lib.json\n--set level=3");
    writeFileSync(join(folder, "args.txt"), `"spaced name.json" @more.txt -o 'from response.o'\n`);
    expect(ld("@args.txt")).toEqual(QUIET);
    expect(ld("main.json", "lib.json", "--set", "level=3", "-o", "direct.o")).toEqual(QUIET);
    const value = (name: string): number => file(name).indexOf(Buffer.from([3, 0, 0, 0]));
    expect(value("from response.o")).toBeGreaterThan(0);
    expect(value("direct.o")).toBeGreaterThan(0);
    expect(ld("main.json", "@nothing.txt", "-o", "x.o").stderr).toContain('cannot read "@nothing.txt"');
  });

  it("are accounted for in a map file", () => {
    for (const spelling of [["-Map", "m.json"], ["--map=m.json"], ["-Map=m.json"]]) {
      rmSync(join(folder, "m.json"), { force: true });
      expect(ld("main.json", "lib.json", "-o", "prog.o", ...spelling)).toEqual(QUIET);
      const { kept } = JSON.parse(file("m.json").toString());
      expect(kept.map((thing: { name: string; input: string }) => [thing.name, thing.input])).toEqual([
        ["prog", "main.json"],
        ["f", "lib.json"],
        ["_license", "main.json"],
        ["level", "lib.json"],
      ]);
    }
  });

  it("answer questions on standard output, unless the object goes there", () => {
    const questions = ["--why", "level", "--trace-symbol", "f"];
    const answers =
      "prog (function, section xdp)\n  needs f (function, section .text)\n    needs level (variable, section .rodata)\n" +
      "main.json: declares extern f\nlib.json: defines function f\n";
    expect(ld("main.json", "lib.json", "-o", "prog.o", ...questions)).toEqual({ ...QUIET, stdout: answers });
    const piped = ld("main.json", "lib.json", "-o", "-", ...questions);
    expect([piped.stdout.slice(1, 4), piped.stderr]).toEqual(["ELF", answers]);
    expect(ld("main.json", "-o", "prog.o", "--keep", "f")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("--keep needs --gc-sections"),
    });
    expect(ld("main.json", "lib.json", "-o", "prog.o", "--why", "levle")).toMatchObject({
      status: 1,
      stderr:
        '--why: error: nothing in the result is named "levle" [link/unknown-name]\n  hint: did you mean "level"?\n',
    });
    expect(ld("main.json", "lib.json", "-o", "prog.o", "--why", "g")).toMatchObject({
      status: 1,
      stderr: '--why: error: nothing in the result is named "g" [link/unknown-name]\n',
    });
  });
});

describe("a link that takes a while", () => {
  it("says on a terminal what it does, and takes it back", () => {
    let clock = 0;
    let stderr = "";
    const terminal = {
      stdout: () => {},
      stderr: (text: string) => {
        stderr += text;
      },
      color: false,
      terminal: true,
      now: () => {
        clock += 400;
        return clock;
      },
    };
    const args = ["main.json", "lib.json"].map((name) => join(folder, name));
    expect(run([...args, "--emit", "none"], terminal)).toBe(0);
    // The first second is silent; then each phase takes the place of the one before, and nothing stays.
    expect(stderr).toBe("\r\x1b[Klinking\r\x1b[Kwriting\r\x1b[K");
    stderr = "";
    expect(run([...args, "--emit", "none"], { ...terminal, terminal: false })).toBe(0);
    expect(stderr).toBe("");
  });
});

describeWithJudge("archives", { "llvm-ar-22": "apt: llvm-22" }, ({ "llvm-ar-22": ar }) => {
  it("that are thin give their members from the files that they name, from any folder", () => {
    mkdirSync(join(folder, "thin/members"), { recursive: true });
    const member = join(folder, "thin/members/a rather long name of a file.json");
    writeFileSync(member, file("lib.json"));
    writeFileSync(join(folder, "thin/unused.json"), file("lib.json"));
    const args = ["rcT", "lib.a", "members/a rather long name of a file.json", "unused.json"];
    expect(spawnSync(ar, args, { cwd: join(folder, "thin") }).status).toBe(0);
    expect(ld("main.json", "thin/lib.a", "-o", "thin.o", "--trace-symbol", "f")).toEqual({
      ...QUIET,
      stdout:
        "main.json: declares extern f\nthin/lib.a(members/a rather long name of a file.json): defines function f\n",
    });
    rmSync(member);
    expect(ld("main.json", "thin/lib.a", "-o", "thin.o")).toMatchObject({
      status: 1,
      stderr:
        'thin/lib.a(members/a rather long name of a file.json): error: cannot read "thin/members/a rather long name of a file.json": no such file or directory [cli/cannot-read]\n',
    });
  });

  it("are linked whole behind --whole-archive, until --no-whole-archive", () => {
    const one = (name: string): string =>
      JSON.stringify({
        license: "GPL",
        functions: [{ name, proto: `int ${name}(void)`, code: ["r0 = 0", "exit"] }],
      });
    for (const name of ["one", "two"]) {
      writeFileSync(join(folder, `${name}.json`), one(name));
      const kind = name === "one" ? "rc" : "rcT";
      expect(spawnSync(ar, [kind, `${name}.a`, `${name}.json`], { cwd: folder }).status).toBe(0);
    }
    const kept = (...inputs: string[]): string[] => {
      expect(ld("main.json", "lib.json", ...inputs, "-o", "whole.o", "-Map", "whole.json")).toEqual(QUIET);
      const { kept } = JSON.parse(file("whole.json").toString()) as { kept: { name: string }[] };
      return kept.map(({ name }) => name).filter((name) => name === "one" || name === "two");
    };
    expect(kept("one.a", "two.a")).toEqual([]);
    expect(kept("--whole-archive", "one.a", "two.a")).toEqual(["one", "two"]);
    expect(kept("one.a", "--whole-archive", "two.a")).toEqual(["two"]);
    expect(kept("--whole-archive", "one.a", "--no-whole-archive", "two.a")).toEqual(["one"]);
  });
});
