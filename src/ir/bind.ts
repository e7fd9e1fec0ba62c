// Names in code -> the things that they stand for: own functions, maps, data and externs come before helpers.

import { helperId, helperNames } from "../asm/index.js";
import type { Code, JsonString, Place } from "../base/index.js";
import { type Context, suggest, type Thing } from "./context.js";
import type { ExternFunction, Func } from "./module.js";
import { isFunction } from "./module.js";
import { holdsSubprograms, isStructOpsCode } from "./sections.js";

/**
 * What `call NAME` calls: a thing of the module, or the number of a helper; `undefined` after an error. What an author
 * declares wins: no table of helpers takes a name away.
 */
export function bindCall(
  cx: Context,
  caller: Func,
  name: string,
  at: Place,
): Func | ExternFunction | number | undefined {
  const thing = cx.things.get(name);
  if (thing === undefined) {
    const id = helperId(name);
    if (id !== undefined) return id;
    const hint = suggest(cx, name, () => [...functionNames(cx), ...helperNames()]);
    cx.log.error("ir/unknown-function", at, { name }, { hint });
    return undefined;
  }
  if (thing.kind === "func") {
    // A static function of the caller's own section is called without a relocation, which needs no loader.
    const own = thing.binding === "local" && thing.section === caller.section;
    if (!holdsSubprograms(thing.section) && !own) {
      cx.log.warn("ir/call-of-program", at, { name, section: thing.section });
    }
    return thing;
  }
  if (thing.kind === "extern_function") return thing;
  const hint =
    helperId(name) === undefined
      ? undefined
      : "a helper has this name too, but names of the module come first";
  cx.log.error("ir/wrong-thing", at, { name, actual: nounOf(thing), expected: "a function" }, { hint });
  return undefined;
}

/**
 * What `rN = NAME ll` loads the address of; `undefined` after an error. libbpf takes addresses of functions in ".text"
 * only (bpf_program__record_reloc), hence the warning.
 */
export function bindAddress(cx: Context, name: string, addend: number, at: Place): Thing | undefined {
  const thing = cx.things.get(name);
  if (thing === undefined) {
    reportUnknown(cx, name, at);
    return undefined;
  }
  if (addend !== 0 && !takesAddend(thing)) {
    cx.log.error("ir/no-addend", at, { name, what: nounOf(thing) });
  }
  if (thing.kind === "func" && !holdsSubprograms(thing.section))
    cx.log.warn("ir/address-of-program", at, { name });
  return thing;
}

/** libbpf puts the address of a kernel's name in the place of whatever the instruction holds. */
function takesAddend(thing: Thing): boolean {
  return thing.kind === "data" || (thing.kind === "extern_variable" && thing.section === "");
}

/** The function of a struct_ops table that an initial value names (libbpf, bpf_object__collect_st_ops_relos). */
export function bindFunctionAddress(cx: Context, node: JsonString): Func | ExternFunction | undefined {
  const thing = cx.things.get(node.value);
  if (thing === undefined) {
    const hint = suggest(cx, node.value, () => functionNames(cx));
    cx.log.error("ir/unknown-program", node, { name: node.value }, { hint });
    return undefined;
  }
  if (!isFunction(thing)) {
    cx.log.error("ir/wrong-thing", node, { name: node.value, actual: nounOf(thing), expected: "a function" });
    return undefined;
  }
  if (thing.section !== "" && !isStructOpsCode(thing.section)) {
    const { name, section } = thing;
    cx.log.error("ir/struct-ops-function", node, { name, section });
  }
  return thing;
}

/** The nearest name tells what was meant, and so how to call what is missing. */
function reportUnknown(cx: Context, name: string, at: Place): void {
  const hint = suggest(cx, name, () => cx.things.keys());
  const meant = /"(.*)"/.exec(hint)?.[1];
  const thing = meant === undefined ? undefined : cx.things.get(meant);
  cx.log.error(unknownCode(thing), at, { name }, { hint });
}

function unknownCode(meant: Thing | undefined): Code & `ir/unknown-${string}` {
  switch (meant?.kind) {
    case "map":
      return "ir/unknown-map";
    case "data":
      return "ir/unknown-variable";
    default:
      return "ir/unknown-symbol";
  }
}

/** What a call may mean, for hints. */
function functionNames(cx: Context): string[] {
  const names: string[] = [];
  for (const thing of cx.things.values()) {
    if (isFunction(thing)) names.push(thing.name);
  }
  return names;
}

/** How messages call a thing. */
export function nounOf(thing: Thing): string {
  switch (thing.kind) {
    case "func":
      return "a function";
    case "map":
      return "a map";
    case "data":
      return "a variable";
    case "jump_table":
      return "a jump table";
    case "extern_function":
      return "an extern function";
    case "extern_variable":
      return "an extern variable";
  }
}
