// Standard input and output as a shell connects them: readers that leave, readers that are slow, devices that are full or
// endless. What is wanted is what every other tool of a pipe does, and never a stack trace.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { linkFiles } from "../../src/index.js";
import { PLAIN, runProgram } from "../programs.js";

let folder = "";

/** An object whose dump, IR and bytes are more than a pipe holds, 64 KiB. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tsbpf-streams-"));
  const code = [...Array<string>(1000).fill("r0 = 0"), "exit"];
  const programs = Array.from({ length: 20 }, (_, i) => ({ name: `p${i}`, section: "xdp", code }));
  const { bytes } = linkFiles([
    { name: "big.json", bytes: Buffer.from(JSON.stringify({ license: "GPL", programs })) },
  ]);
  writeFileSync(join(folder, "big.o"), bytes!);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Runs a line of the shell in which `$tsbpf` and `$ld` are the programs; "$?" of the first of a pipe goes to `status`. */
function shell(line: string): { status: number; stdout: string; stderr: string } {
  const program = (name: "tsbpf" | "tsbpf-ld"): string => [process.execPath, ...runProgram(name)].join(" ");
  const { stdout, stderr } = spawnSync("sh", ["-c", line], {
    cwd: folder,
    env: { ...PLAIN, tsbpf: program("tsbpf"), ld: program("tsbpf-ld") },
    maxBuffer: 64 * 1024 * 1024,
    timeout: 60_000,
  });
  const status = Number(readFileSync(join(folder, "status"), "utf8"));
  rmSync(join(folder, "status"));
  return { status, stdout: stdout.toString(), stderr: stderr.toString() };
}

describe("standard output", () => {
  it("may go to a reader that has seen enough", () => {
    const { status, stdout, stderr } = shell("{ $tsbpf dump big.o; echo $? > status; } | head -n 1");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toBe('big.o: eBPF object, little endian, license "GPL"\n');
  });

  it("is complete where the reader is slow", () => {
    const lifted = shell("{ $tsbpf lift big.o -o -; echo $? > status; } | { sleep 1; cat; }");
    expect({ status: lifted.status, stderr: lifted.stderr }).toEqual({ status: 0, stderr: "" });
    expect(JSON.parse(lifted.stdout).programs).toHaveLength(20);
  });

  it("may have the name of a device, too", () => {
    const named = shell("{ $ld big.o -o /dev/stdout; echo $? > status; } | cmp - big.o");
    expect(named).toEqual({ status: 0, stdout: "", stderr: "" });
  });

  it("says that it is full", () => {
    const full = "cannot write to standard output: no space is left on the device";
    expect(shell("$tsbpf dump big.o > /dev/full; echo $? > status")).toMatchObject({
      status: 1,
      stderr: `tsbpf: error: ${full}\n`,
    });
    expect(shell("$tsbpf diff big.o /dev/null > /dev/full; echo $? > status").status).toBe(2);
    expect(shell("$ld --help > /dev/full; echo $? > status")).toMatchObject({
      status: 1,
      stderr: `tsbpf-ld: error: ${full}\n`,
    });
    expect(shell("$ld big.o -o - > /dev/full; echo $? > status").stderr).toContain("[cli/cannot-write]");
  });

  it("is not needed where nobody reads the messages either", () => {
    expect(shell("$tsbpf dump nothing.o 2> /dev/full; echo $? > status")).toMatchObject({ status: 1 });
  });
});

describe("an input without an end", () => {
  it.each(["$tsbpf dump /dev/zero", "$ld /dev/zero -o x.o", "$ld - -o x.o < /dev/zero"])("%s", (line) => {
    const { status, stderr } = shell(`${line}; echo $? > status`);
    expect(status).toBe(1);
    expect(stderr).toContain("it has more than 67108864 bytes, which is the limit [cli/cannot-read]");
  });
});
