// The order of functions and variables, which an object shows in pieces only: in the ids of FUNC and VAR records, in
// the offsets inside a section, in the order of section headers, in the symbol table, and in the places where types
// of constants without a name stand among those of variables. Each piece is a chain of things that follow each other;
// any order that agrees with all chains gives the same object again (placement.ts, symbols.ts, debug.ts).
//
// Where another tool wrote the object the chains may contradict each other. Then the weaker ones are left out: the
// result means the same and is only laid out otherwise.

import { append } from "../base/index.js";
import type { BtfType, TypeId, TypeTable } from "../btf/index.js";
import { type ElfObject, STB_LOCAL, STT_SECTION } from "../elf/index.js";
import type { DataVariable, ExternVariable, Func, Variable } from "../ir/index.js";
import type { DebugInfo } from "./lift-btf.js";
import type { Known, Lifted, Open, Survey } from "./lift-context.js";
import type { Things } from "./lift-index.js";

/** Things of which each comes before the next. */
type Chain<T> = readonly T[];

/**
 * An order of `things` that agrees with the chains; among those that may come next, the first of `things` does. `chains`
 * are in groups, strongest first: while they contradict each other, the last group is left out.
 */
function mergeChains<T>(things: readonly T[], groups: readonly (readonly Chain<T>[])[]): readonly T[] {
  for (let count = groups.length; count > 0; count--) {
    const order = sortByChains(things, groups.slice(0, count).flat());
    if (order !== undefined) return order;
  }
  return things;
}

function sortByChains<T>(things: readonly T[], chains: readonly Chain<T>[]): T[] | undefined {
  const indexOf = new Map(things.map((thing, index) => [thing, index]));
  // Who follows whom, as linked lists: `last` of a thing is its newest edge, `before` of an edge the one before it.
  const count = chains.reduce((sum, chain) => sum + chain.length, 0);
  const [last, before, follower] = [
    new Int32Array(things.length),
    new Int32Array(count + 1),
    new Int32Array(count + 1),
  ];
  let edges = 0;
  const waitsFor = new Int32Array(things.length);
  for (const chain of chains) {
    for (let i = 1; i < chain.length; i++) {
      const first = indexOf.get(chain[i - 1]!);
      const second = indexOf.get(chain[i]!);
      if (first === undefined || second === undefined || first === second) continue;
      edges += 1; // from 1: 0 is none
      before[edges] = last[first]!;
      follower[edges] = second;
      last[first] = edges;
      waitsFor[second]!++;
    }
  }
  const ready = new Heap();
  for (let i = 0; i < things.length; i++) if (waitsFor[i] === 0) ready.push(i);
  const order: T[] = [];
  for (let i = ready.pop(); i !== undefined; i = ready.pop()) {
    order.push(things[i]!);
    for (let edge = last[i]!; edge !== 0; edge = before[edge]!) {
      const next = follower[edge]!;
      waitsFor[next]!--;
      if (waitsFor[next] === 0) ready.push(next);
    }
  }
  return order.length === things.length ? order : undefined;
}

/** Numbers, the smallest first. */
class Heap {
  readonly #items: number[] = [];

  push(value: number): void {
    const items = this.#items;
    let at = items.length;
    items.push(value);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (items[parent]! <= value) break;
      items[at] = items[parent]!;
      at = parent;
    }
    items[at] = value;
  }

  pop(): number | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (top === undefined || last === undefined || items.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && items[child + 1]! < items[child]!) child++;
      if (items[child]! >= last) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = last;
    return top;
  }
}

/** What an order is recovered from. */
export interface Evidence {
  readonly object: ElfObject;
  readonly survey: Survey;
  readonly debug: DebugInfo;
  readonly things: Things;
  /** What code refers to: it has its symbol before everything that code does not mention. */
  readonly mentioned: ReadonlySet<Known>;
  /** Id in .BTF to id in the Module. */
  readonly idOf: (id: TypeId) => TypeId;
}

/** The functions as clang met them; where nothing tells, programs come before subprograms. */
export function orderFunctions(evidence: Evidence): readonly Func[] {
  const { object, survey, things, mentioned } = evidence;
  const bySection = survey.code.map((section) =>
    things.in(section).flatMap(({ thing }) => (thing.kind === "func" ? [thing] : [])),
  );
  const isProgram = (func: Open<Func>): boolean => func.section !== ".text";
  const all = bySection.flat();
  const symbols = object.symbols.flatMap((symbol) => {
    const thing = things.bySymbol.get(symbol);
    return thing?.kind === "func" && !mentioned.has(thing)
      ? [{ thing, local: symbol.binding === STB_LOCAL }]
      : [];
  });
  return mergeChains(
    [...all.filter(isProgram), ...all.filter((func) => !isProgram(func))],
    [
      bySection,
      [byId(all, things)],
      // .text stands first whatever it holds.
      [bySection.flatMap((list) => (list[0] !== undefined && isProgram(list[0]) ? [list[0]] : []))],
      [symbols.filter(({ local }) => local).map(({ thing }) => thing)],
      [symbols.filter(({ local }) => !local).map(({ thing }) => thing)],
    ],
  );
}

/** Those with a FUNC or VAR, in the order of the records. */
function byId<T extends Known>(all: readonly T[], things: Things): T[] {
  const known = all.flatMap((thing) => {
    const id = things.ids.get(thing);
    return id === undefined ? [] : [{ thing, id }];
  });
  return known.sort((a, b) => a.id - b.id).map(({ thing }) => thing);
}

