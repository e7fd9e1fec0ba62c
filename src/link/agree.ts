// That all inputs declare a shared name as what it turns out to be: its type, the definition of a map. Every difference
// is told with both places. It is an error, but for those that libbpf's linker takes without a word and that some program
// may rest on (compare.ts): these are warnings, and errors on request.

import type { Log, Note } from "../base/index.js";
import { printTypeName, resolveType, type TypeId, type TypeTable } from "../btf/index.js";
import type { MapDefinition } from "../ir/index.js";
import { TypeComparer } from "./compare.js";
import { copyDefinition } from "./copy.js";
import { compareDefinitions, declaredDefinition } from "./maps.js";
import type { Mention, Resolution } from "./resolve.js";
import { isExtern, isSingular, isUntyped, type LinkInput, type Thing } from "./things.js";
import type { TypeMerger } from "./types.js";

/** Compares all that was said of one name. */
export function checkAgreement(
  { mentions, winner }: Resolution,
  inputs: readonly LinkInput[],
  merger: TypeMerger,
  strict: boolean,
  log: Log,
): void {
  if (mentions.length < 2 || isSingular(winner.thing)) return;
  for (const mention of mentions) {
    if (mention === winner) continue;
    if (winner.thing.kind === "map") compareMaps(mention, winner, inputs, merger, log);
    else compareTypes(mention, winner, inputs, merger, strict, log);
  }
}

/** Functions and variables. What has no debug info says nothing that could differ (untyped.ts). */
function compareTypes(
  mention: Mention,
  winner: Mention,
  inputs: readonly LinkInput[],
  merger: TypeMerger,
  strict: boolean,
  log: Log,
): void {
  if (isUntyped(mention.thing) || isUntyped(winner.thing)) return;
  const [here, there] = [typeOf(mention, merger), typeOf(winner, merger)];
  if (here === undefined || there === undefined || here === there) return;
  // Asked for first, so that the table that is compared holds both.
  const { types } = merger;
  const untyped = (mention: Mention, id: TypeId): boolean =>
    isExtern(mention.thing) && mention.thing.kind === "extern_variable" && isVoid(types, id);
  if (untyped(mention, here) || untyped(winner, there)) return;
  const difference = new TypeComparer(types).compare(here, there);
  if (difference === undefined) return;
  const { name, at } = mention.thing;
  const args = {
    name,
    here: printTypeName(types, here),
    there: printTypeName(types, there),
    file: inputs[winner.input]!.name,
    what: difference.what,
  };
  const extra = { notes: [noteAt(winner.thing)] };
  if (difference.mild && strict) log.error("link/type-differs", at, args, extra);
  else if (difference.mild) log.warn("link/type-differs", at, args, extra);
  else log.error("link/type-mismatch", at, args, extra);
}

/** A map against its definition. An extern may leave members out, and `extern const void map` all of them. */
function compareMaps(
  mention: Mention,
  winner: Mention,
  inputs: readonly LinkInput[],
  merger: TypeMerger,
  log: Log,
): void {
  const there = definitionOf(winner, merger);
  const { thing } = mention;
  let here: MapDefinition | undefined;
  if (thing.kind === "map") here = definitionOf(mention, merger);
  else if (thing.kind === "extern_variable") {
    const type = merger.idOf(mention.input, thing.type);
    if (isVoid(merger.types, type)) return;
    here = declaredDefinition(merger.types, type);
    if (here === undefined) {
      const args = {
        name: thing.name,
        here: printTypeName(merger.types, type),
        file: inputs[winner.input]!.name,
      };
      log.error("link/map-declared", thing.at, args, { notes: [noteAt(winner.thing)] });
      return;
    }
  }
  if (here === undefined || there === undefined) return;
  const partial = thing.kind !== "map";
  const what = compareDefinitions(here, there, partial, new TypeComparer(merger.types));
  if (what === undefined) return;
  const args = { name: thing.name, file: inputs[winner.input]!.name, what };
  log.error("link/map-mismatch", thing.at, args, { notes: [noteAt(winner.thing)] });
}

/** With types of the result, in which those of two inputs can be compared. */
function definitionOf({ thing, input }: Mention, merger: TypeMerger): MapDefinition | undefined {
  return thing.kind === "map" ? copyDefinition(thing.definition, input, merger) : undefined;
}

/** The second place of a disagreement. */
function noteAt(thing: Thing): Note {
  const what = isExtern(thing) ? "declared" : "defined";
  return { message: `"${thing.name}" is ${what} here`, at: thing.at };
}

/** The type of a function or variable, an id of the result. */
function typeOf({ thing, input }: Mention, merger: TypeMerger): TypeId | undefined {
  switch (thing.kind) {
    case "func":
      return thing.proto === undefined ? undefined : merger.idOf(input, thing.proto);
    case "data":
      return thing.type === undefined ? undefined : merger.idOf(input, thing.type);
    case "extern_function":
    case "extern_variable":
      return merger.idOf(input, thing.type);
    case "map":
      return undefined;
  }
}

/** `extern const void x` says nothing of what x is. */
function isVoid(types: TypeTable, id: TypeId): boolean {
  return resolveType(types, id) === 0;
}
