// What the parts of the parser share: one module under construction. Names are declared first and references are
// bound later, so the things here are filled after they are made; outside of the parser they are read-only.

import { didYouMean, type JsonString, type Log, MAX_HINTS, type Place } from "../base/index.js";
import { btfName, type TypeScope } from "../btf/index.js";
import type { DataVariable, Extern, Func, JumpTable, MapDefinition, MapVariable, Pointer } from "./module.js";

/** What a name of the module can stand for. */
export type Thing = Func | JumpTable | MapVariable | DataVariable | Extern;

/** The module while it is parsed. */
export interface Context {
  readonly log: Log;
  readonly scope: TypeScope;
  /** A declaration of a type failed: what looks unknown or incomplete later may only be that. */
  readonly typesFailed: boolean;
  /** By their names in the document. */
  readonly things: Map<string, Thing>;
  /** By their symbols, where another object could see them. */
  readonly symbols: Map<string, Thing>;
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

/** A hint for a name that is not there; "" where nothing is near. */
export function suggest(cx: Context, wrong: string, candidates: () => Iterable<string>): string {
  return cx.log.errorCount < MAX_HINTS ? didYouMean(wrong, candidates()) : "";
}

/**
 * Enters a thing under its name in the document; a second one of the same name is an error, and names mean the first
 * one. Symbols that another object could see must be unique, too.
 */
export function declare<T extends Thing>(cx: Context, thing: T, name: string = thing.name): T {
  const before = cx.things.get(name) ?? (isLocal(thing) ? undefined : cx.symbols.get(thing.name));
  if (before === undefined) {
    cx.things.set(name, thing);
    if (!isLocal(thing)) cx.symbols.set(thing.name, thing);
  } else {
    const notes = [{ message: `"${thing.name}" is declared here first`, at: before.at }];
    cx.log.error("ir/duplicate-name", thing.at, { name: thing.name }, { notes });
  }
  return thing;
}

/** What has a symbol of its own object alone, or none. */
function isLocal(thing: Thing): boolean {
  return "binding" in thing && thing.binding === "local";
}

/**
 * The kernel takes these as names of variables and functions in BTF (kernel/bpf/btf.c, btf_name_valid_identifier;
 * the dot since 6.x for sections and static variables).
 */
const SYMBOL_NAME = /^[A-Za-z_.][A-Za-z0-9_.]*$/;
/** A "$" and what follows are the document's own, as in the names of types (btf/, btfName). */
const OWN_NAME = /^[A-Za-z_.$][A-Za-z0-9_.$]*$/;

/** Whether a symbol can stand in a document as its name. */
export function isSymbolName(name: string): boolean {
  return SYMBOL_NAME.test(name);
}

/** What a thing is called. */
export interface Names {
  /** In the document. */
  readonly name: string;
  /** In the object. */
  readonly symbol: string;
}

/** The names that the keys "name" and "symbol" give; an error where they cannot be any. */
export function namesOf(cx: Context, node: JsonString, symbolNode: JsonString | undefined): Names {
  const name = node.value;
  if (symbolNode !== undefined) {
    const symbol = symbolNode.value;
    if (!OWN_NAME.test(name)) checkName(cx, name, node);
    if (symbol === "") cx.log.error("ir/bad-name", symbolNode, { name: symbol });
    else if (!SYMBOL_NAME.test(symbol)) cx.log.warn("ir/odd-symbol", symbolNode, { name: symbol });
    return { name, symbol: symbol || name };
  }
  const symbol = btfName(name);
  if (!OWN_NAME.test(name) || symbol === "") checkName(cx, name, node);
  return { name, symbol: symbol || name };
}

/** Reports a name that no symbol can have. */
export function checkName(cx: Context, name: string, at: Place): void {
  if (SYMBOL_NAME.test(name)) return;
  const hint = 'letters, digits, "_" and "." make a name, and no digit begins it';
  cx.log.error("ir/bad-name", at, { name }, { hint });
}
