// Times tsbpf-ld against llvm-mc on the same instructions, in one run: 1,000 programs of 1,000 instructions as text.
// Prints a table; a figure is the median of the runs. Needs the built dist/ and llvm-mc-22 on the PATH; peak memory
// is shown where /usr/bin/time is installed.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PROGRAMS = 1000;
const INSTRUCTIONS = 1000;
const RUNS = 5;
const SEED = 20251;

/** A mulberry32 generator: the same instructions in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const next = random(SEED);
const below = (limit: number): number => Math.floor(next() * limit);

function instruction(): string {
  const dst = below(10);
  const src = below(10);
  const offset = below(512) - 256;
  const at = `r${src} ${offset < 0 ? "-" : "+"} ${Math.abs(offset)}`;
  switch (below(8)) {
    case 0:
      return `r${dst} = ${below(100000)}`;
    case 1:
      return `r${dst} += r${src}`;
    case 2:
      return `w${dst} ^= ${below(100000)}`;
    case 3:
      return `r${dst} = *(u32 *)(${at})`;
    case 4:
      return `*(u64 *)(${at}) = r${dst}`;
    case 5:
      return `if r${dst} s> ${below(1000)} goto +0`;
    case 6:
      return `r${dst} <<= ${below(64)}`;
    default:
      return `w${dst} = w${src}`;
  }
}

const folder = mkdtempSync(join(tmpdir(), "tsbpf-bench-"));
try {
  const programs = Array.from({ length: PROGRAMS }, (_, i) => ({
    name: `prog_${i}`,
    section: "xdp",
    code: [...Array.from({ length: INSTRUCTIONS - 1 }, instruction), "exit"],
  }));
  const json = join(folder, "bench.json");
  const assembly = join(folder, "bench.s");
  writeFileSync(json, JSON.stringify({ license: "GPL", programs }, undefined, 1));
  writeFileSync(
    assembly,
    programs.map((p) => `\t.globl ${p.name}\n${p.name}:\n${p.code.map((c) => `\t${c}\n`).join("")}`).join(""),
  );
  const rows = [
    ["tsbpf-ld", [process.execPath, "dist/tsbpf-ld.js", json, "-o", join(folder, "ours.o")]],
    [
      "tsbpf-ld --no-line-info",
      [process.execPath, "dist/tsbpf-ld.js", json, "--no-line-info", "-o", join(folder, "plain.o")],
    ],
    [
      "llvm-mc-22",
      ["llvm-mc-22", "-triple", "bpfel", "-filetype=obj", assembly, "-o", join(folder, "theirs.o")],
    ],
    ["node -e 0", [process.execPath, "-e", "0"]],
  ] as const;
  console.log(`${PROGRAMS} programs x ${INSTRUCTIONS} instructions, seed ${SEED}, median of ${RUNS} runs`);
  for (const [name, command] of rows) {
    const times: number[] = [];
    const peaks: number[] = [];
    for (let i = 0; i < RUNS; i++) {
      const { seconds, peak } = measure(command);
      times.push(seconds);
      if (peak !== undefined) peaks.push(peak);
    }
    const memory = peaks.length > 0 ? `${(median(peaks) / 1024).toFixed(0)} MiB` : "?";
    console.log(`${name.padEnd(26)} ${median(times).toFixed(3)} s   peak ${memory}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}

function measure(command: readonly string[]): { seconds: number; peak: number | undefined } {
  const timer = "/usr/bin/time";
  const report = join(folder, "time.txt");
  const full = existsSync(timer) ? [timer, "-f", "%M", "-o", report, ...command] : command;
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(full[0]!, full.slice(1), { encoding: "utf8", timeout: 300_000 });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (status !== 0) throw new Error(`${command.join(" ")}: exit ${status}\n${stderr}`);
  return { seconds, peak: existsSync(timer) ? Number(readFileSync(report, "utf8")) : undefined };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
