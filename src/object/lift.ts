// ElfObject to Module: the inverse of assemble.ts. A section and an offset become the thing that lies there, and
// nothing positional is left. What follows from things (symbols, VAR, DATASEC, FUNC, structs that define maps) is
// left out, because assemble makes it again; what a Module cannot say is refused by name.
//
//   1. sections are sorted by what they are for (lift-sections.ts)
//   2. .BTF and .BTF.ext are indexed, the author's types selected (lift-btf.ts)
//   3. symbols become things (lift-things.ts, lift-maps.ts), and are found by their places (lift-index.ts)
//   4. the rest of the data becomes private constants (lift-data.ts)
//   5. code becomes statements, addresses in data become references (lift-code.ts, lift-data.ts)
//   6. the order of functions and variables is recovered (lift-order.ts)
//
// For an object of clang 22 the result assembles to the same file.

import type { Log } from "../base/index.js";
import type { ElfObject } from "../elf/index.js";
import { checkModule, type ExternFunction, type Module } from "../ir/index.js";
import { readDebugInfo, selectTypes } from "./lift-btf.js";
import { CodeReader } from "./lift-code.js";
import type { LiftContext } from "./lift-context.js";
import { liftPointers, liftPrivates } from "./lift-data.js";
import { findDefinitions } from "./lift-maps.js";
import { orderFunctions, orderVariables } from "./lift-order.js";
import { surveySections } from "./lift-sections.js";
import { ThingReader } from "./lift-things.js";

/** A Module that was an object. */
export interface LiftedModule extends Module {
  /** What the object had and no loader reads, in words: debug information of other formats, say. */
  readonly dropped: readonly string[];
}

export interface LiftOptions {
  /** Keeps forward declarations apart from what clang left out: for a Module of the layout "complete". */
  readonly complete?: boolean;
}

/**
 * Turns an object that was read into a checked Module. What a Module cannot say goes to the log, and the result is
 * `undefined`. `file` is what messages call the object.
 */
export function lift(
  object: ElfObject,
  file: string,
  log: Log,
  { complete = false }: LiftOptions = {},
): LiftedModule | undefined {
  const errorsBefore = log.errorCount;
  const cx: LiftContext = { object, file, log, dropped: [] };
  const survey = surveySections(cx);
  const debug = readDebugInfo(cx, survey);
  if (debug === undefined || log.errorCount > errorsBefore) return undefined;
  const { types, idOf } = selectTypes(debug, findDefinitions(debug), complete);
  const reader = new ThingReader(cx, debug, types, idOf);
  const things = reader.read(survey);
  // Half of the things would make every reference to the other half an error.
  if (log.errorCount > errorsBefore) return undefined;
  liftPrivates(cx, survey, things, types);
  const code = new CodeReader(cx, debug, things, idOf, survey);
  for (const section of survey.code) code.read(section);
  code.finish();
  liftPointers(cx, survey, things, reader.valuesOffsets);
  if (log.errorCount > errorsBefore) return undefined;
  // Beyond this point, every reference is bound.
  const evidence = { object, survey, debug, things, mentioned: code.mentioned, idOf };
  const module: LiftedModule = {
    types,
    functions: orderFunctions(evidence),
    variables: orderVariables(evidence),
    externs: [...things.bySymbol.values()].filter(
      (thing): thing is ExternFunction => thing.kind === "extern_function",
    ),
    btf: complete ? "complete" : undefined,
    at: { kind: "file", file },
    dropped: cx.dropped,
  };
  checkModule(module, log);
  return log.errorCount > errorsBefore ? undefined : module;
}
