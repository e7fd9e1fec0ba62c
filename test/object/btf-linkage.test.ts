// FUNC records that say another linkage than the symbol: clang 9 called every function static. The verifier goes by BTF, and
// checks a static function at each of its calls, so that what was read must stay.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { buildObject, liftFile } from "../../src/index.js";
import { describeWithJudge } from "../judges.js";
import { run } from "../loaders/run.js";

const TOOLS = { bpftool: "apt: bpftool", "llvm-readelf-22": "apt: llvm-22" };

const PROGRAM = JSON.stringify({
  license: "GPL",
  programs: [{ name: "entry", section: "tc", btf_linkage: "static", code: ["call add", "exit"] }],
  functions: [
    { name: "add", proto: "int add(void *p)", btf_linkage: "static", code: ["r0 = 0", "exit"] },
    {
      name: "own",
      proto: "int own(void)",
      linkage: "static",
      btf_linkage: "global",
      code: ["r0 = 0", "exit"],
    },
  ],
});

describeWithJudge("the linkage of BTF beside that of the symbol", TOOLS, (tool) => {
  it("is written, and comes back from the object", () => {
    const folder = mkdtempSync(join(tmpdir(), "tsbpf-linkage-"));
    try {
      const build = (text: string): Uint8Array => {
        const { bytes, diagnostics } = buildObject({ name: "a.json", text });
        expect(diagnostics).toEqual([]);
        const object = join(folder, "a.o");
        writeFileSync(object, bytes!);
        const types = run(tool.bpftool, ["btf", "dump", "file", object]);
        const found = [...types.matchAll(/FUNC '(\w+)' .*linkage=(\w+)/g)].map(([, name, word]) => [
          name,
          word,
        ]);
        expect(Object.fromEntries(found)).toEqual({ entry: "static", add: "static", own: "global" });
        const symbols = run(tool["llvm-readelf-22"], ["-sW", object]);
        const bindings = [...symbols.matchAll(/FUNC +(\w+) .* (\w+)$/gm)].map(([, word, name]) => [
          name,
          word,
        ]);
        expect(Object.fromEntries(bindings)).toEqual({ entry: "GLOBAL", add: "GLOBAL", own: "LOCAL" });
        return bytes!;
      };
      const { result, diagnostics } = liftFile({ name: "a.o", bytes: build(PROGRAM) });
      expect(diagnostics).toEqual([]);
      build(result!.text);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
