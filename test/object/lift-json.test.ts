// The way through files: an object to IR text, and that text alone to an object again. For clang 22's objects the
// file that comes back is the same one, whatever its byte order, and nothing but the text tells which that was.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../src/base/index.js";
import { liftFile } from "../../src/inspect-files.js";
import { linkFiles } from "../../src/link-files.js";
import { objectDiff } from "../golden-diff.js";
import { describeWithJudge } from "../judges.js";

const GOLDEN = fileURLToPath(new URL("../../golden/", import.meta.url));
const CORPUS = fileURLToPath(new URL("../corpus/", import.meta.url));

/** Objects that come back as other files of the same meaning, and why. */
const OTHERWISE: Readonly<Record<string, string>> = {
  "26-version": "its legacy map becomes a BTF-defined one, which libbpf 1.0 still reads",
};

const cases = readdirSync(GOLDEN, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();
const programs = readdirSync(CORPUS)
  .filter((name) => name.endsWith(".c"))
  .sort();

/** What is wrong with what comes back; "" where it is the same file. */
function difference(bytes: Uint8Array, name: string): string {
  const { result, diagnostics } = liftFile({ name, bytes });
  if (result === undefined) return diagnostics.map(({ message }) => message).join();
  const again = linkFiles([{ name: `${name}.json`, bytes: encodeUtf8(result.text) }]);
  if (again.bytes === undefined) return again.diagnostics.map(({ message }) => message).join();
  return objectDiff(again.bytes, bytes);
}

describe("goldens through IR text", () => {
  it.each(cases)("%s", (name) => {
    const bytes = readFileSync(join(GOLDEN, name, "clang.o"));
    if (name in OTHERWISE) expect(difference(bytes, "clang.o")).not.toBe("");
    else expect(difference(bytes, "clang.o")).toBe("");
  });
});

describeWithJudge(
  "the corpus through IR text",
  { "clang-22": "apt: clang-22", "llvm-strip-22": "apt: llvm-22" },
  (tool) => {
    let folder = "";
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "tsbpf-json-"));
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it.each([
      ["bpfel", "v1"],
      ["bpfeb", "v2"],
      ["bpfel", "v3"],
      ["bpfeb", "v4"],
    ])(
      "%s, %s",
      (target, cpu) => {
        const made = programs.map((name) => {
          const file = join(folder, `${basename(name, ".c")}.${target}.${cpu}.o`);
          const flags = ["-O2", "-g", "-fno-addrsig", "-fdebug-compilation-dir=.", "-w"];
          execFileSync(
            tool["clang-22"],
            [...flags, "-target", target, `-mcpu=${cpu}`, "-c", name, "-o", file],
            {
              cwd: CORPUS,
            },
          );
          return file;
        });
        execFileSync(tool["llvm-strip-22"], ["-g", ...made]);
        const differences = made.flatMap((file) => {
          const found = difference(readFileSync(file), basename(file));
          return found === "" ? [] : [`${basename(file)}: ${found}`];
        });
        expect(differences).toEqual([]);
      },
      60_000,
    );
  },
);
