// What the parts of the linker share: the things of all inputs, each with the input that it came from, and how messages
// and reports call them.

import { slotsOf } from "../asm/index.js";
import { sizeOf } from "../btf/index.js";
import type { DataVariable, Extern, Func, JumpTable, MapVariable, Module } from "../ir/index.js";

/** One of the modules to link. */
export interface LinkInput {
  /** What messages and reports call it: the name of its file. */
  readonly name: string;
  readonly module: Module;
  /** The byte order in which its data is; `undefined` where that is known to be the output's. */
  readonly little?: boolean | undefined;
}

/** What has a place of its own in one of the two lists of a Module, or is named there. */
export type Thing = Func | MapVariable | DataVariable | Extern;
/** What an input defines. */
export type Definition = Func | MapVariable | DataVariable;

/** Open for the pass that fills it, read-only afterwards. */
export type Open<T> = { -readonly [K in keyof T]: T[K] };

/** Only declared here: another input, or the kernel, defines it. */
export function isExtern<T extends { readonly kind: string }>(
  thing: T,
): thing is Extract<T, { readonly kind: `extern_${string}` }> {
  return thing.kind === "extern_function" || thing.kind === "extern_variable";
}

/** A name that other inputs can see. */
export function isShared(thing: Thing): boolean {
  return isExtern(thing) || (thing.binding !== "local" && !isPrivate(thing));
}

/** No debug info says of which type it is. */
export function isUntyped(thing: Thing): boolean {
  if (thing.kind === "func") return thing.proto === undefined;
  return thing.kind !== "map" && thing.untyped !== undefined;
}

/** A constant of the compiler, which has no symbol, and whose name is only ours. */
export function isPrivate(thing: Thing): boolean {
  return thing.kind === "data" && thing.private;
}

/** Sections of which an object has one, with one variable: all inputs must say the same. */
export function isSingular(
  thing: Thing,
): thing is DataVariable & { readonly section: "license" | "version" } {
  return thing.kind === "data" && (thing.section === "license" || thing.section === "version");
}

/** The kernel defines it: a kfunc, a variable of the kernel, a setting of its build. */
export function isOfKernel(extern: Extern): boolean {
  return extern.section === ".ksyms" || extern.section === ".kconfig";
}

/** The words of messages and of the link map. */
export type ThingKind = "function" | "map" | "variable" | "constant" | "extern" | "jump table";

/** The word for a thing. */
export function kindOf(thing: Thing | JumpTable): ThingKind {
  switch (thing.kind) {
    case "func":
      return "function";
    case "map":
      return "map";
    case "data":
      return thing.private ? "constant" : "variable";
    case "jump_table":
      return "jump table";
    case "extern_function":
    case "extern_variable":
      return "extern";
  }
}

/** All things of a module, functions first. */
export function thingsOf(module: Module): Thing[] {
  return [...module.functions, ...module.variables, ...module.externs];
}

/** Bytes of code or data; 0 for what has none of its own. */
export function sizeOfThing(thing: Thing | JumpTable, module: Module): number {
  switch (thing.kind) {
    case "func":
      return thing.body.reduce((sum, { insn }) => sum + slotsOf(insn) * SLOT_SIZE, 0);
    case "data":
      return thing.bytes.length;
    case "jump_table":
      return thing.targets.length * ADDRESS_SIZE;
    case "extern_variable":
      return sizeOf(module.types, thing.type) ?? 0;
    default:
      return 0;
  }
}

/** RFC 9669, section 3. */
const SLOT_SIZE = 8;
/** Of an address in a jump table. */
const ADDRESS_SIZE = 8;
