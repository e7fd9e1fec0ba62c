// The old output of a link that fails, whatever fails: it stays as it was, and nothing else is left. File systems that are
// full or cannot be written to are mounted in a mount namespace of its own, which needs root.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeUnless } from "../judges.js";
import { PATIENCE_MS, PLAIN, runProgram } from "../programs.js";

const LD = runProgram("tsbpf-ld");

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tsbpf-output-"));
  const program = { name: "prog", section: "xdp", code: ["r1 = big ll", "r0 = 0", "exit"] };
  // 64 KiB that are stored, more than the file system of these tests has.
  const big = { name: "big", type: "char[65536]", section: ".data", value: "x" };
  writeFileSync(
    join(folder, "big.json"),
    JSON.stringify({ license: "GPL", data: [big], programs: [program] }),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

function mountObstacle(): string | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "mounting needs root on Linux";
  return spawnSync("unshare", ["-m", "true"]).status === 0 ? undefined : "no mount namespaces (unshare -m)";
}

/** Links over an old output in a small file system of its own, then lists what is in it, with the old output's text. */
function linkOn(options: string, before = ""): { status: string; stderr: string; files: string } {
  const script = `
    mount -t tmpfs -o size=32k,${options} tmpfs "$1" || exit 99
    cd "$1" && printf old > prog.o
    ${before}
    shift
    "$@" -o prog.o 2> "$STDERR"
    echo "status $?"
    ls -A; cat prog.o`;
  const stderr = join(folder, "stderr.txt");
  const mount = mkdtempSync(join(folder, "mount-"));
  const args = ["-m", "sh", "-c", script, "sh", mount, process.execPath, ...LD, join(folder, "big.json")];
  const { stdout } = spawnSync("unshare", args, {
    env: { ...PLAIN, STDERR: stderr },
    encoding: "utf8",
    timeout: PATIENCE_MS,
  });
  const [status = "", ...files] = stdout.split("\n");
  return { status, stderr: readFileSync(stderr, "utf8"), files: files.join("\n") };
}

describeUnless(mountObstacle(), "an output that cannot be written", () => {
  it.each([
    ["where no space is left", "mode=755", "", "no space is left on the device"],
    ["where nothing can be written", "mode=755", 'mount -o remount,ro "$1"', "the file system is read-only"],
  ])("stays %s", (_, options, before, reason) => {
    expect(linkOn(options, before)).toEqual({
      status: "status 1",
      stderr: `prog.o: error: cannot write "prog.o": ${reason} [cli/cannot-write]\n`,
      files: "prog.o\nold",
    });
  });
});

describe("a link that is interrupted", () => {
  it("leaves the old output, and nothing else", async () => {
    const cwd = mkdtempSync(join(folder, "interrupted-"));
    writeFileSync(join(cwd, "prog.o"), "old");
    // It waits for the end of its standard input, which never comes.
    const child = spawn(process.execPath, [...LD, "-", "-o", "prog.o"], {
      cwd,
      env: PLAIN,
      stdio: ["pipe", "pipe", "pipe"],
    });
    const ended = new Promise<string | null>((done) => child.once("exit", (_, signal) => done(signal)));
    // More than a pipe holds (64 KiB): that all is written says that it is being read.
    await new Promise((done) => child.stdin.write(" ".repeat(1 << 18), done));
    child.kill("SIGINT");
    expect(await ended).toBe("SIGINT");
    expect(readdirSync(cwd)).toEqual(["prog.o"]);
    expect(readFileSync(join(cwd, "prog.o"), "utf8")).toBe("old");
  });

  it("may leave a temporary file of a killed run, which is in nobody's way", () => {
    const cwd = mkdtempSync(join(folder, "killed-"));
    writeFileSync(join(cwd, "small.json"), '{ "license": "GPL" }');
    // A shell that becomes the linker has its process number.
    const script = 'for i in 0 1; do : > ".prog.o.$$-$i.tmp"; done; exec "$@"';
    const args = ["-c", script, "sh", process.execPath, ...LD, "small.json", "-o", "prog.o"];
    const { status, stderr } = spawnSync("sh", args, {
      cwd,
      env: PLAIN,
      encoding: "utf8",
      timeout: PATIENCE_MS,
    });
    expect([status, stderr, existsSync(join(cwd, "prog.o"))]).toEqual([0, "", true]);
  });
});
