// tsbpf-ld against llvm-mc-22 on the same instructions: 1,000 programs of 1,000 instructions as text. With -g, llvm-mc
// records their source lines too (as DWARF), which is what tsbpf-ld does without --no-line-info.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fractionsFrom } from "../../test/random.js";
import { compare, mebibytes, printTable, seconds } from "./measure.js";

const PROGRAMS = 1000;
const INSTRUCTIONS = 1000;
const RUNS = 5;
const SEED = 20251;

const next = fractionsFrom(SEED);
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

/** Prints the table. */
export function benchText(): void {
  const folder = mkdtempSync(join(tmpdir(), "tsbpf-bench-"));
  try {
    compareText(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compareText(folder: string): void {
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
  const node = process.execPath;
  const assemble = ["llvm-mc-22", "-triple", "bpfel", "-filetype=obj", assembly];
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ["tsbpf-ld", [node, "dist/tsbpf-ld.cjs", json, "-o", join(folder, "ours.o")]],
    [
      "tsbpf-ld --no-line-info",
      [node, "dist/tsbpf-ld.cjs", json, "--no-line-info", "-o", join(folder, "plain.o")],
    ],
    ["llvm-mc-22 -g", [...assemble, "-g", "-o", join(folder, "lines.o")]],
    ["llvm-mc-22", [...assemble, "-o", join(folder, "theirs.o")]],
    ["node -e 0", [node, "-e", "0"]],
  ];
  console.log(`${PROGRAMS} programs x ${INSTRUCTIONS} instructions, seed ${SEED}, median of ${RUNS} runs`);
  const costs = compare(
    rows.map(([, command]) => command),
    RUNS,
    folder,
  );
  printTable([
    ["", "time", "cpu", "peak"],
    ...costs.map(({ wall, cpu, peak }, i) => [rows[i]![0], seconds(wall), seconds(cpu), mebibytes(peak)]),
  ]);
}
