// Types that lead to types that lead to types: the walk must not need a call stack as deep as they are.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { buildObject } from "../../src/index.js";
import { describeWithJudge } from "../judges.js";
import { run } from "../loaders/run.js";

const DEPTH = 20_000;

describeWithJudge("a chain of structs", { bpftool: "apt: bpftool" }, (tool) => {
  it(`of ${DEPTH} is written whole`, () => {
    // Arrays of pointers are not pruned: each struct brings in the next one.
    const types = Array.from({ length: DEPTH }, (_, i) => `struct s${i} { struct s${i + 1} *p[1]; };`);
    const text = JSON.stringify({ license: "GPL", types, data: [{ name: "x", type: "struct s0" }] });
    const { bytes, diagnostics } = buildObject({ name: "a.json", text });
    expect(diagnostics).toEqual([]);
    const folder = mkdtempSync(join(tmpdir(), "tsbpf-deep-"));
    try {
      const object = join(folder, "deep.o");
      writeFileSync(object, bytes!);
      const lines = run(tool.bpftool, ["btf", "dump", "file", object]).split("\n");
      expect(lines.filter((line) => line.includes("] STRUCT 's")).length).toBe(DEPTH);
      expect(lines.filter((line) => line.includes(`] FWD 's${DEPTH}'`)).length).toBe(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
