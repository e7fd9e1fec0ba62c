// One file alone is not changed by a link, and the result of a link is not changed by another: over all golden cases, whose
// clang.o is the file of an outside compiler.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type InputFile, linkFiles } from "../../src/index.js";
import { ir } from "./inputs.js";

const ROOT = fileURLToPath(new URL("../../golden/", import.meta.url));
const cases = readdirSync(ROOT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

const golden = (name: string): InputFile => ({
  name: "clang.o",
  bytes: new Uint8Array(readFileSync(join(ROOT, name, "clang.o"))),
});

/** What brings nothing but itself: no map, no program, no name that another has. */
const BESIDE = ir("beside.json", {
  license: "Dual BSD/GPL",
  functions: [{ name: "tsbpf_beside", proto: "int tsbpf_beside(void)", code: ["r0 = 0", "exit"] }],
});

/** Maps of the section "maps" become BTF-defined ones: libbpf takes no others. */
const LEGACY = "26-version";

describe("a file alone", () => {
  it.each(cases.filter((name) => name !== LEGACY))("%s is the same file", (name) => {
    const { bytes } = linkFiles([golden(name)]);
    expect(Buffer.from(bytes!).equals(Buffer.from(golden(name).bytes))).toBe(true);
  });
});

describe("the result of a link", () => {
  it.each(cases)("of %s stays the same file", (name) => {
    const once = linkFiles([golden(name), BESIDE], { allowUndefined: true });
    if (once.bytes === undefined) {
      // Some cases have a license of their own, or none that goes with another.
      expect(once.diagnostics.map(({ code }) => code)).toEqual(["link/license"]);
      return;
    }
    const again = linkFiles([{ name: "once.o", bytes: once.bytes }]);
    expect(Buffer.from(again.bytes!).equals(Buffer.from(once.bytes))).toBe(true);
  });
});
