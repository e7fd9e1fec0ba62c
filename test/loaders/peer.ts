// Runs cilium/ebpf's own tests on object files of ours: each test program of the package root, `btf` and `asm` (built by
// harness.ts) in a copy of the folder that it reads, and in a mount namespace with a bpffs of its own, since these tests
// pin where they like.

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { harness } from "./harness.js";
import { tryRun } from "./run.js";

/** "pass", "fail" or "skip" by package and test: "ebpf TestMap/create", "ebpf/btf TestSpec". */
export type Verdicts = ReadonlyMap<string, string>;

export type PeerRun = Readonly<{
  verdicts: Verdicts;
  /** What a test printed, by the same names. */
  output: ReadonlyMap<string, string>;
}>;

/** The packages, by the folder that a test of theirs starts in. */
const PACKAGES = { "": "ebpf", btf: "ebpf/btf", asm: "ebpf/asm" } as const;

/** All object files that the tests read, by their path in the module. */
export function peerObjects(): ReadonlyMap<string, Uint8Array> {
  const home = peerHome();
  const names = readdirSync(home, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".elf"),
  );
  return new Map(names.sort().map((name) => [name, readFileSync(join(home, name))]));
}

/** Runs all tests, with `objects` in place of the module's own. */
export function runPeerTests(objects: ReadonlyMap<string, Uint8Array>): PeerRun {
  const folder = mkdtempSync(join(tmpdir(), "tsbpf-peer-"));
  try {
    cpSync(peerHome(), folder, { recursive: true });
    for (const [name, bytes] of objects) writeFileSync(join(folder, name), bytes);
    // Links of the repository, which the module archives of Go cannot hold.
    for (const order of ["el", "eb"]) {
      symlinkSync(`loader-clang-22-${order}.elf`, join(folder, `testdata/loader-${order}.elf`));
    }
    const runs = Object.entries(PACKAGES).map(([name, title]) => runPackage(join(folder, name), title));
    return {
      verdicts: new Map(runs.flatMap(({ verdicts }) => [...verdicts])),
      output: new Map(runs.flatMap(({ output }) => [...output])),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function peerHome(): string {
  const { path, obstacle } = harness("cilium-tests");
  if (path === undefined) throw new Error(obstacle);
  return dirname(path);
}

function runPackage(cwd: string, title: string): PeerRun {
  const script = 'mount -t bpf bpf /sys/fs/bpf && exec ./judge -test.v=test2json -test.timeout=50s "$@"';
  const args = ["--mount", "--propagation", "private", "sh", "-c", script];
  const { status, stdout, stderr } = tryRun("unshare", args, { cwd, timeout: 60_000 });
  const run = parseTestOutput(title, stdout);
  // 1: a test failed. A panic, or the time limit, is 2.
  if (status !== 0 && status !== 1)
    throw new Error(`the tests of ${title}: exit ${status}\n${stderr}${stdout}`);
  return run;
}

/** The text form of `go test -v`, in which ^V announces a line of the framework (cmd/test2json). */
function parseTestOutput(title: string, text: string): PeerRun {
  const verdicts = new Map<string, string>();
  const output = new Map<string, string>();
  let current = "";
  for (const line of text.split("\n")) {
    const announced = line.lastIndexOf("\x16");
    const plain = announced < 0 ? line : line.slice(0, announced);
    const news = announced < 0 ? "" : line.slice(announced + 1);
    if (plain !== "") output.set(current, `${output.get(current) ?? ""}${plain}\n`);
    const [, verdict, tested] = /^ *--- (PASS|FAIL|SKIP): (\S+) \(/.exec(news) ?? [];
    if (verdict !== undefined) verdicts.set(`${title} ${tested}`, verdict.toLowerCase());
    const [, begun] = /^=== (?:RUN|CONT|NAME) +(\S+)/.exec(news) ?? [];
    if (begun !== undefined) current = `${title} ${begun}`;
  }
  return { verdicts, output };
}
