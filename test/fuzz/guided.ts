// Fuzzing guided by coverage: what reaches a new branch of src/, or one more often than before, is kept and damaged
// further. Runs in a process of its own, from a bundle whose branches count (instrument.ts). The same seed gives the same
// run, as far as time and memory allow.

import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Case, type Corpus, caseOf, readCorpus } from "./cases.js";
import { mutateObject, type Sample } from "./mutate-object.js";
import { mutateText } from "./mutate-text.js";
import { Random } from "./random.js";
import { shapeOf } from "./shape.js";
import { runCase } from "./target.js";

export interface GuidedInput {
  readonly root: string;
  readonly seed: number;
  readonly seconds: number;
  readonly counters: number;
  /** Where what is worth keeping is written at the end. */
  readonly folder: string;
  readonly limitMs: number;
  /** Bytes of all that is kept. */
  readonly limitBytes: number;
}

/** What is larger is damaged enough. */
const MAX_KEPT = 32 * 1024;
const REPORT_MS = 30_000;

const input = JSON.parse(process.argv[2]!) as GuidedInput;
const branches = new Uint8Array(input.counters);
(globalThis as unknown as Record<string, Uint8Array>).__branches = branches;

/** The classes of afl: once, twice, three times, up to 7, 15, 31, 127 and more times, a bit each. */
const CLASSES = Uint8Array.from({ length: 256 }, (_, n) => {
  if (n <= 3) return n === 0 ? 0 : 1 << (n - 1);
  return n < 8 ? 8 : n < 16 ? 16 : n < 32 ? 32 : n < 128 ? 64 : 128;
});

/** Only whether or not. */
const ONCE = Uint8Array.from({ length: 256 }, (_, n) => Math.min(n, 1));

/** Adds what the last run reached to `seen`; how much of it is new. */
function gain(seen: Uint8Array, classes: Uint8Array): number {
  let found = 0;
  for (let i = 0; i < branches.length; i++) {
    const bit = classes[branches[i]!]!;
    if ((bit & ~seen[i]!) === 0) continue;
    seen[i]! |= bit;
    found += 1;
  }
  return found;
}

let findings = 0;

