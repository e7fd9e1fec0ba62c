// npm run fuzz: damaged objects and texts against the readers. Prints the seed, the findings and a count.
//
//   npm run fuzz -- --cases 100000 --seed 7 --jobs 2     cases 0 to 99999 of seed 7
//   npm run fuzz -- --seconds 120                        as many as two minutes allow
//   npm run fuzz -- --seed 7 --only 4711                 one case in this thread; --save FILE writes its bytes

import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { makeCase, readCorpus } from "../test/fuzz/cases.js";
import { fuzz } from "../test/fuzz/driver.js";
import { runObject, runText } from "../test/fuzz/target.js";

const { values } = parseArgs({
  options: {
    cases: { type: "string" },
    seconds: { type: "string" },
    seed: { type: "string", default: "1" },
    first: { type: "string", default: "0" },
    jobs: { type: "string", default: "1" },
    only: { type: "string" },
    save: { type: "string" },
  },
});
const seed = Number(values.seed);

if (values.only !== undefined) {
  const one = makeCase(readCorpus(fileURLToPath(new URL("../", import.meta.url))), seed, Number(values.only));
  const content = one.kind === "object" ? one.bytes : one.text;
  console.log(`${one.kind} from ${one.from}, ${content.length} units`);
  if (values.save !== undefined) writeFileSync(values.save, content);
  const start = performance.now();
  const outcome = one.kind === "object" ? runObject(one.bytes) : runText(one.text);
  console.log(`${outcome} after ${Math.round(performance.now() - start)} ms`);
} else {
  await run();
}

async function run(): Promise<void> {
  const first = Number(values.first);
  const cases = Number(values.cases ?? (values.seconds === undefined ? 100_000 : 2 ** 31));
  console.log(`seed ${seed}, cases ${first} to ${first + cases - 1}`);
  const start = Date.now();
  let shown = start;
  const { done, outcomes, findings } = await fuzz({
    seed,
    first,
    end: first + cases,
    seconds: Number(values.seconds ?? 7 * 24 * 3600),
    jobs: Number(values.jobs),
    onFinding: ({ number, what }) => console.log(`FOUND seed ${seed}, case ${number}: ${what}`),
    onProgress: (count) => {
      if (Date.now() - shown < 30_000) return;
      shown = Date.now();
      console.log(`${count} cases, ${Math.round((Date.now() - start) / 1000)} s`);
    },
  });
  const seconds = Math.round((Date.now() - start) / 1000);
  const { refused, read, lifted, written } = outcomes;
  console.log(
    `${done} cases in ${seconds} s: ${refused} refused at once, ${read} read, ${lifted} lifted, ${written} written again`,
  );
  console.log(findings.length === 0 ? "no findings" : `${findings.length} findings`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}
