// Names that inputs share, and which of their definitions counts. Source: ELF gABI, chapter 4, symbol table (binding and
// visibility). Of the definitions of one name, a strong one counts, else the first weak one; two strong ones are an
// error, wherever they stand. What counts is decided when all inputs are known, so that a reference in one file never
// decides about definitions in two others.
//
// That the declarations agree with what counts is agree.ts.

import { append, type Log, type Note } from "../base/index.js";
import { resolveType } from "../btf/index.js";
import type { Extern } from "../ir/index.js";
import {
  isExtern,
  isOfKernel,
  isPrivate,
  isShared,
  isUntyped,
  kindOf,
  type LinkInput,
  type Thing,
  thingsOf,
} from "./things.js";

/** A definition or declaration of a name, with the index of its input. */
export interface Mention<T extends Thing = Thing> {
  readonly thing: T;
  readonly input: number;
}

/** All that the inputs say of one name. */
export interface Resolution {
  readonly name: string;
  /** In the order of the inputs. */
  readonly mentions: readonly Mention[];
  /** What the name means in the result: a definition, or the one of several externs that is kept. */
  readonly winner: Mention;
  /** Some input asks for STV_HIDDEN: the more constraining visibility counts (gABI). */
  readonly hidden: boolean;
}

/** Resolves every shared name. Names of two kinds are errors in the log; two strong definitions are duplicates.ts. */
export function resolveNames(inputs: readonly LinkInput[], log: Log): ReadonlyMap<string, Resolution> {
  const mentions = new Map<string, Mention[]>();
  for (const [input, { module }] of inputs.entries()) {
    for (const thing of thingsOf(module)) {
      if (!isShared(thing)) continue;
      append(mentions, thing.name, { thing, input });
    }
  }
  const resolved = new Map<string, Resolution>();
  for (const [name, list] of mentions) {
    const winner = winnerOf(list, inputs);
    for (const mention of list) checkKind(mention, winner, inputs, log);
    const hidden = list.some(({ thing }) => !isPrivate(thing) && thing.hidden);
    resolved.set(name, { name, mentions: list, winner, hidden });
  }
  return resolved;
}

/** A strong definition, else common storage, else the first weak definition, else the declaration that says most. */
function winnerOf(mentions: readonly Mention[], inputs: readonly LinkInput[]): Mention {
  const definition =
    mentions.find(isStrong) ?? largestCommon(mentions) ?? mentions.find(({ thing }) => !isExtern(thing));
  if (definition !== undefined) return definition;
  // Of declarations, the one counts that says most: who defines the name, and of which type it is.
  const rank = ({ thing, input }: Mention): number =>
    isExtern(thing) ? (thing.section === "" ? 0 : 2) + (saysNoType(thing, inputs[input]!) ? 0 : 1) : 0;
  return mentions.reduce((best, mention) => (rank(mention) > rank(best) ? mention : best));
}

/** Common symbols of one name are one, of the largest size (gABI, SHN_COMMON); linkers put them before weak ones. */
function largestCommon(mentions: readonly Mention[]): Mention | undefined {
  const sizeOf = ({ thing }: Mention): number => (thing.kind === "data" ? thing.bytes.length : 0);
  const common = mentions.filter(({ thing }) => isCommon(thing));
  return common.reduce<Mention | undefined>(
    (best, mention) => (best === undefined || sizeOf(mention) > sizeOf(best) ? mention : best),
    undefined,
  );
}

/** Storage without a place yet: SHN_COMMON, which old compilers make of `int x;`. */
function isCommon(thing: Thing): boolean {
  return thing.kind === "data" && thing.common === true;
}

/** `extern const void x`. */
function saysNoType(extern: Extern, { module }: LinkInput): boolean {
  if (isUntyped(extern)) return true;
  return extern.kind === "extern_variable" && resolveType(module.types, extern.type) === 0;
}

/** Defines the name, and gives way to no other definition. */
export function isStrong({ thing }: Mention): boolean {
  return !isExtern(thing) && thing.binding === "global" && !isCommon(thing);
}

/** A function is not a variable, and a map is neither; an extern variable may turn out to be a map. */
function checkKind(mention: Mention, winner: Mention, inputs: readonly LinkInput[], log: Log): void {
  const [here, there] = [classOf(mention.thing), classOf(winner.thing)];
  if (here === there || (here === "variable" && there === "map" && isExtern(mention.thing))) {
    checkSection(mention, winner, inputs, log);
    return;
  }
  const { name } = mention.thing;
  const notes: Note[] = [{ message: `"${name}" is a ${there} here`, at: winner.thing.at }];
  const args = { name, actual: `a ${here}`, expected: `a ${there}`, file: inputs[winner.input]!.name };
  log.error("link/kind-mismatch", mention.thing.at, args, { notes });
}

/** What code does with the name: it calls it, reads it, or hands it to helpers. */
function classOf(thing: Thing): "function" | "variable" | "map" {
  if (thing.kind === "extern_function") return "function";
  if (thing.kind === "extern_variable") return thing.section === ".maps" ? "map" : "variable";
  const kind = kindOf(thing);
  return kind === "map" || kind === "function" ? kind : "variable";
}

/** An extern that names a section gets its definition from there: code may depend on it (the address space of an arena). */
function checkSection(mention: Mention, winner: Mention, inputs: readonly LinkInput[], log: Log): void {
  const { thing } = mention;
  if (!isExtern(thing) || thing.section === "" || thing.section === winner.thing.section) return;
  const { name, section } = thing;
  const file = inputs[winner.input]!.name;
  const notes: Note[] = [{ message: `"${name}" is declared otherwise here`, at: winner.thing.at }];
  const actual = winner.thing.section;
  if (isOfKernel(thing) && !isExtern(winner.thing) && section === ".ksyms") {
    log.warn("link/ksym-defined", thing.at, { name, file }, { notes });
  } else {
    log.error("link/section-mismatch", thing.at, { name, section, actual, file }, { notes });
  }
}
