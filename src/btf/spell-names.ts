// Names for the types of a table in a text of C: where two types have one name, where several places mean one type
// that has none, and where C has no words for a type at all. C says such things with names of the document's own
// (c-scope.ts, `btfName`; own-types.ts): `struct node$2`, `struct $pair`, `$Option_u32`.

import { uniqueNames } from "../base/index.js";
import { findInexpressible, type PrototypeOf } from "./inexpressible.js";
import { LayoutSpeller, type RecordSpelling } from "./spell-layout.js";
import type { TypeTable } from "./table.js";
import { type BtfType, type Member, refsOf, type TypeId } from "./types.js";

/** What each type of a table is called in one text. */
export interface TypeNames {
  /** Tags and typedefs that are not those of BTF, and the tags of types that have none there. */
  readonly names: ReadonlyMap<TypeId, string>;
  /** Enumerators that are not called as in BTF, by their enum and their index. */
  readonly enumerators: ReadonlyMap<TypeId, ReadonlyMap<number, string>>;
  /** Types that are given as records, and the name of each, with its "$". */
  readonly own: ReadonlyMap<TypeId, string>;
}

/** BTF's own, whatever they are. */
export const PLAIN_NAMES: TypeNames = { names: new Map(), enumerators: new Map(), own: new Map() };

/**
 * `mentions` are the types that the text names elsewhere, each as often as it does; `prototypes` are those of
 * functions, which C gives parameters with names.
 */
export function spellNames(
  types: TypeTable,
  mentions: readonly TypeId[],
  prototypes: ReadonlyMap<TypeId, PrototypeOf> = new Map(),
): TypeNames {
  const layouts = new LayoutSpeller(types);
  const reached = reach(types, mentions);
  const hopeless = findInexpressible(types, reached, layouts, prototypes);
  const shared = findShared(types, mentions, hopeless, layouts);
  const tags = new Set<string>();
  const ordinary = new Set<string>();
  // The second of a name in C, and of a name of our own.
  const [tag, ownTag] = [numbered(tags, "$"), numbered(tags, "_")];
  const [word, ownWord] = [numbered(ordinary, "$"), numbered(ordinary, "_")];
  const names = new Map<TypeId, string>();
  const enumerators = new Map<TypeId, Map<number, string>>();
  const own = new Map<TypeId, string>();
  const forwards: { readonly id: TypeId; readonly name: string }[] = [];
  for (const id of reached) {
    const type = types.at(id);
    if (hopeless.has(id)) {
      own.set(id, ownWord(`$${plain("name" in type ? type.name : type.kind)}`));
      continue;
    }
    switch (type.kind) {
      case "fwd":
        forwards.push({ id, name: type.name });
        break;
      case "struct":
      case "union":
      case "enum":
      case "enum64": {
        if (type.name !== "" || shared.has(id)) {
          const name = type.name === "" ? ownTag(`$${nameByParts(type)}`) : tag(type.name);
          if (name !== type.name) names.set(id, name);
        }
        if (type.kind === "enum" || type.kind === "enum64") {
          for (const [index, value] of type.values.entries()) {
            const name = word(value.name);
            if (name === value.name) continue;
            const renamed = enumerators.get(id) ?? new Map<number, string>();
            enumerators.set(id, renamed.set(index, name));
          }
        }
        break;
      }
      case "typedef": {
        const name = word(type.name);
        if (name !== type.name) names.set(id, name);
        break;
      }
      default:
        break;
    }
  }
  // Last, so that a struct that is defined keeps its name beside one that is only declared.
  for (const { id, name } of forwards) {
    const given = tag(name);
    if (given !== name) names.set(id, given);
  }
  return { names, enumerators, own };
}

/** Names of one name space, each given once. */
function numbered(used: Set<string>, separator: "$" | "_"): (base: string) => string {
  return uniqueNames(used, (base, count) => `${base}${separator}${count}`, 2);
}

/** Parts of a name that a name is made of, and their length: enough to tell what it is. */
const MAX_PARTS = 3;
const MAX_LENGTH = 40;

/** What the parts of a type without a name say of it: a name that other types in the text do not change. */
function nameByParts(type: Extract<BtfType, { kind: "struct" | "union" | "enum" | "enum64" }>): string {
  const parts = "members" in type ? type.members : type.values;
  const words = parts.map(({ name }) => name).filter((name) => name !== "");
  return plain(words.slice(0, MAX_PARTS).join("_"));
}

