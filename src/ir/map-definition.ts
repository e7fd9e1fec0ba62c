// Definitions of maps beside each other: which are equal, and which tags tell them apart in one document. A struct that
// several maps share is one record in BTF, also where it has no tag (C: `typeof(other_map)`).

import { btfName } from "../btf/index.js";
import type { MapDefinition, MapMember, Module } from "./module.js";

/** Whether two definitions of one module say the same. Types are compared by id: one table holds both. */
export function sameDefinition(a: MapDefinition, b: MapDefinition): boolean {
  return (
    a === b ||
    (a.tag === b.tag &&
      a.members.length === b.members.length &&
      a.members.every((member, i) => sameMember(member, b.members[i]!)))
  );
}

/** Equal in name and value. */
function sameMember(a: MapMember, b: MapMember): boolean {
  if (a.name !== b.name) return false;
  if (a.kind === "type" && b.kind === "type") return a.type === b.type;
  if (a.kind === "values" && b.kind === "values") {
    if (typeof a.of === "object" && typeof b.of === "object") return sameDefinition(a.of, b.of);
    return a.of === b.of;
  }
  return "value" in a && "value" in b && a.value === b.value;
}

/**
 * The tag that each definition has in a document: its own, with a number where another one has it; for one without a
 * tag that several maps share, a name of the document's. Those that need none are left out.
 */
export function definitionTags(module: Module): ReadonlyMap<MapDefinition, string> {
  const tags = new Map<MapDefinition, string>();
  const holders = new Map<string, MapDefinition>();
  const met = new Set<MapDefinition>();
  const give = (definition: MapDefinition, wanted: string): void => {
    let tag = wanted;
    for (let count = 2; ; count++) {
      const holder = holders.get(tag);
      if (holder === undefined || sameDefinition(holder, definition)) break;
      tag = btfName(wanted) === "" ? `${wanted}_${count}` : `${wanted}$${count}`;
    }
    holders.set(tag, definition);
    tags.set(definition, tag);
  };
  for (const map of module.variables) {
    if (map.kind !== "map") continue;
    const definitions = [map.definition];
    for (const definition of definitions) {
      if (definition.tag !== "") give(definition, definition.tag);
      else if (met.has(definition) && !tags.has(definition))
        give(definition, `$${map.name.replace(/\W/g, "_")}`);
      met.add(definition);
      for (const member of definition.members) {
        if (member.kind === "values" && typeof member.of === "object") definitions.push(member.of);
      }
    }
  }
  return tags;
}

/** How bpf_helpers.h calls the one enumerator of a __ulong: with __COUNTER__, which counts the uses in a file from 0. */
export function usualEnumerator(count: number): string {
  return `__unique_value${count}`;
}

/** Enumerators of __ulong that have another name than their place among all of the module gives them. */
export function oddEnumerators(module: Module): ReadonlyMap<MapMember, string> {
  const odd = new Map<MapMember, string>();
  const met: MapDefinition[] = [];
  let count = 0;
  const walk = (definition: MapDefinition): void => {
    // What two maps share is one struct.
    if (met.some((other) => other === definition || (other.tag !== "" && sameDefinition(other, definition))))
      return;
    for (const member of definition.members) {
      if (member.kind === "values" && typeof member.of === "object") walk(member.of);
      if (member.kind !== "ulong") continue;
      const usual = usualEnumerator(count++);
      if (member.enumerator !== undefined && member.enumerator !== usual) odd.set(member, member.enumerator);
    }
    met.push(definition);
  };
  for (const map of module.variables)
    if (map.kind === "map" && hasUlong(map.definition)) walk(map.definition);
  return odd;
}

function hasUlong({ members }: MapDefinition): boolean {
  return members.some(
    (member) =>
      member.kind === "ulong" ||
      (member.kind === "values" && typeof member.of === "object" && hasUlong(member.of)),
  );
}
