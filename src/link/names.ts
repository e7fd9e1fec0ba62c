// Static things of several inputs may have one name, and so may their string literals and jump tables. The object must
// not show it: cilium/ebpf refuses two functions of one name (elf_reader.go, loadFunctions: "duplicate symbol"), tools
// that look variables up by name find only one, and the IR has one name for one thing. So the later ones get a number:
// `helper`, `helper_1`, `helper_2`. An underscore, not LLVM's dot: kernels before 6.5 drop the BTF of an object that has a
// function with a dot in its name.

import type { JumpTable } from "../ir/index.js";
import type { Draft } from "./copy.js";
import { isPrivate, isShared, type Open, type Thing } from "./things.js";

/** Renames static things, constants and jump tables that share their name with something else. */
export function separateNames({ functions, variables, externs }: Draft): void {
  const taken = new Set<string>();
  const local: Open<Thing | JumpTable>[] = [];
  for (const thing of [...functions, ...variables, ...externs]) {
    if (isShared(thing)) taken.add(thing.name);
    else local.push(thing);
    // Sections and symbols are one name space to an assembler (ir/check.ts).
    if (!thing.section.startsWith(".")) taken.add(thing.section);
    if (thing.kind === "func") local.push(...(thing.jumpTables as Open<JumpTable>[])); // copies, of this link
  }
  // Names that need no change keep others from taking them.
  const first = new Set(local.map(({ name }) => name));
  const counts = new Map<string, number>();
  for (const thing of local) {
    const { name } = thing;
    if (taken.has(name) || !first.delete(name)) {
      let count = counts.get(name) ?? 0;
      do {
        count += 1;
        thing.name = `${name}_${count}`;
      } while (taken.has(thing.name) || first.has(thing.name));
      counts.set(name, count);
    }
    taken.add(thing.name);
  }
}

/** What `isPrivate` things are called shows nowhere; everything else can be asked for by name. */
export function byName({ functions, variables, externs }: Draft): ReadonlyMap<string, Open<Thing>> {
  const found = new Map<string, Open<Thing>>();
  for (const thing of [...functions, ...variables, ...externs]) {
    if (!isPrivate(thing)) found.set(thing.name, thing);
  }
  return found;
}
