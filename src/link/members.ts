// Which members of archives a link needs: those that define a name which is missing so far, and what these miss in turn.
// All archives are searched until nothing changes, so that their order does not matter to whether a link succeeds; of
// two members that define a name, the first is taken. A weak reference asks for no member (gABI, chapter 4).

import type { Module } from "../ir/index.js";
import { refsOfThing } from "./gc.js";
import { isExtern, isOfKernel, isShared, type LinkInput, thingsOf } from "./things.js";

/** Of the members of archives, those to link, in the order of `candidates`. */
export function selectMembers(inputs: readonly LinkInput[], candidates: readonly LinkInput[]): LinkInput[] {
  if (candidates.length === 0) return []; // most links have no archive, and what is missing need not be known
  const definedBy = new Map<string, LinkInput>();
  for (const candidate of candidates) {
    for (const name of definedNames(candidate.module)) {
      if (!definedBy.has(name)) definedBy.set(name, candidate);
    }
  }
  const defined = new Set<string>();
  const chosen = new Set<LinkInput>();
  const open: LinkInput[] = [...inputs];
  for (const { module } of inputs) for (const name of definedNames(module)) defined.add(name);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const name of missingNames(next.module)) {
      const member = defined.has(name) ? undefined : definedBy.get(name);
      if (member === undefined || chosen.has(member)) continue;
      chosen.add(member);
      open.push(member);
      for (const own of definedNames(member.module)) defined.add(own);
    }
  }
  return candidates.filter((candidate) => chosen.has(candidate));
}

/** Names that other inputs can refer to. */
function definedNames(module: Module): string[] {
  return thingsOf(module).flatMap((thing) => (isShared(thing) && !isExtern(thing) ? [thing.name] : []));
}

/** Names that must come from another input: referred to, not weak, and not the kernel's. */
function missingNames({ functions, variables }: Module): Set<string> {
  const missing = new Set<string>();
  for (const thing of [...functions, ...variables]) {
    for (const { to } of refsOfThing(thing)) {
      if (to.kind !== "extern_function" && to.kind !== "extern_variable") continue;
      if (!to.weak && !isOfKernel(to)) missing.add(to.name);
    }
  }
  return missing;
}
