// One license for all: the kernel reads one, and gives GPL-only helpers to the programs of GPL-compatible objects. The
// rule: equal texts are one; different ones that are all GPL-compatible make "GPL", or "GPL v2" where an input says so;
// everything else is an error, because the object would claim for one input what only another allows. Source of the
// list: include/linux/license.h (license_is_gpl_compatible).

import { decodeUtf8, encodeUtf8, type Log, type Note } from "../base/index.js";
import type { DataVariable } from "../ir/index.js";
import type { LinkInput, Open } from "./things.js";
import type { TypeMerger } from "./types.js";

const GPL_COMPATIBLE: ReadonlySet<string> = new Set([
  "GPL",
  "GPL v2",
  "GPL and additional rights",
  "Dual BSD/GPL",
  "Dual MIT/GPL",
  "Dual MPL/GPL",
]);

/** Reports licenses that do not go together, and kernel versions that differ. */
export function checkSingular(inputs: readonly LinkInput[], log: Log): void {
  const firsts = new Map<string, { readonly thing: DataVariable; readonly file: string }>();
  for (const { name: file, module } of inputs) {
    for (const thing of module.variables) {
      if (thing.kind !== "data" || (thing.section !== "license" && thing.section !== "version")) continue;
      const first = firsts.get(thing.section);
      if (first === undefined) firsts.set(thing.section, { thing, file });
      else if (thing.section === "license") checkLicense(thing, first, log);
      else if (thing.bytes.join() !== first.thing.bytes.join()) {
        const notes: Note[] = [{ message: "the other version stands here", at: first.thing.at }];
        log.error("link/version", thing.at, { file: first.file }, { notes });
      }
    }
  }
}

function checkLicense(
  thing: DataVariable,
  first: { readonly thing: DataVariable; readonly file: string },
  log: Log,
): void {
  const [here, there] = [licenseOf(thing), licenseOf(first.thing)];
  if (here === there || (GPL_COMPATIBLE.has(here) && GPL_COMPATIBLE.has(there))) return;
  const notes: Note[] = [{ message: `the license is "${there}" here`, at: first.thing.at }];
  log.error("link/license", thing.at, { here, there, file: first.file }, { notes });
}

/** The license of the result, once `checkSingular` found that all go together. One input at least has one. */
export function mergeLicenses(inputs: readonly LinkInput[], merger: TypeMerger): Open<DataVariable> {
  const all = inputs.flatMap(({ module }, input) =>
    module.variables.flatMap((thing) =>
      thing.kind === "data" && thing.section === "license" ? [{ thing, input, text: licenseOf(thing) }] : [],
    ),
  );
  const texts = new Set(all.map(({ text }) => text));
  const text = texts.size === 1 ? [...texts][0]! : texts.has("GPL v2") ? "GPL v2" : "GPL";
  const { thing, input, text: own } = all.find((one) => one.text === text) ?? all[0]!;
  const type = thing.type === undefined ? undefined : merger.idOf(input, thing.type);
  if (own === text) return { ...thing, type };
  const bytes = encodeUtf8(`${text}\0`);
  const array = type === undefined || type === 0 ? undefined : merger.types.at(type);
  // A type that is no array has a size of its own; no license that is shorter than "GPL" is GPL-compatible.
  if (array?.kind !== "array") return { ...thing, type, bytes: thing.bytes.map((_, i) => bytes[i] ?? 0) };
  return { ...thing, type: merger.types.add({ ...array, length: bytes.length }), bytes };
}

/** The text before the first NUL. */
function licenseOf({ bytes }: DataVariable): string {
  const end = bytes.indexOf(0);
  return decodeUtf8(end < 0 ? bytes : bytes.subarray(0, end));
}
