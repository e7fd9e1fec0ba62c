// npm run fuzz:coverage: fuzzing guided by coverage. Inputs that reach new branches of src/ are damaged further; what is
// left of them in the end, the smallest first and none that adds nothing, is written to a folder.
//
//   npm run fuzz:coverage -- --seconds 1200 --seed 7 --folder /tmp/found
//
// Files worth keeping go into test/fuzz/guided/: they are part of the corpus of both fuzzers, and of the tests.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { LIMIT_MB, LIMIT_MS } from "../test/fuzz/driver.js";
import type { GuidedInput } from "../test/fuzz/guided.js";
import { COUNTERS, instrumentation } from "../test/fuzz/instrument.js";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "600" },
    seed: { type: "string", default: "1" },
    folder: { type: "string", default: "fuzz-found" },
  },
});
const root = fileURLToPath(new URL("../", import.meta.url));
const { plugin, counters } = instrumentation();
const { outputFiles } = await build({
  entryPoints: [join(root, "test/fuzz/guided.ts")],
  bundle: true,
  write: false,
  platform: "node",
  format: "cjs",
  mainFields: ["module", "main"],
  target: "es2022",
  // Modules count from their first line on, before guided.ts knows how many counters there are.
  banner: { js: `globalThis.${COUNTERS} = new Uint8Array(1 << 16);` },
  plugins: [plugin],
  logLevel: "error",
});
const scratch = mkdtempSync(join(tmpdir(), "tsbpf-fuzz-"));
try {
  const script = join(scratch, "guided.cjs");
  writeFileSync(script, outputFiles[0]!.text);
  const input: GuidedInput = {
    root,
    seed: Number(values.seed),
    seconds: Number(values.seconds),
    counters: counters(),
    folder: resolve(values.folder),
    limitMs: LIMIT_MS,
    limitBytes: 200_000,
  };
  console.log(`seed ${input.seed}, ${input.counters} branches`);
  const { status } = spawnSync(
    process.execPath,
    [`--max-old-space-size=${LIMIT_MB}`, script, JSON.stringify(input)],
    { stdio: "inherit" },
  );
  process.exitCode = status ?? 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
