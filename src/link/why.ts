// Why something is in the result: the shortest way to it from what a loader looks for by itself. Or why it is not.

import type { Module } from "../ir/index.js";
import { reachable } from "./gc.js";
import type { LinkReport } from "./report.js";
import { isExtern, isPrivate, isShared, isSingular, kindOf, type Thing, thingsOf } from "./things.js";

/**
 * Lines for the reader, the root first; `undefined` where nothing has the name. A name that several static things had is
 * explained for each. What the report says was dropped is explained as well.
 */
export function explain(module: Module, name: string, report?: LinkReport): string[] | undefined {
  const names = new Set([name]);
  for (const kept of report?.kept ?? []) if (kept.was === name) names.add(kept.name);
  const found = thingsOf(module).filter((thing) => names.has(thing.name) && !isPrivate(thing));
  const from = reachable(
    module.functions.filter(({ section }) => section !== ".text"),
    module.functions,
  );
  const lines = found.flatMap((thing) => waysTo(thing, from));
  for (const { name: dropped, kind, section, input, reason } of report?.dropped ?? []) {
    // That a declaration gave way to what it declares is no news.
    if (dropped !== name || kind === "constant" || (kind === "extern" && found.length > 0)) continue;
    lines.push(`${name} (${kind}${where(section)}) of ${input} is dropped: ${reason}`);
  }
  return lines.length > 0 ? lines : undefined;
}

function waysTo(wanted: Thing, from: ReadonlyMap<Thing, Thing | undefined>): string[] {
  if (!from.has(wanted)) return [`${describe(wanted)}: no program needs it`, `  ${whyAnyway(wanted)}`];
  const way: Thing[] = [];
  for (let at: Thing | undefined = wanted; at !== undefined; at = from.get(at)) way.unshift(at);
  return way.map((thing, i) => (i === 0 ? describe(thing) : `${"  ".repeat(i)}needs ${describe(thing)}`));
}

function describe(thing: Thing): string {
  return `${thing.name} (${kindOf(thing)}${where(thing.section)})`;
}

function where(section: string): string {
  return section === "" ? "" : `, section ${section}`;
}

function whyAnyway(thing: Thing): string {
  if (thing.kind === "map") return "user space may open it by its name";
  if (isSingular(thing)) return "loaders look for it by its section";
  if (thing.kind === "data" && thing.section.includes("struct_ops")) return "loaders register it";
  if (isExtern(thing)) return "something that no program needs refers to it";
  return isShared(thing) ? "another object may need it; --gc-sections drops it" : "--gc-sections drops it";
}
