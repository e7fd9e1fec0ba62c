// The corpus, and the cases that follow from it, a seed and a number.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buildObject } from "../../src/index.js";
import { mutateObject, type Sample } from "./mutate-object.js";
import { mutateText } from "./mutate-text.js";
import { Random } from "./random.js";
import { shapeOf } from "./shape.js";

export interface Corpus {
  readonly objects: readonly Sample[];
  readonly texts: readonly string[];
}

export type Case =
  | { readonly kind: "object"; readonly from: string; readonly bytes: Uint8Array }
  | { readonly kind: "text"; readonly from: string; readonly text: string };

/** Clang's objects of the goldens, the IR beside them and in examples/, and what is built of it. `root` is the project. */
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
  return { objects, texts };
}

/** Case `number` of a seed. One of eight is a text. */
export function makeCase(corpus: Corpus, seed: number, number: number): Case {
  const random = new Random(seed, number);
  if (random.once(8)) {
    const text = mutateText(random, random.pick(corpus.texts), corpus.texts);
    return { kind: "text", from: "IR", text };
  }
  const sample = random.pick(corpus.objects);
  return { kind: "object", from: sample.name, bytes: mutateObject(random, sample, corpus.objects) };
}
