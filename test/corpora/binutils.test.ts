// Objects of gcc name functions and maps in a way of their own: binutils 2.40 stores the place of a symbol in the field of
// its relocation. llvm-objdump shows the field; only the start of the symbol can be meant.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { liftFile } from "../../src/index.js";
import { describeWithJudge } from "../judges.js";
import { run } from "../loaders/run.js";

describeWithJudge(
  "a call by binutils",
  { "bpf-gcc": "apt: gcc-bpf", "llvm-objdump-22": "apt: llvm-22" },
  (tool) => {
    let folder = "";
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "tsbpf-binutils-"));
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it("that holds the place of its target is one of its start, with a warning", () => {
      const [source, object] = [join(folder, "two.c"), join(folder, "two.o")];
      const text = [
        'int first(int a) { asm volatile("" ::: "memory"); return a + 1; }',
        "int second(int a) { return first(a) * 3; }",
        '__attribute__((section("tc"))) int prog(int *c) { return second(*c); }',
        'char LICENSE[] __attribute__((section("license"))) = "GPL";',
      ];
      writeFileSync(source, text.join("\n"));
      run(tool["bpf-gcc"], ["-O2", "-g", "-gbtf", "-fno-inline", "-c", source, "-o", object]);
      const shown = run(tool["llvm-objdump-22"], ["-dr", "--section=tc", object]);
      const field = /call (0x[0-9a-f]+)\n\s+[0-9a-f]+:\s+R_BPF_64_32\s+second/.exec(shown)?.[1];
      expect(Number(field)).toBeGreaterThan(0);
      const { result, diagnostics } = liftFile({ name: "two.o", bytes: readFileSync(object) });
      expect(result?.text).toContain('"call second"');
      const said = diagnostics.filter(({ code }) => code === "object/addend").map(({ message }) => message);
      expect(said).toEqual([
        `the reference to "second" holds ${Number(field)}, the place of its target in bytes, where loaders expect -1: it is read as one to the start`,
      ]);
    });
  },
);
