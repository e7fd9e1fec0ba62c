// The program as a user runs it: files, streams, exit codes. What it says of a bad IR is test/ir's.

import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { PATIENCE_MS, PLAIN, ROOT, runProgram } from "../programs.js";

const example = join(ROOT, "examples/sys_enter_read.json");
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tsbpf-cli-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Ran {
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

function ld(
  args: readonly string[],
  options: { cwd?: string; input?: string; env?: NodeJS.ProcessEnv } = {},
): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...runProgram("tsbpf-ld"), ...args], {
    cwd: options.cwd ?? folder,
    input: options.input ?? "",
    env: { ...PLAIN, ...options.env },
    timeout: PATIENCE_MS,
  });
  return { status, stdout, stderr: stderr.toString() };
}

/** A fresh folder, so that a test sees exactly what a run left behind. */
function room(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

const isElf = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.subarray(0, 4)).toString("latin1") === "\x7fELF";

describe("tsbpf-ld", () => {
  it("links a file, says nothing, and leaves only the output", () => {
    const cwd = room("links");
    expect(ld([example, "-o", "prog.o"], { cwd })).toMatchObject({ status: 0, stderr: "" });
    expect(readdirSync(cwd)).toEqual(["prog.o"]);
    expect(isElf(readFileSync(join(cwd, "prog.o")))).toBe(true);
  });

  it("reads standard input and writes standard output", () => {
    const { status, stdout, stderr } = ld(["-", "-o", "-"], { input: readFileSync(example, "utf8") });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(isElf(stdout)).toBe(true);
  });

  it("checks without writing", () => {
    const cwd = room("check");
    expect(ld([example, "--emit", "none"], { cwd })).toMatchObject({ status: 0, stderr: "" });
    expect(readdirSync(cwd)).toEqual([]);
  });

  it("writes big endian where it is told to", () => {
    const bytes = ld([example, "--target", "bpfeb", "-o", "-"]).stdout;
    expect(bytes[5]).toBe(2); // ELFDATA2MSB
  });

  it("gives the same bytes in another folder, time zone and locale", () => {
    const first = ld([example, "-o", "-"], { env: { TZ: "UTC", LC_ALL: "C" } }).stdout;
    const cwd = room("elsewhere");
    writeFileSync(join(cwd, "sys_enter_read.json"), readFileSync(example));
    const env = { TZ: "Asia/Tokyo", LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8" };
    const second = ld(["sys_enter_read.json", "-o", "-"], { cwd, env }).stdout;
    expect(first.length).toBeGreaterThan(0);
    expect(second.equals(first)).toBe(true);
  });

  it("prints its help and its version", () => {
    const help = ld(["--help"]);
    expect(help).toMatchObject({ status: 0, stderr: "" });
    expect(help.stdout.toString()).toMatch(/^Usage: tsbpf-ld \[options\] <input\.\.\.>/);
    expect(help.stdout.toString()).toContain("Examples:");
    expect(ld(["--version"]).stdout.toString()).toBe(`${packageJson.version}\n`);
  });
});

describe("usage errors", () => {
  it.each([
    [[], "error: missing required argument 'input'"],
    [[example], "error: nothing says where to write; give -o FILE, or --emit none to check only"],
    [[example, "-o", "x.o", "--mcpu", "v5"], "Allowed are v1, v2, v3, v4."],
    [[example, "-o", "x.o", "--target", "x86"], "Allowed choices are bpf, bpfel, bpfeb."],
    [[example, "-o", "x.o", "--wat"], "error: unknown option '--wat'"],
    [[example, "-o", "x.o", "--set", "limit"], 'A "=" must separate two parts.'],
    [["-", "-", "-o", "x.o"], "error: standard input can be read only once"],
    [[example, "-o", "x.o", "-Map", "x.o"], 'error: -Map and -o both write to "x.o"'],
    [[example, "-o", "-", "-Map", "-"], 'error: -Map and -o both write to "-"'],
    [[example, "-o", ""], "error: the name of a file is empty"],
    [["", "-o", "x.o"], "error: the name of a file is empty"],
  ])("%j: exit 2", (args, message) => {
    const { status, stdout, stderr } = ld(args);
    expect(status).toBe(2);
    expect(stdout.length).toBe(0);
    expect(stderr).toContain(message);
    expect(stderr).toContain('Try "tsbpf-ld --help".');
  });
});

describe("errors", () => {
  const bad =
    '{ "license": "GPL", "programs": [{ "name": "p", "section": "xdp", "code": ["r0 = r11", "exit"] }] }';

  it("name the file, exit with 1, and leave the old output as it was", () => {
    const cwd = room("old-output");
    writeFileSync(join(cwd, "bad.json"), bad);
    writeFileSync(join(cwd, "prog.o"), "old");
    const { status, stderr } = ld(["bad.json", "-o", "prog.o"], { cwd });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^bad\.json:1:\d+: error: .*r11/);
    expect(readFileSync(join(cwd, "prog.o"), "utf8")).toBe("old");
    expect(readdirSync(cwd).sort()).toEqual(["bad.json", "prog.o"]);
  });

  it("are JSON objects, one a line, for tools", () => {
    const { status, stderr } = ld(["-", "-o", "x.o", "--error-format", "json"], { input: bad });
    expect(status).toBe(1);
    const lines = stderr
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({
      severity: "error",
      file: "<stdin>",
      pointer: "/programs/0/code/0",
      line: 1,
    });
  });

  it.each([
    [
      "a missing input",
      ["nothing.json"],
      'nothing.json: error: cannot read "nothing.json": no such file or directory [cli/cannot-read]',
    ],
    ["a folder", ["."], '.: error: cannot read ".": it is a directory [cli/cannot-read]'],
  ])("%s: exit 1", (_, args, message) => {
    const { status, stderr } = ld([...args, "-o", "x.o"]);
    expect({ status, stderr }).toEqual({ status: 1, stderr: `${message}\n` });
  });

  it("are given for an output that cannot be written, and nothing stays behind", () => {
    const cwd = room("unwritable");
    expect(ld([example, "-o", "no/such/folder/x.o"], { cwd })).toMatchObject({
      status: 1,
      stderr:
        'no/such/folder/x.o: error: cannot write "no/such/folder/x.o": no such file or directory [cli/cannot-write]\n',
    });
    mkdirSync(join(cwd, "folder"));
    expect(ld([example, "-o", "folder"], { cwd }).stderr).toContain("it is a directory [cli/cannot-write]");
    expect(readdirSync(cwd)).toEqual(["folder"]);
  });

  it("are given for an input of 100 MB at once", () => {
    const cwd = room("huge");
    const huge = join(cwd, "huge.json");
    spawnSync("truncate", ["-s", "100M", huge]);
    const { status, stderr } = ld(["huge.json", "-o", "x.o"], { cwd });
    expect(status).toBe(1);
    expect(stderr).toContain('cannot read "huge.json": it has 104857600 bytes, and the limit is 67108864');
  });
});

