// Objects through JSON and back, many at once: lift, print, tsbpf-ld, and then what outside tools (meaning.ts) and our own
// diff say of the two files.

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { diffFiles, liftFile, linkFiles } from "../../src/index.js";
import { sectionsOf } from "../golden-diff.js";
import { run } from "../loaders/run.js";
import { compareFacts, factsOf, type Leniency, type Tools } from "./meaning.js";

export interface Trip {
  /** What reports call the object. */
  readonly name: string;
  /** Codes and messages, where it was refused. */
  readonly refused: readonly string[];
  /** The file is the same file. */
  readonly identical: boolean;
  /** What means something else, in words. */
  readonly differences: readonly string[];
}

/** Functions that gcc made of others, which have no FUNC. */
const CLONE = /\.(isra|constprop)\./;

/** One object to try: a file, and what reports call it. */
export interface Specimen {
  readonly name: string;
  readonly file: string;
}

/** Sends every object through JSON. `folder` takes the copies; `strip` removes DWARF, so that all lines are BTF's. */
export function roundTrip(
  specimens: readonly Specimen[],
  folder: string,
  tools: Tools & { readonly strip: string },
  leniency: Leniency = {},
): Trip[] {
  const before = join(folder, "before");
  const after = join(folder, "after");
  mkdirSync(before, { recursive: true });
  mkdirSync(after, { recursive: true });
  const trips: Trip[] = [];
  const pairs: { name: string; first: string; second: string }[] = [];
  for (const [i, { name, file }] of specimens.entries()) {
    const bytes = readFileSync(file);
    const lifted = liftFile({ name: basename(file), bytes });
    const again =
      lifted.result &&
      linkFiles([{ name: "again.json", bytes: Buffer.from(lifted.result.text) }], {
        target: lifted.result.little ? "bpfel" : "bpfeb",
      });
    if (again?.bytes === undefined) {
      const errors = (again ?? lifted).diagnostics.filter(({ severity }) => severity === "error");
      const refused = [...new Set(errors.map(({ code, message }) => `${code}: ${message}`))];
      trips.push({
        name,
        refused: refused.length > 0 ? refused : ["no reason"],
        identical: false,
        differences: [],
      });
      continue;
    }
    const identical = Buffer.compare(bytes, again.bytes) === 0;
    const differences: string[] = [];
    trips.push({ name, refused: [], identical, differences });
    if (identical) continue;
    const { result, diagnostics } = diffFiles(
      { name: "before", bytes },
      { name: "after", bytes: again.bytes },
    );
    if (result === undefined) differences.push(`diff: ${diagnostics.map(({ message }) => message).join()}`);
    else
      for (const { thing, name: what, change } of result
        .filter(({ name }) => leniency.clones !== true || !CLONE.test(name))
        .slice(0, 3))
        differences.push(`diff: ${thing} ${what} ${change}`);
    const copy = `${String(i).padStart(4, "0")}.o`;
    copyFileSync(file, join(before, copy));
    writeFileSync(join(after, copy), again.bytes);
    pairs.push({ name, first: join(before, copy), second: join(after, copy) });
  }
  if (pairs.length === 0) return trips;
  run(tools.strip, ["-g", ...pairs.map(({ first }) => first)]);
  const having = (test: (names: readonly string[]) => boolean): ReadonlySet<string> =>
    new Set(
      pairs
        .filter(({ first }) => test(sectionsOf(readFileSync(first)).map(({ name }) => name)))
        .flatMap(({ first, second }) => [first, second]),
    );
  const facts = factsOf(
    pairs.flatMap(({ first, second }) => [first, second]),
    tools,
    leniency,
    having((names) => names.includes("maps")),
    having((names) => !names.includes(".BTF")),
  );
  const byName = new Map(trips.map((trip) => [trip.name, trip]));
  for (const { name, first, second } of pairs) {
    const trip = byName.get(name)!;
    (trip.differences as string[]).push(...compareFacts(facts.get(first)!, facts.get(second)!));
  }
  return trips;
}
