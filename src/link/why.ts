// Why something is in the result: the shortest way to it from what a loader looks for by itself.

import type { Module } from "../ir/index.js";
import { reachable } from "./gc.js";
import { isExtern, isPrivate, isShared, kindOf, type Thing, thingsOf } from "./things.js";

/** Lines for the reader, the root first; `undefined` where nothing has the name. */
export function explain(module: Module, name: string): string[] | undefined {
  const things: Thing[] = thingsOf(module);
  const wanted = things.find((thing) => thing.name === name && !isPrivate(thing));
  if (wanted === undefined) return undefined;
  const from = reachable(module.functions.filter(({ section }) => section !== ".text"));
  if (!from.has(wanted)) return [`${describe(wanted)}: no program needs it`, `  ${whyAnyway(wanted)}`];
  const way: Thing[] = [];
  for (let at: Thing | undefined = wanted; at !== undefined; at = from.get(at)) way.unshift(at);
  return way.map((thing, i) => (i === 0 ? describe(thing) : `${"  ".repeat(i)}needs ${describe(thing)}`));
}

function describe(thing: Thing): string {
  const where = thing.section === "" ? "" : `, section ${thing.section}`;
  return `${thing.name} (${kindOf(thing)}${where})`;
}

function whyAnyway(thing: Thing): string {
  if (thing.kind === "map") return "user space may open it by its name";
  if (isExtern(thing)) return "something that no program needs refers to it";
  return isShared(thing) ? "another object may need it; --gc-sections drops it" : "--gc-sections drops it";
}