/** Without the characters that no name of C has. */
function plain(text: string): string {
  const name = text.replace(/[^A-Za-z0-9]+/g, "_").replace(/^_+|_+$/g, "");
  return name === "" ? "type" : name.slice(0, MAX_LENGTH);
}

/** All types that can be reached, in the order of their first mention. The index type of an array is the compiler's. */
function reach(types: TypeTable, mentions: readonly TypeId[]): ReadonlySet<TypeId> {
  const reached = new Set<TypeId>();
  const work = [...mentions].reverse();
  for (let id = work.pop(); id !== undefined; id = work.pop()) {
    if (id === 0 || reached.has(id)) continue;
    reached.add(id);
    const type = types.at(id);
    const refs = type.kind === "array" ? [type.element] : refsOf(type);
    for (let i = refs.length - 1; i >= 0; i--) work.push(refs[i]!);
  }
  return reached;
}

/** Types without a name that more than one place of the text means. */
function findShared(
  types: TypeTable,
  mentions: readonly TypeId[],
  hopeless: ReadonlySet<TypeId>,
  layouts: LayoutSpeller,
): ReadonlySet<TypeId> {
  const visits = new Map<TypeId, number>();
  const shared = new Set<TypeId>();
  const work = [...mentions];
  for (let id = work.pop(); id !== undefined; id = work.pop()) {
    const count = visits.get(id) ?? 0;
    // What a type leads to is mentioned as often as the type, and twice is as good as often.
    if (id === 0 || count >= 2) continue;
    visits.set(id, count + 1);
    const type = types.at(id);
    if (hopeless.has(id)) {
      if (count === 0) work.push(...refsOf(type));
      continue;
    }
    switch (type.kind) {
      case "struct":
      case "union":
        if (count === 0) work.push(...mentionsOfMembers(types, type.members, layouts.spelling(id)));
        else if (type.name === "") shared.add(id);
        break;
      case "enum":
      case "enum64":
        if (count > 0 && type.name === "") shared.add(id);
        break;
      case "typedef":
        if (count === 0) work.push(type.type);
        break;
      case "array":
        work.push(type.element);
        break;
      default:
        work.push(...refsOf(type));
    }
  }
  return shared;
}

/** Neighbours of one type without a name are declared together (print-c.ts), so that both mention it once. */
function mentionsOfMembers(
  types: TypeTable,
  members: readonly Member[],
  { items }: RecordSpelling,
): TypeId[] {
  const found: TypeId[] = [];
  let before: Member | undefined;
  for (const item of items) {
    const member = item.kind === "padding" ? undefined : members[item.index];
    if (member !== undefined && !(before !== undefined && areNeighbours(types, before, member))) {
      found.push(member.type);
    }
    before = member;
  }
  return found;
}

/** Whether two members that follow each other are declared with one type without a name: `struct { int a; } x, *y;`. */
export function areNeighbours(types: TypeTable, a: Member, b: Member): boolean {
  if (a.name === "" || b.name === "") return false;
  const base = baseOf(types, a.type);
  return base !== undefined && base === baseOf(types, b.type);
}

/** What a declarator of this type is declared with, where that has no name: the base type, and what qualifies it. */
function baseOf(types: TypeTable, id: TypeId): string | undefined {
  let quals: string[] = [];
  // Behind a longer chain is nothing that can be declared.
  for (let at = id, steps = 0; at !== 0 && steps < types.size; steps++) {
    const type = types.at(at);
    switch (type.kind) {
      case "const":
      case "volatile":
      case "restrict":
        quals.push(type.kind);
        at = type.type;
        break;
      case "type_tag":
        quals.push(`"${type.value}`);
        at = type.type;
        break;
      case "ptr":
        quals = [];
        at = type.type;
        break;
      case "array":
        at = type.element;
        break;
      case "func_proto":
        quals = [];
        at = type.result;
        break;
      case "struct":
      case "union":
      case "enum":
      case "enum64":
        return type.name === "" ? `${at} ${quals.sort().join()}` : undefined;
      default:
        return undefined;
    }
  }
  return undefined;
}