/** Runs a case and says what is wrong with it. */
function watch(one: Case, number: number): void {
  branches.fill(0);
  const start = process.cpuUsage();
  try {
    runCase(one);
  } catch (error) {
    keepFinding(one, number, error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  const { user, system } = process.cpuUsage(start);
  const ms = (user + system) / 1000;
  // Counting costs time itself.
  if (ms > 2 * input.limitMs) keepFinding(one, number, `takes ${Math.round(ms)} ms`);
}

function keepFinding(one: Case, number: number, what: string): void {
  findings += 1;
  const file = one.files.find(({ name }) => name.startsWith("case."))!;
  const path = join(input.folder, `finding-${number}-${file.name}`);
  writeFileSync(path, file.bytes);
  console.log(`FOUND ${one.verb} of ${one.from}, case ${number} (${path}): ${what}`);
}

/** Without the shape of the sample, which is many times larger and soon found again. */
interface Kept {
  readonly text: string | undefined;
  readonly sample: Sample;
}

/** All that is done with a whole file, without options. */
function allVerbs({ text, sample }: Kept): Case[] {
  const file = { name: text === undefined ? "case.o" : "case.json", bytes: sample.bytes };
  const made = (verb: Case["verb"]): Case => ({ verb, from: sample.name, files: [file], options: {} });
  return [made("dump"), made("link"), ...(text === undefined ? [made("lift")] : [])];
}

function cover(kept: Kept, seen: Uint8Array, classes: Uint8Array): number {
  let found = 0;
  for (const one of allVerbs(kept)) {
    watch(one, -1);
    found += gain(seen, classes);
  }
  return found;
}

/** Of the smallest first, those that reach a branch which the corpus and the ones before do not. */
function minimise(corpus: Corpus, queue: readonly Kept[]): void {
  const seen = new Uint8Array(input.counters);
  for (const sample of corpus.objects) cover({ text: undefined, sample }, seen, ONCE);
  for (const text of corpus.texts) cover(keptText(text), seen, ONCE);
  const base = seen.reduce((count, bits) => count + (bits === 0 ? 0 : 1), 0);
  let bytes = 0;
  let count = 0;
  const bySize = [...queue].sort((a, b) => a.sample.bytes.length - b.sample.bytes.length);
  for (const kept of bySize) {
    const size = kept.sample.bytes.length;
    if (bytes + size > input.limitBytes || cover(kept, seen, ONCE) === 0) continue;
    bytes += size;
    count += 1;
    const hash = createHash("sha256").update(kept.sample.bytes).digest("hex").slice(0, 12);
    writeFileSync(join(input.folder, hash + (kept.text === undefined ? ".bin" : ".txt")), kept.sample.bytes);
  }
  const reached = seen.reduce((sum, bits) => sum + (bits === 0 ? 0 : 1), 0);
  console.log(
    `kept ${count} files of ${bytes} bytes: branches ${base} of ${input.counters} by the corpus alone, ${reached} with them`,
  );
}

function keptText(text: string): Kept {
  return { text, sample: { name: "IR", bytes: new TextEncoder().encode(text), shape: undefined } };
}

function run(): void {
  mkdirSync(input.folder, { recursive: true });
  const corpus = readCorpus(input.root);
  const seen = new Uint8Array(input.counters);
  for (const sample of corpus.objects) cover({ text: undefined, sample }, seen, CLASSES);
  for (const text of corpus.texts) cover(keptText(text), seen, CLASSES);
  const start = Date.now();
  let shown = start;
  const queue: Kept[] = [];
  let number = 0;
  for (; Date.now() - start < input.seconds * 1000; number++) {
    const random = new Random(input.seed, number);
    // What was found last is looked at more often: it leads on.
    const from = queue.length > 0 && !random.once(3) ? pickLate(random, queue) : undefined;
    const { one, made } = damage(random, corpus, from);
    watch(one, number);
    if (gain(seen, CLASSES) > 0 && made.sample.bytes.length <= MAX_KEPT) {
      queue.push({ ...made, sample: { ...made.sample, shape: undefined } });
    }
    if (Date.now() - shown > REPORT_MS) {
      shown = Date.now();
      const reached = seen.reduce((count, bits) => count + (bits === 0 ? 0 : 1), 0);
      console.log(
        `${number} cases, ${Math.round((shown - start) / 1000)} s: ${queue.length} kept, ${reached} branches`,
      );
    }
  }
  const { user, system } = process.cpuUsage();
  console.log(
    `${number} cases, ${Math.round((user + system) / 1e6)} s of the processor, ${findings} findings`,
  );
  minimise(corpus, queue);
  process.exitCode = findings === 0 ? 0 : 1;
}

function pickLate(random: Random, queue: readonly Kept[]): Kept {
  const late = Math.max(random.below(queue.length), random.below(queue.length));
  return queue[late]!;
}

function damage(random: Random, corpus: Corpus, from: Kept | undefined): { one: Case; made: Kept } {
  if (from === undefined ? random.once(4) : from.text !== undefined) {
    const text = mutateText(random, from?.text ?? random.pick(corpus.texts), corpus.texts);
    const made = keptText(text);
    const file = { name: "case.json", bytes: made.sample.bytes };
    return { one: caseOf(random, corpus, "IR", file, undefined), made };
  }
  const parent =
    from === undefined ? random.pick(corpus.objects) : { ...from.sample, shape: shapeOf(from.sample.bytes) };
  const bytes = mutateObject(random, parent, corpus.objects);
  const sample = { name: parent.name, bytes, shape: shapeOf(bytes) };
  const file = { name: "case.o", bytes };
  return { one: caseOf(random, corpus, parent.name, file, sample), made: { text: undefined, sample } };
}

run();
