// The corpus, and the cases that follow from it, a seed and a number. A case is one command of a user: files, what is
// done with them, and the options.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buildObject, type InputFile, type LinkFilesOptions, linkFiles } from "../../src/index.js";
import { makeArchive, mutateArchive } from "./mutate-archive.js";
import { mutateObject, type Sample } from "./mutate-object.js";
import { mutateText } from "./mutate-text.js";
import { Random } from "./random.js";
import { namesIn, shapeOf } from "./shape.js";

export interface Corpus {
  readonly objects: readonly Sample[];
  readonly texts: readonly string[];
}

export type Verb = "dump" | "lift" | "link" | "diff";

export interface Case {
  readonly verb: Verb;
  /** Which of the corpus it was made of. */
  readonly from: string;
  /** One, or two for diff, or several for link; the first is the damaged one. */
  readonly files: readonly InputFile[];
  /** Of a link. */
  readonly options: LinkFilesOptions;
}

const encoder = new TextEncoder();

/**
 * Clang's objects of the goldens, the IR beside them and in examples/ with what is built of it in both byte orders, the
 * objects of other tools in seeds/, and all that the fuzzer found before. `root` is the project.
 */
export function readCorpus(root: string): Corpus {
  const objects: Sample[] = [];
  const texts: string[] = [];
  const addObject = (name: string, bytes: Uint8Array): void => {
    objects.push({ name, bytes, shape: shapeOf(bytes) });
  };
  const addText = (name: string, text: string): void => {
    texts.push(text);
    for (const target of ["bpfel", "bpfeb"] as const) {
      const { bytes } = buildObject({ name, text }, { target });
      if (bytes !== undefined) addObject(`${name}, ${target}`, bytes);
    }
  };
  for (const name of readdirSync(join(root, "examples")).sort()) {
    if (name.endsWith(".json")) addText(name, readFileSync(join(root, "examples", name), "utf8"));
  }
  for (const name of readdirSync(join(root, "golden")).sort()) {
    const [object, text] = [join(root, "golden", name, "clang.o"), join(root, "golden", name, "prog.json")];
    if (existsSync(object)) addObject(name, new Uint8Array(readFileSync(object)));
    if (existsSync(text)) texts.push(readFileSync(text, "utf8"));
  }
  for (const folder of ["seeds", "cases", "guided"]) {
    const path = join(root, "test/fuzz", folder);
    for (const name of existsSync(path) ? readdirSync(path).sort() : []) {
      const content = readFileSync(join(path, name));
      if (name.endsWith(".txt")) texts.push(content.toString());
      else addObject(name, new Uint8Array(content));
    }
  }
  // What a linker makes of two of them: names with numbers, merged sections.
  const pair = ["10-subprograms", "07-globals"].flatMap((name) => objects.filter((one) => one.name === name));
  const { bytes } = linkFiles(pair);
  if (bytes !== undefined) addObject("linked pair", bytes);
  return { objects, texts };
}

/** Case `number` of a seed. One of eight is a text. */
export function makeCase(corpus: Corpus, seed: number, number: number): Case {
  const random = new Random(seed, number);
  if (random.once(8)) {
    const text = mutateText(random, random.pick(corpus.texts), corpus.texts);
    const file = { name: "case.json", bytes: encoder.encode(text) };
    return caseOf(random, corpus, "IR", file, undefined);
  }
  const sample = random.pick(corpus.objects);
  const bytes = mutateObject(random, sample, corpus.objects);
  return caseOf(random, corpus, sample.name, { name: "case.o", bytes }, sample);
}

/** What is done with a damaged file; `random` goes on from where it was made. */
export function caseOf(
  random: Random,
  corpus: Corpus,
  from: string,
  file: InputFile,
  sample: Sample | undefined,
): Case {
  const good = (): InputFile => ({ name: "good.o", bytes: random.pick(corpus.objects).bytes });
  const made = (verb: Verb, files: readonly InputFile[], options: LinkFilesOptions = {}): Case => ({
    verb,
    from,
    files,
    options,
  });
  const die = random.below(100);
  if (die < 26) return made("dump", [file]);
  if (die < 52 && sample !== undefined) return made("lift", [file]);
  if (die < 70) return made("link", [file]);
  if (die < 80) return made("link", [file], linkOptions(random, sample ?? random.pick(corpus.objects)));
  if (die < 90)
    return made("link", [file, good()], linkOptions(random, sample ?? random.pick(corpus.objects)));
  if (die < 95) {
    const members = random.once(2) ? [file] : [file, good()];
    const archive = mutateArchive(random, makeArchive(members));
    const files = [{ name: "case.a", bytes: archive }, good()];
    return made("link", files, random.once(2) ? {} : { allowUndefined: true });
  }
  const other = sample === undefined ? good() : { name: "whole.o", bytes: sample.bytes };
  return made("diff", random.once(2) ? [file, other] : [other, file]);
}

/** Some options, with names that the object has and names that none has. */
function linkOptions(random: Random, { bytes, shape }: Sample): LinkFilesOptions {
  const names = [...namesIn(bytes, shape), "nothing", "", "a.b[7]"];
  const name = (): string => random.pick(names);
  const some = <T>(make: () => T): T[] => Array.from({ length: random.below(3) }, make);
  const values = [
    "0",
    "-1",
    "18446744073709551616",
    "true",
    '"text"',
    "[1, 2]",
    "{}",
    "null",
    '{"hex":"00"}',
  ];
  const path = (): string => name() + random.pick(["", ".a", "[0]", "[4294967295]", ".", "[", ".level"]);
  return {
    ...(random.once(3) ? { allowUndefined: true } : {}),
    ...(random.once(3) ? { gcSections: true, gcMaps: random.once(2), keep: some(name) } : {}),
    ...(random.once(4) ? { exports: some(name) } : {}),
    ...(random.once(3) ? { rename: some(() => [name(), name()] as const) } : {}),
    ...(random.once(3) ? { set: some(() => [path(), random.pick(values)] as const) } : {}),
    ...(random.once(6) ? { target: random.pick(["bpfel", "bpfeb"] as const) } : {}),
    ...(random.once(6) ? { lineInfo: false } : {}),
    ...(random.once(3) ? { report: false } : {}),
  };
}
