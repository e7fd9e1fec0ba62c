// Objects read back: what clang wrote must come out of read, lift, assemble and write as the same file, byte for byte.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Diagnostic, Log } from "../../src/base/index.js";
import { readElf, writeElf } from "../../src/elf/index.js";
import { assemble, lift } from "../../src/object/index.js";
import { objectDiff } from "../golden-diff.js";

const GOLDEN = fileURLToPath(new URL("../../golden/", import.meta.url));

/** Goldens whose legacy maps are written as BTF-defined ones, which is not the same file. */
const LEGACY = ["26-version"];

const cases = readdirSync(GOLDEN, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();

function emitAgain(
  bytes: Uint8Array,
  file: string,
): { bytes: Uint8Array; diagnostics: readonly Diagnostic[] } {
  const log = new Log();
  const object = readElf(bytes, file, log);
  const module = object && lift(object, file, log);
  const again = module && assemble(module, { little: object.little, cpu: undefined }, log);
  const errors = log.diagnostics.filter(({ severity }) => severity === "error");
  expect(errors.map(({ message, code }) => `${message} [${code}]`)).toEqual([]);
  return { bytes: writeElf(again!), diagnostics: log.diagnostics };
}

describe("lift", () => {
  it.each(cases.filter((name) => !LEGACY.includes(name)))(
    "%s comes back as the file that clang wrote",
    (name) => {
      const bytes = readFileSync(join(GOLDEN, name, "clang.o"));
      expect(objectDiff(emitAgain(bytes, "clang.o").bytes, bytes)).toBe("");
    },
  );

  it.each(LEGACY)("%s comes back with BTF-defined maps, and a warning", (name) => {
    const { bytes, diagnostics } = emitAgain(readFileSync(join(GOLDEN, name, "clang.o")), "clang.o");
    expect(diagnostics.map(({ code }) => code)).toContain("object/legacy-map");
    const object = readElf(bytes, "again.o", new Log());
    const names = object?.sections.map((section) => section.name);
    expect(names).toContain(".maps");
    expect(names).not.toContain("maps");
  });
});