describe("too much of something", () => {
  const prog = (code: string): string =>
    JSON.stringify({ license: "GPL", programs: [{ name: "p", section: "xdp", code }] });

  it.each([
    [
      "errors",
      prog("bad\n".repeat(5000)),
      "there are more than 1000 errors; from here on none is shown [base/too-many-errors]",
    ],
    [
      "values",
      `[${"0,".repeat(8 * 1024 * 1024)}0]`,
      "the document has more than 8 million values [json/too-many-values]",
    ],
    [
      "instructions",
      prog("exit\n".repeat(4_000_001)),
      "the document has more than 4000000 instructions [ir/too-many-instructions]",
    ],
    [
      "declarations",
      JSON.stringify({ license: "GPL", types: [" ".repeat(16 * 1024 * 1024 + 1)] }),
      "the declarations are longer than 16 million characters [ir/types-too-long]",
    ],
  ])("%s is an error, not a crash", (_, input, message) => {
    const { status, stderr } = ld(["-", "--emit", "none"], { input });
    expect(status).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr.split("\n").length).toBeLessThan(6000);
  });
});

describe("the output", () => {
  it("may be the input", () => {
    const cwd = room("same");
    writeFileSync(join(cwd, "a"), readFileSync(example));
    expect(ld(["a", "-o", "a"], { cwd }).status).toBe(0);
    expect(isElf(readFileSync(join(cwd, "a")))).toBe(true);
  });

  it("keeps the mode of the file that it replaces, and a link stays a link", () => {
    const cwd = room("mode");
    writeFileSync(join(cwd, "real.o"), "old");
    chmodSync(join(cwd, "real.o"), 0o640);
    symlinkSync("real.o", join(cwd, "link.o"));
    expect(ld([example, "-o", "link.o"], { cwd }).status).toBe(0);
    expect(isElf(readFileSync(join(cwd, "real.o")))).toBe(true);
    expect(statSync(join(cwd, "real.o")).mode & 0o777).toBe(0o640);
    expect(readdirSync(cwd).sort()).toEqual(["link.o", "real.o"]);
  });

  it("may be a device", () => {
    expect(ld([example, "-o", "/dev/null"])).toMatchObject({ status: 0, stderr: "" });
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });
});
