// The golden cases: clang's object of prog.c and our object of prog.json, the same program in the IR, must be the same
// file, byte for byte. The committed clang.o stands for clang where it is not installed; where it is, it must still say
// the same.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BuildOptions, buildObject } from "../src/index.js";
import { objectDiff } from "./golden-diff.js";
import { describeWithJudge } from "./judges.js";

const ROOT = fileURLToPath(new URL("../golden/", import.meta.url));
const SCRIPT = fileURLToPath(new URL("../scripts/golden.mjs", import.meta.url));

const cases = readdirSync(ROOT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();

/** What the case's `// CFLAGS:` line means to us; clang's default is -mcpu=v3. */
function optionsOf(name: string): BuildOptions {
  const flags = /^\/\/ CFLAGS: (.*)$/m.exec(readFileSync(join(ROOT, name, "prog.c"), "utf8"))?.[1] ?? "";
  return {
    target: flags.includes("-target bpfeb") ? "bpfeb" : "bpfel",
    cpu: Number(/-mcpu=v(\d)/.exec(flags)?.[1] ?? 3) as 1 | 2 | 3 | 4,
  };
}

describe("golden", () => {
  it("has its cases", () => {
    expect(cases.length).toBeGreaterThanOrEqual(94);
  });

  it.each(cases)("%s is the file that clang writes", (name) => {
    const file = join(ROOT, name, "prog.json");
    const { bytes, diagnostics } = buildObject(
      { name: "prog.json", text: readFileSync(file, "utf8") },
      optionsOf(name),
    );
    const errors = diagnostics.filter((d) => d.severity === "error");
    expect(errors.map((d) => d.message)).toEqual([]);
    expect(objectDiff(bytes!, readFileSync(join(ROOT, name, "clang.o")))).toBe("");
  });
});

describeWithJudge(
  "golden, against the clang of this machine",
  { "clang-22": "apt: clang-22", "llvm-strip-22": "apt: llvm-22" },
  () => {
    let folder = "";
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "tsbpf-golden-"));
      execFileSync(process.execPath, [SCRIPT, "--out", folder]);
    }, 60_000);
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it.each(cases)("%s/clang.o is what clang makes of prog.c", (name) => {
      const [fresh, committed] = [join(folder, `${name}.o`), join(ROOT, name, "clang.o")].map((path) =>
        readFileSync(path),
      );
      expect(objectDiff(committed!, fresh!)).toBe("");
    });
  },
);
