// What the parts of the parser share: one module under construction. Names are declared first and references are
// bound later, so the things here are filled after they are made; outside of the parser they are read-only.

import { didYouMean, type JsonString, type Log, type Place } from "../base/index.js";
import type { TypeScope } from "../btf/index.js";
import type { DataVariable, Extern, Func, JumpTable, MapDefinition, MapVariable, Pointer } from "./module.js";

/** What a name of the module can stand for. */
export type Thing = Func | JumpTable | MapVariable | DataVariable | Extern;

export interface Context {
  readonly log: Log;
  readonly scope: TypeScope;
  /** A declaration of a type failed: what looks unknown or incomplete later may only be that. */
  readonly typesFailed: boolean;
  readonly things: Map<string, Thing>;
  /** Byte order of the target, in which data is encoded. */
  readonly little: boolean;
  /** Definitions of maps that have a struct tag, with the place of its first use. */
  readonly mapStructs: Map<string, { readonly definition: MapDefinition; readonly at: Place }>;
  /** Bytes of all variables so far. */
  readonly dataSize: { value: number };
  /** Instructions of all functions so far. */
  readonly instructions: { value: number };
  /** The IR file that functions without source positions point at; `undefined` gives them no line info. */
  readonly ownFile: string | undefined;
  readonly locs: LocMemory;
  /** Names in initial values, to be bound when all things are declared. */
  readonly addresses: { readonly pointers: Pointer[]; readonly offset: number; readonly name: JsonString }[];
}

/** What a `loc` may leave out, because one before it said so. */
export interface LocMemory {
  file: string | undefined;
  /** File and line, with a NUL between them, to the text. */
  readonly texts: Map<string, string>;
}

/** After this many errors suggestions are no longer computed: they cost a walk over all names each. */
const MAX_SUGGESTIONS = 100;

/** A hint for a name that is not there; "" where nothing is near. */
export function suggest(cx: Context, wrong: string, candidates: () => Iterable<string>): string {
  return cx.log.errorCount < MAX_SUGGESTIONS ? didYouMean(wrong, candidates()) : "";
}

/** Enters a thing under its name; a second one of the same name is an error, and names mean the first one. */
export function declare<T extends Thing>(cx: Context, thing: T): T {
  const before = cx.things.get(thing.name);
  if (before === undefined) {
    cx.things.set(thing.name, thing);
  } else {
    const notes = [{ message: `"${thing.name}" is declared here first`, at: before.at }];
    cx.log.error("ir/duplicate-name", thing.at, { name: thing.name }, { notes });
  }
  return thing;
}

/**
 * The kernel takes these as names of variables and functions in BTF (kernel/bpf/btf.c, btf_name_valid_identifier;
 * the dot since 6.x for sections and static variables).
 */
const SYMBOL_NAME = /^[A-Za-z_.][A-Za-z0-9_.]*$/;

/** The text of a name; an error where it cannot be one. */
export function nameOf(cx: Context, node: JsonString): string {
  checkName(cx, node.value, node);
  return node.value;
}

export function checkName(cx: Context, name: string, at: Place): void {
  if (SYMBOL_NAME.test(name)) return;
  const hint = 'letters, digits, "_" and "." make a name, and no digit begins it';
  cx.log.error("ir/bad-name", at, { name }, { hint });
}
