// npm run fuzz: damaged objects, archives and texts against everything that reads them. Prints the seed, the findings and
// a count.
//
//   npm run fuzz -- --cases 100000 --seed 7 --jobs 2     cases 0 to 99999 of seed 7; --first N begins at N
//   npm run fuzz -- --seconds 120                        as many as two minutes allow
//   npm run fuzz -- --limit-ms 5000                      another time for each case, on a machine that others use, too
//   npm run fuzz -- --seed 7 --only 4711                 one case in this process; --save FILE writes its damaged file

import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { makeCase, readCorpus } from "../test/fuzz/cases.js";
import { type FuzzResult, fuzz, LIMIT_MB, LIMIT_MS } from "../test/fuzz/driver.js";
import { OUTCOMES, runCase } from "../test/fuzz/target.js";

const { values } = parseArgs({
  options: {
    cases: { type: "string" },
    seconds: { type: "string" },
    seed: { type: "string", default: "1" },
    first: { type: "string", default: "0" },
    jobs: { type: "string", default: "1" },
    "limit-ms": { type: "string", default: String(LIMIT_MS) },
    only: { type: "string" },
    save: { type: "string" },
  },
});
const seed = Number(values.seed);
const limitMs = Number(values["limit-ms"]);

if (values.only !== undefined) {
  const one = makeCase(readCorpus(fileURLToPath(new URL("../", import.meta.url))), seed, Number(values.only));
  const sizes = one.files.map(({ name, bytes }) => `${name} (${bytes.length} bytes)`).join(", ");
  console.log(`${one.verb} of ${one.from}: ${sizes} ${JSON.stringify(one.options)}`);
  const damaged = one.files.find(({ name }) => name.startsWith("case."));
  if (values.save !== undefined) writeFileSync(values.save, damaged!.bytes);
  const start = process.cpuUsage();
  const outcome = runCase(one);
  const { user, system } = process.cpuUsage(start);
  console.log(`${outcome} after ${Math.round((user + system) / 1000)} ms`);
} else {
  await run();
}

async function run(): Promise<void> {
  const first = Number(values.first);
  const cases = Number(values.cases ?? (values.seconds === undefined ? 100_000 : 2 ** 31));
  console.log(`seed ${seed}, cases ${first} to ${first + cases - 1}`);
  const start = Date.now();
  let shown = start;
  const result = await fuzz({
    seed,
    first,
    end: first + cases,
    seconds: Number(values.seconds ?? 7 * 24 * 3600),
    jobs: Number(values.jobs),
    limitMs,
    onFinding: ({ number, what }) => console.log(`FOUND seed ${seed}, case ${number}: ${what}`),
    onProgress: (result) => {
      if (Date.now() - shown < 30_000) return;
      shown = Date.now();
      console.log(summary(result, start));
    },
  });
  console.log(summary(result, start));
  const { findings } = result;
  console.log(findings.length === 0 ? "no findings" : `${findings.length} findings`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}

function summary({ done, outcomes, slowest, peakMb }: FuzzResult, start: number): string {
  const seconds = Math.round((Date.now() - start) / 1000);
  const ends = OUTCOMES.map((name) => `${outcomes[name]} ${name}`).join(", ");
  return [
    `${done} cases in ${seconds} s: ${ends}`,
    `slowest: case ${slowest.number}, ${Math.round(slowest.ms)} ms of the processor (limit ${limitMs})`,
    `most memory: ${Math.round(peakMb)} MB (limit ${LIMIT_MB})`,
  ].join("; ");
}
