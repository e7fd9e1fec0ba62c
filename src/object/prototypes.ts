// Which functions get a FUNC, and of which prototype. The loaders want function info for all functions of a program or
// for none (libbpf, bpf_program_fixup_func_info: a subprogram without any is refused where its caller has some), so that
// one function that says something of itself makes the others say what is true of each.

import type { Log } from "../base/index.js";
import type { TypeId, TypeTable } from "../btf/index.js";
import type { Func, Module } from "../ir/index.js";
import { FallbackTypes } from "./fallback-types.js";

const TEXT_SECTION = ".text";

/**
 * The prototype of each function that gets a FUNC: all of them or none. Prototypes that nobody knows are added to `graph`
 * and warned of.
 */
export function functionPrototypes(module: Module, graph: TypeTable, log: Log): ReadonlyMap<Func, TypeId> {
  const found = new Map<Func, TypeId>();
  if (!module.functions.some(hasDebugInfo)) return found;
  const fallback = new FallbackTypes(graph);
  for (const func of module.functions) {
    const { name, proto, section, at } = func;
    if (proto === undefined) log.warn("object/function-without-type", at, { name });
    found.set(func, proto ?? (section === TEXT_SECTION ? fallback.subprogram() : fallback.program()));
  }
  return found;
}

function hasDebugInfo({ proto, tags, body }: Func): boolean {
  if (proto !== undefined || tags.length > 0) return true;
  return body.some(({ core, line }) => core !== undefined || line !== undefined);
}
