// tsbpf-ld against the machine's `bpftool gen object` on the same objects (link-inputs.ts).

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCases } from "./link-inputs.js";
import { type Cost, compare, mebibytes, printTable, ratio, seconds } from "./measure.js";

const RUNS = 3;

/** Prints the table. Inputs are made in `keep` and stay there, or in a folder that goes away. */
export async function benchLink(keep: string | undefined): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "tsbpf-bench-"));
  try {
    const cases = await makeCases(keep ?? folder);
    const [version = ""] = execFileSync("bpftool", ["version"], { encoding: "utf8" }).split("\n");
    console.log(
      `tsbpf-ld (Node ${process.version}) against ${version}, median of ${RUNS} runs; a ratio below 1 is ours`,
    );
    const table = [
      ["", "ours", "theirs", "ratio", "our cpu", "their cpu", "ratio", "our peak", "their peak"],
    ];
    const doubled: Cost[][] = [];
    for (const { name, objects, doubles } of cases) {
      const [ours, theirs] = compare(
        [
          [process.execPath, "dist/tsbpf-ld.cjs", ...objects, "-o", join(folder, "ours.o")],
          ["bpftool", "gen", "object", join(folder, "theirs.o"), ...objects],
        ],
        RUNS,
        folder,
      );
      if (doubles) doubled.push([ours!, theirs!]);
      table.push([
        name,
        seconds(ours!.wall),
        seconds(theirs!.wall),
        ratio(ours!.wall, theirs!.wall),
        seconds(ours!.cpu),
        seconds(theirs!.cpu),
        ratio(ours!.cpu, theirs!.cpu),
        mebibytes(ours!.peak),
        mebibytes(theirs!.peak),
      ]);
    }
    printTable(table);
    const [once, twice] = doubled;
    if (once !== undefined && twice !== undefined) {
      const [ours, theirs] = once.map((cost, i) => ratio(twice[i]!.cpu, cost.cpu));
      console.log(`twice the functions, cpu: ${ours} times ours, ${theirs} times theirs`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
