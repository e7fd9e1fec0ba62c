// Names of the result that the caller wants otherwise. Things point at things, so that a new name needs no search for
// those who use it.

import type { Log } from "../base/index.js";
import { exceptionCallbacksOf, exceptionCallbackTag, type Tag } from "../ir/index.js";
import type { Draft } from "./copy.js";
import { byName } from "./names.js";
import { isExtern, isSingular } from "./things.js";
import { reportUnknown } from "./unknown.js";

/** The names that ir/ takes for symbols, and the kernel for names in BTF. */
const SYMBOL_NAME = /^[A-Za-z_.][A-Za-z0-9_.]*$/;

/** Gives a thing another name. Errors: nothing has the old one, something has the new one, or it cannot be one. */
export function rename(draft: Draft, from: string, to: string, log: Log): void {
  const names = byName(draft);
  const thing = names.get(from);
  const at = { kind: "file", file: "--rename" } as const;
  if (thing === undefined) {
    reportUnknown(from, "--rename", names, log);
  } else if (!SYMBOL_NAME.test(to)) {
    log.error("ir/bad-name", at, { name: to });
  } else if (names.has(to)) {
    const notes = [{ message: `"${to}" is this`, at: names.get(to)!.at }];
    log.error("link/name-taken", at, { name: to, from }, { notes });
  } else {
    thing.name = to;
    for (const func of draft.functions) {
      if (!exceptionCallbacksOf(func).includes(from)) continue;
      func.tags = func.tags.map((tag) => (isCallback(tag, from) ? exceptionCallbackTag(to) : tag));
    }
  }
}

function isCallback(tag: Tag, name: string): boolean {
  return exceptionCallbacksOf({ tags: [tag] }).includes(name);
}

/** Makes all subprograms and variables static but those of `names`, and those that catch exceptions: libbpf asks for global ones. */
export function exportOnly(draft: Draft, names: readonly string[], log: Log): void {
  const known = byName(draft);
  const exported = new Set(names);
  for (const name of exported) {
    if (!known.has(name)) reportUnknown(name, "--export", known, log);
  }
  for (const callback of draft.functions.flatMap(exceptionCallbacksOf)) exported.add(callback);
  for (const thing of [...draft.functions, ...draft.variables]) {
    // libbpf refuses static programs and maps.
    if (isExtern(thing) || thing.kind === "map" || isSingular(thing)) continue;
    if (thing.kind === "func" && thing.section !== ".text") continue;
    if (exported.has(thing.name)) thing.hidden = false;
    else {
      thing.binding = "local";
      thing.hidden = false;
    }
  }
}
