// Objects without debug info (compiled without -g, or written by hand). A name that another input declares with a type has
// that type; what nobody declares keeps the type that lift guessed, or none, and a warning says so (of functions,
// object/prototypes.ts). libbpf's linker refuses these objects whenever they have a name that is not static.

import type { Log } from "../base/index.js";
import { resolveType, sizeOf, type TypeId } from "../btf/index.js";
import type { DataVariable, Extern, Func } from "../ir/index.js";
import type { Resolution } from "./resolve.js";
import { isUntyped, type Open } from "./things.js";
import type { TypeMerger } from "./types.js";

const TEXT_SECTION = ".text";

/**
 * Gives the copy of a thing without debug info the type that another input knows, or says that none is known. In a link
 * that is not `final`, names stay visible.
 */
export function learnType(
  copy: Open<Func> | Open<DataVariable> | Open<Extern>,
  resolution: Resolution | undefined,
  merger: TypeMerger,
  final: boolean,
  log: Log,
): void {
  const { name, at } = copy;
  const type = copy.kind === "func" || copy.kind === "data" ? knownType(copy, resolution, merger) : undefined;
  switch (copy.kind) {
    case "func":
      copy.proto = type === undefined ? undefined : withNames(merger, type);
      // The verifier checks a global function that has BTF for all arguments of its prototype, where a pointer may be
      // NULL; its author has known it checked with those of its callers, as static ones are.
      if (final && copy.section === TEXT_SECTION) copy.binding = "local";
      return;
    case "data":
      if (type === undefined) log.warn("object/variable-without-type", at, { name, size: copy.bytes.length });
      else copy.type = type;
      break;
    case "extern_function":
    case "extern_variable":
      log.warn("object/extern-without-type", at, { name });
  }
  copy.untyped = undefined;
}

/** The type of the first declaration that has one and that the definition can be; an id of the result. */
function knownType(
  thing: Func | DataVariable,
  resolution: Resolution | undefined,
  merger: TypeMerger,
): TypeId | undefined {
  for (const { thing: other, input } of resolution?.mentions ?? []) {
    if (isUntyped(other)) continue;
    if (thing.kind === "func") {
      if (other.kind === "extern_function") return merger.idOf(input, other.type);
      if (other.kind === "func" && other.proto !== undefined) return merger.idOf(input, other.proto);
      continue;
    }
    if ((other.kind !== "extern_variable" && other.kind !== "data") || other.type === undefined) continue;
    const type = merger.idOf(input, other.type);
    if (resolveType(merger.types, type) !== 0 && sizeOf(merger.types, type) === thing.bytes.length)
      return type;
  }
  return undefined;
}

/** A declaration need not name its parameters, a function must: the kernel refuses its BTF (kernel/bpf/btf.c, btf_func_check). */
function withNames({ types }: TypeMerger, id: TypeId): TypeId {
  const proto = types.at(id);
  if (proto.kind !== "func_proto" || proto.params.every(({ name }) => name !== "")) return id;
  const params = proto.params.map((param, i) => ({ ...param, name: param.name || `arg${i + 1}` }));
  return types.add({ ...proto, params });
}
