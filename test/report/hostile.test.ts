// Bytes from strangers, as far as lift and dump look at them: whatever is in the file, the end is a result or a located
// error, and never another exception (design: bytes from strangers). The readers below have tests of their own.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { diffFiles, dumpFile, filterDump, liftFile, printChanges, printDump } from "../../src/index.js";
import { randomFrom } from "../random.js";

const ROOT = fileURLToPath(new URL("../../golden/", import.meta.url));
const SEED = 20261121;
const COUNT = 1000;

const EDGES = [0, 1, 2, 4, 7, 8, 0x7f, 0x80, 0xff, 0xffff, 0x7fff_ffff, 0xffff_ffff];

it(`survives ${COUNT} damaged objects (seed ${SEED})`, () => {
  const originals = readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => readFileSync(join(ROOT, entry.name, "clang.o")));
  const random = randomFrom(SEED);
  let read = 0;
  for (let i = 0; i < COUNT; i++) {
    const original = originals[random(originals.length)]!;
    const bytes = new Uint8Array(original);
    const view = new DataView(bytes.buffer);
    for (let changes = 1 + random(3); changes > 0; changes--) {
      // Behind the ELF header, most of which only readElf looks at.
      const at = 64 + random(bytes.length - 68);
      if (random(2) === 0) bytes[at] = random(256);
      else view.setUint32(at, EDGES[random(EDGES.length)]!, true);
    }
    const file = { name: `damaged-${i}.o`, bytes };
    const { result: dump, diagnostics } = dumpFile(file);
    if (dump === undefined) expect(diagnostics.length, `object ${i}`).toBeGreaterThan(0);
    else expect(printDump(filterDump(dump, {}))).toContain(file.name);
    const lifted = liftFile(file);
    if (lifted.result === undefined) {
      expect(
        lifted.diagnostics.some(({ severity }) => severity === "error"),
        `object ${i}`,
      ).toBe(true);
    } else {
      read += 1;
      const { result } = diffFiles({ name: "original.o", bytes: original }, file);
      if (result !== undefined) printChanges(result);
    }
  }
  // Otherwise the damage is too great to get anywhere.
  expect(read).toBeGreaterThan(COUNT / 10);
}, 120_000);
