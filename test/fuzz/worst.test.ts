// What a few bytes may ask for: the worst inputs that were thought of, with every command.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { expect, it } from "vitest";
import { MAX_HINTS } from "../../src/base/index.js";
import { buildObject } from "../../src/index.js";
import { TEST_LIMIT_MS } from "./driver.js";
import { WORST } from "./worst.js";
import type { WorstCost } from "./worst-worker.js";

/** Megabytes of the heap; what the commands need of it for these inputs is half. */
const HEAP_MB = 128;

it(`the worst inputs end soon, and in ${HEAP_MB} MB`, { timeout: 240_000 }, () => {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL("./worst-worker.ts", import.meta.url))],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    mainFields: ["module", "main"], // jsonc-parser's main cannot be bundled
    target: "es2022",
    logLevel: "error",
  });
  const whole = fileURLToPath(new URL("../../golden/10-subprograms/clang.o", import.meta.url));
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [`--max-old-space-size=${HEAP_MB}`, "-", whole],
    { input: outputFiles[0]!.text, encoding: "utf8", timeout: 200_000 },
  );
  expect(status, stderr.slice(-2000)).toBe(0);
  const costs = JSON.parse(stdout) as WorstCost[];
  expect(new Set(costs.map(({ name }) => name))).toEqual(new Set(WORST.map(({ name }) => name)));
  expect(costs.filter(({ ms }) => ms > TEST_LIMIT_MS)).toEqual([]);
});

it(`the first ${MAX_HINTS} errors say what may be meant, and the others only what is wrong`, () => {
  const maps = Array.from({ length: 100 }, (_, i) => ({ name: `m${i}`, type: "hash", max_entriex: 1 }));
  const { diagnostics } = buildObject({ name: "a.json", text: JSON.stringify({ maps }) });
  expect(diagnostics.filter(({ code }) => code === "ir/unknown-key")).toHaveLength(100);
  const hints = diagnostics.map(({ hint }) => hint).filter((hint) => hint !== "");
  expect(hints).toEqual(Array.from({ length: MAX_HINTS }, () => 'did you mean "max_entries"?'));
});
