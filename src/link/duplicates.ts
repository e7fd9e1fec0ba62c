// Names that two inputs define strongly: an error that shows both places, unless the caller wants one of two that are the
// same (identical.ts).

import type { Log, Note } from "../base/index.js";
import type { Func, Module } from "../ir/index.js";
import { differenceOf } from "./identical.js";
import { isStrong, type Mention, type Resolution } from "./resolve.js";
import { type Definition, isSingular, type LinkInput } from "./things.js";
import type { TypeMerger } from "./types.js";

/** Reports strong definitions of one name beside the first; with `fold`, only those that are not the same. */
export function checkDuplicates(
  { name, mentions }: Resolution,
  inputs: readonly LinkInput[],
  merger: TypeMerger,
  fold: boolean,
  log: Log,
): void {
  const strong = mentions.filter((mention): mention is Mention<Definition> => isStrong(mention));
  const [first, ...others] = strong.filter(({ thing }) => !isSingular(thing));
  if (first === undefined) return;
  for (const other of others) {
    const { thing, input } = other;
    const difference = differenceOf(other, first, merger);
    if (fold && difference === undefined) continue;
    const notes: Note[] = [{ message: `"${name}" is defined here first`, at: first.thing.at }];
    const args = {
      name,
      file: inputs[input]!.name,
      section: thing.section,
      before: inputs[first.input]!.name,
      beforeSection: first.thing.section,
    };
    // Equal names of files are no proof, and neither are other ones: a link may lead to the same file.
    const twice = difference === undefined && sameNames(inputs[input]!.module, inputs[first.input]!.module);
    const hint = twice
      ? args.file === args.before
        ? `is "${args.file}" given twice?`
        : `"${args.file}" defines what "${args.before}" defines: are they the same file?`
      : difference === undefined
        ? "they are the same: --fold-identical keeps one"
        : fold
          ? `--fold-identical does not make them one: ${difference}`
          : hintFor(thing);
    log.error("link/duplicate", thing.at, args, { notes, hint });
  }
}

/** Whether two inputs have the same functions and variables, as far as their names tell. */
function sameNames(a: Module, b: Module): boolean {
  const same = (a: readonly { name: string }[], b: readonly { name: string }[]): boolean =>
    a.length === b.length && a.every(({ name }, i) => name === b[i]!.name);
  return same(a.functions, b.functions) && same(a.variables, b.variables);
}

/** What C offers against two definitions of one name, by what they are. */
function hintFor(thing: Definition): string {
  switch (thing.kind) {
    case "func":
      return isProgram(thing) ? "rename one of the programs" : 'make one of them "static" or "weak"';
    case "map":
      return 'declare the map in one input, and "extern" in the others';
    case "data":
      return 'make one of them "static" or "weak", or declare it "extern"';
  }
}

/** copy.ts puts `.text.*` into .text; all other code is entered from outside. */
function isProgram({ section }: Func): boolean {
  return section !== ".text" && !section.startsWith(".text.");
}