/** The variables as clang met them; where nothing tells: maps, data, the license, externs. */
export function orderVariables(evidence: Evidence): readonly (Variable | ExternVariable)[] {
  const { survey, things } = evidence;
  const bySection = survey.data.map((section) =>
    things.in(section).flatMap(({ thing }) => variableOf(thing)),
  );
  const placed = bySection.flat();
  const externs = [...things.bySymbol.values()].filter((thing) => thing.kind === "extern_variable");
  const all: (Variable | ExternVariable)[] = [
    ...placed.filter(({ kind }) => kind === "map"),
    ...placed.filter(({ kind, section }) => kind === "data" && section !== "license"),
    ...placed.filter(({ section }) => section === "license"),
    ...externs,
  ];
  const maps = byId(
    all.filter(({ kind }) => kind === "map"),
    things,
  );
  const others = byId(
    all.filter(({ kind }) => kind !== "map"),
    things,
  );
  return mergeChains(all, [
    bySection,
    [maps, others],
    [bySection.flatMap((list) => (list[0] === undefined ? [] : [list[0]]))],
    placeTypedPrivates(evidence, placed, others),
    symbolChains(evidence, placed),
  ]);
}

/** Functions and externs have orders of their own. */
function variableOf(thing: Lifted): Variable[] {
  return thing.kind === "map" || thing.kind === "data" ? [thing] : [];
}

/**
 * The symbols that variables bring, local and global: a variable's own, before that of its section if it opens it.
 * What code or another variable mentions was there before.
 */
function symbolChains(
  { object, survey, things, mentioned: byCode }: Evidence,
  placed: readonly Variable[],
): Chain<Variable>[] {
  const mentioned = new Set<unknown>(byCode);
  for (const variable of placed) {
    const refs = variable.kind === "map" ? variable.init : variable.pointers.map(({ ref }) => ref);
    for (const ref of refs) if (ref !== undefined) mentioned.add(ref.to);
  }
  const openers = new Map(
    survey.data.map((section) => [section, things.in(section).flatMap(({ thing }) => variableOf(thing))[0]]),
  );
  const local: Variable[] = [];
  const global: Variable[] = [];
  for (const symbol of object.symbols) {
    const thing = things.bySymbol.get(symbol);
    const opener =
      symbol.type === STT_SECTION && symbol.section !== undefined ? openers.get(symbol.section) : undefined;
    const variable = opener ?? (thing?.kind === "map" || thing?.kind === "data" ? thing : undefined);
    if (variable === undefined || (opener === undefined && mentioned.has(variable))) continue;
    (symbol.binding === STB_LOCAL ? local : global).push(variable);
  }
  return [local, global];
}

/**
 * Literals have array types in .BTF, though no VAR. Such an array stands where nothing else mentions it, and then a
 * constant of that size must stand between the variables around it. Returns what must precede what, and gives these
 * constants their types.
 */
function placeTypedPrivates(
  { debug: { types }, things, idOf }: Evidence,
  placed: readonly Variable[],
  others: readonly (Variable | ExternVariable)[],
): Chain<Variable | ExternVariable>[] {
  const bySize = new Map<number, Open<DataVariable>[]>();
  for (const variable of placed) {
    if (variable.kind !== "data" || !variable.private) continue;
    append(bySize, variable.bytes.length, variable);
  }
  const chains: Chain<Variable | ExternVariable>[] = [];
  if (bySize.size === 0) return chains;
  const taken = new Map<number, number>();
  let next = 0;
  let last: Variable | ExternVariable | undefined;
  for (const { id, size } of unexplainedArrays(types)) {
    while (next < others.length && things.ids.get(others[next]!)! < id) last = others[next++];
    const index = taken.get(size) ?? 0;
    const constant = bySize.get(size)?.[index];
    if (constant === undefined) continue;
    taken.set(size, index + 1);
    constant.type = idOf(id);
    const after = others[next];
    if (last !== undefined) chains.push([last, constant]);
    if (after !== undefined) chains.push([constant, after]);
    last = constant;
  }
  return chains;
}

/**
 * Arrays of characters that no type, and not the next VAR, has brought into the list, ascending. (A type stands behind
 * what mentions it first, but for the element of an array.)
 */
function unexplainedArrays(types: TypeTable): { readonly id: TypeId; readonly size: number }[] {
  const explained = new Set<TypeId>();
  const found: { readonly id: TypeId; readonly size: number }[] = [];
  let open = 0; // of `found`, those since the last VAR
  for (const id of types.ids()) {
    const kind = types.kindOf(id);
    const type = kind === "array" || kind === "var" ? types.at(id) : undefined;
    if (type?.kind === "array") {
      const size = explained.has(id) ? undefined : sizeOfText(types, type);
      if (size !== undefined) found.push({ id, size });
      if (found.at(-1)?.id === type.element) found.pop();
    } else if (type?.kind === "var") {
      // The type of a variable needs no constant, unless one has come between.
      if (found.length > open && found.at(-1)!.id === type.type) found.pop();
      open = found.length;
    } else {
      types.forEachRef(id, (ref) => explained.add(ref));
    }
  }
  return found;
}

function sizeOfText(
  types: TypeTable,
  { element, length }: Extract<BtfType, { kind: "array" }>,
): number | undefined {
  const type = element === 0 ? undefined : types.at(element);
  return type?.kind === "int" ? type.size * length : undefined;
}
