// A slice of the fuzzer in every test run, and what it found before. `npm run fuzz` runs longer slices and other seeds.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { fuzz, LIMIT_MB, LIMIT_MS } from "./driver.js";
import { runObject, runText } from "./target.js";

/** Other cases than those of other seeds; the same in each run, as far as the time reaches on a slow machine. */
const SEED = 20261122;
const CASES = 12_000;
const SECONDS = 20;

describe(`damaged inputs (seed ${SEED})`, () => {
  it(`end within ${LIMIT_MS} ms and ${LIMIT_MB} MB in a value or an error with a place`, {
    timeout: 90_000,
  }, async () => {
    const { done, outcomes, findings } = await fuzz({
      seed: SEED,
      first: 0,
      end: CASES,
      seconds: SECONDS,
      jobs: 1,
    });
    expect(findings).toEqual([]);
    console.log(`seed ${SEED}: ${done} cases`);
    // Damage that is always seen at once, or never, would test little.
    expect(outcomes.refused).toBeGreaterThan(0);
    expect(outcomes.read).toBeGreaterThan(0);
    expect(outcomes.written).toBeGreaterThan(0);
  });
});

const KEPT = fileURLToPath(new URL("./cases/", import.meta.url));

describe("what the fuzzer found", () => {
  it.each(readdirSync(KEPT).sort())("%s stays harmless", (file) => {
    const content = readFileSync(KEPT + file);
    const cpu = process.cpuUsage();
    if (file.endsWith(".json")) runText(content.toString());
    else runObject(new Uint8Array(content));
    const { user, system } = process.cpuUsage(cpu);
    expect((user + system) / 1000).toBeLessThan(LIMIT_MS);
  });
});
