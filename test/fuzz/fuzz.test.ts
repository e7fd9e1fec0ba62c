// A slice of the fuzzer in every test run, and what it found before. `npm run fuzz` runs longer slices and other seeds.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Case, Verb } from "./cases.js";
import { fuzz, LIMIT_MB, TEST_LIMIT_MS } from "./driver.js";
import { runCase } from "./target.js";

/** Other cases than those of other seeds; the same in each run, as far as the time reaches on a slow machine. */
const SEED = 20261122;
const CASES = 12_000;
const SECONDS = 20;

describe(`damaged inputs (seed ${SEED})`, () => {
  it(`end within ${TEST_LIMIT_MS} ms and ${LIMIT_MB} MB in a value or an error with a place`, {
    timeout: 120_000,
  }, async () => {
    const { done, outcomes, findings } = await fuzz({
      seed: SEED,
      first: 0,
      end: CASES,
      seconds: SECONDS,
      jobs: 1,
      limitMs: TEST_LIMIT_MS,
    });
    expect(findings).toEqual([]);
    console.log(`seed ${SEED}: ${done} cases`);
    // Damage that is always seen at once, or never, would test little.
    for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(0);
  });
});

const KEPT = ["cases", "guided"].flatMap((name) => {
  const folder = fileURLToPath(new URL(`./${name}/`, import.meta.url));
  return existsSync(folder)
    ? readdirSync(folder)
        .sort()
        .map((file) => folder + file)
    : [];
});
const WHOLE = fileURLToPath(new URL("../../golden/03-maps-by-type/clang.o", import.meta.url));

describe("what the fuzzer found", () => {
  it.each(KEPT.map((path) => [path.split("/").slice(-2).join("/"), path] as const))(
    "%s stays harmless",
    (_name, path) => {
      const file = { name: path.endsWith(".txt") ? "case.json" : "case.o", bytes: readFileSync(path) };
      const whole = { name: "whole.o", bytes: readFileSync(WHOLE) };
      const made = (verb: Verb, files: Case["files"]): Case => ({ verb, from: path, files, options: {} });
      const cases = [
        made("dump", [file]),
        made("link", [file]),
        made("link", [whole, file]),
        made("diff", [file, whole]),
        ...(path.endsWith(".txt") ? [] : [made("lift", [file])]),
      ];
      for (const one of cases) {
        const cpu = process.cpuUsage();
        runCase(one);
        const { user, system } = process.cpuUsage(cpu);
        expect((user + system) / 1000).toBeLessThan(TEST_LIMIT_MS);
      }
    },
  );
});
