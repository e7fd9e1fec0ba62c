// Random C (random-c.ts), compiled by clang 22: each object comes back through JSON as the same file. It meets what
// nobody thinks of writing into test/corpus. TSBPF_RANDOM_C=FIRST:COUNT compiles others than those of CI.

import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { encodeUtf8, liftFile, linkFiles } from "../../src/index.js";
import { withFolder } from "../btf/clang.js";
import { objectDiff } from "../golden-diff.js";
import { describeWithJudge } from "../judges.js";
import { randomProgram } from "./random-c.js";

const HEADER = fileURLToPath(new URL("../corpus/bpf.h", import.meta.url));
const [first, count] = (process.env.TSBPF_RANDOM_C ?? "1:48").split(":").map(Number) as [number, number];

const MACHINES = [
  ["bpfel", "v3", "-O2"],
  ["bpfeb", "v2", "-O2"],
  ["bpfel", "v4", "-O2"],
  ["bpfel", "v1", "-O2"],
  ["bpfeb", "v4", "-O2"],
  ["bpfel", "v3", "-O1"],
] as const;
const FLAGS = ["-g", "-w", "-fno-addrsig", "-fdebug-compilation-dir=."];

/** How the file that is made of an object's IR differs from it; "" where it does not. */
function differenceOf(name: string, bytes: Uint8Array, target: "bpfel" | "bpfeb"): string {
  const { result, diagnostics } = liftFile({ name, bytes });
  if (result === undefined) return diagnostics.map(({ message }) => message).join();
  const again = linkFiles([{ name: "a.json", bytes: encodeUtf8(result.text) }], { target });
  if (again.bytes === undefined) return again.diagnostics.map(({ message }) => message).join();
  return objectDiff(again.bytes, bytes);
}

describeWithJudge(
  "random C, by clang 22",
  { "clang-22": "apt: clang-22", "llvm-strip-22": "apt: llvm-22" },
  (tool) => {
    it(`comes back as the same files: seeds ${first} to ${first + count - 1}`, () => {
      withFolder((folder) => {
        copyFileSync(HEADER, join(folder, "bpf.h"));
        const run = (file: string, args: readonly string[]) => execFileSync(file, args, { cwd: folder });
        for (let seed = first; seed < first + count; seed++) {
          const [target, cpu, level] = MACHINES[seed % MACHINES.length]!;
          const [source, object] = [`r${seed}.c`, `r${seed}.o`];
          writeFileSync(join(folder, source), randomProgram(seed));
          const flags = [...FLAGS, "-target", target, `-mcpu=${cpu}`, level];
          run(tool["clang-22"], [...flags, "-c", source, "-o", object]);
          run(tool["llvm-strip-22"], ["-g", object]);
          const difference = differenceOf(object, readFileSync(join(folder, object)), target);
          expect(difference, `seed ${seed}, ${flags.join(" ")}`).toBe("");
        }
      });
    });
  },
);
