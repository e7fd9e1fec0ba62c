// A map -> its object in "maps": the inverse of parse-maps.ts. The members stand in the order of the definition, in
// words where the parser has words.

import { integerValue } from "./decode-value.js";
import { MAP_FLAGS, MAP_TYPES } from "./enums.generated.js";
import { type JsonValue, members } from "./json-text.js";
import type { MapDefinition, MapMember, MapVariable } from "./module.js";
import { type PrintContext, printBinding, printSymbol } from "./print-context.js";
import { printTags } from "./tags.js";

/** One item of "maps". */
export function printMap(px: PrintContext, map: MapVariable): Map<string, JsonValue> {
  const { definition, binding, hidden, tags } = map;
  const init = map.init.map((ref) => (ref === undefined ? null : px.names.get(ref.to)!));
  return members([
    ["name", px.names.get(map)!],
    printSymbol(px, map),
    ...printDefinition(px, definition, init),
    ...printBinding(binding, hidden),
    ["tags", printTags(tags)],
  ]);
}

/** The members of a definition, an inner one as well; `init` belongs to the outer one's "values". */
function printDefinition(
  px: PrintContext,
  definition: MapDefinition,
  init: readonly JsonValue[],
): [string, JsonValue | undefined][] {
  return [
    ["struct", px.structTags.get(definition)],
    ...definition.members.map((member): [string, JsonValue] => [member.name, printMember(px, member, init)]),
  ];
}

/** One member as the parser reads it back: the same macro of bpf_helpers.h, with the same value. */
function printMember(px: PrintContext, member: MapMember, init: readonly JsonValue[]): JsonValue {
  switch (member.kind) {
    case "uint":
      return printUint(member.name, member.value);
    case "ulong":
      // The parser takes what fits in 32 bits for __uint.
      return member.value > 0xffff_ffffn && px.enumerators.get(member) === undefined
        ? integerValue(member.value)
        : members([
            ["ulong", integerValue(member.value)],
            ["wide", member.wide],
            ["name", px.enumerators.get(member)],
          ]);
    case "type":
      return px.c.typeName(member.type);
    case "values": {
      const of = member.of;
      return members([
        ["of", typeof of === "number" ? px.c.typeName(of) : members(printDefinition(px, of, []))],
        ["init", init.length === 0 ? undefined : init],
      ]);
    }
  }
}

/** The value of a __uint member, in words where there are words. */
export function printUint(name: string, value: number): JsonValue {
  switch (name) {
    case "type":
      // Of two names of one number, the later is not the deprecated one.
      return (
        Object.keys(MAP_TYPES)
          .filter((word) => MAP_TYPES[word] === value)
          .at(-1) ?? value
      );
    case "map_flags":
      return printFlags(value);
    case "pinning":
      return value === 0 ? "none" : value === 1 ? "by_name" : value;
    default:
      return value;
  }
}

/** One name, or a list of them; a number where a bit has none. */
function printFlags(value: number): JsonValue {
  const words = Object.keys(MAP_FLAGS).filter((word) => (value & MAP_FLAGS[word]!) !== 0);
  const known = words.reduce((sum, word) => sum + MAP_FLAGS[word]!, 0);
  if (value === 0 || known !== value) return value;
  return words.length === 1 ? words[0]! : words;
}
