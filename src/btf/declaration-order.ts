// Which named types a text must declare so that others can be used in it, and in which order that reads well: what is
// mentioned stands before who mentions it, as far as cycles allow. The C parser takes any order.

import { TypeScope } from "./c-scope.js";
import { TypeMatcher } from "./equal.js";
import { PLAIN_NAMES, type TypeNames } from "./spell-names.js";
import type { TypeTable } from "./table.js";
import { type BtfType, refsOf, type TypeId } from "./types.js";

/**
 * The structs, unions, enums and typedefs that `roots` are or refer to, each once, and the types that `names` gives as
 * records. Left out is what the C parser knows by itself: names that are only forward declarations, and typedefs like
 * `__u32` where they mean the usual.
 */
export function declarationOrder(
  types: TypeTable,
  roots: Iterable<TypeId>,
  { names, own }: Pick<TypeNames, "names" | "own"> = PLAIN_NAMES,
): TypeId[] {
  const hasName = (id: TypeId): boolean => {
    const type = types.at(id);
    return own.has(id) || names.has(id) || ("name" in type && type.name !== "");
  };
  const reached = reachable(types, roots, hasName);
  const builtin = builtinTypedefs(types, reached);
  const declared = reached.filter((id) => {
    if (own.has(id)) return true;
    const type = types.at(id);
    switch (type.kind) {
      case "struct":
      case "union":
        return hasName(id);
      case "enum":
      case "enum64":
        return hasName(id) && type.values.length > 0;
      case "typedef":
        return names.has(id) || !builtin.has(id);
      default:
        return false;
    }
  });
  return inTableOrder(types, declared);
}

/**
 * Structs without members stand for the forward declarations at the end of .BTF, whose order in clang is that of no rule
 * (btf-builder.ts). Where it is not that of mention, they are declared before everything else, in the order of the
 * table: the C parser numbers types as it meets them.
 */
function inTableOrder(types: TypeTable, declared: readonly TypeId[]): TypeId[] {
  const isEmpty = (id: TypeId): boolean => {
    const type = types.at(id);
    return (type.kind === "struct" || type.kind === "union") && type.members.length === 0;
  };
  const empty = declared.filter(isEmpty);
  if (empty.length < 2) return [...declared];
  const mentioned = mentionOrder(types, declared).filter(isEmpty);
  if (mentioned.every((id, i) => i === 0 || mentioned[i - 1]! < id)) return [...declared];
  return [...empty.sort((x, y) => x - y), ...declared.filter((id) => !isEmpty(id))];
}

/** The types that these declarations mention, and their own names, in the order of the text. */
function mentionOrder(types: TypeTable, declared: readonly TypeId[]): TypeId[] {
  const inText = new Set(declared);
  const mentioned = new Set<TypeId>();
  for (const root of declared) {
    const work = [...refsOf(types.at(root))].reverse();
    for (let id = work.pop(); id !== undefined; id = work.pop()) {
      if (id === 0 || mentioned.has(id)) continue;
      mentioned.add(id);
      if (!inText.has(id)) work.push(...[...refsOf(types.at(id))].reverse());
    }
    mentioned.add(root);
  }
  return [...mentioned];
}

/**
 * How much of a type must be declared before a place that mentions it: its name, for a pointer, or all of it. A struct
 * of which only the name is needed may follow later.
 */
type Need = "name" | "all";

/** All types behind `roots`, each behind those that its declaration needs. */
function reachable(types: TypeTable, roots: Iterable<TypeId>, hasName: (id: TypeId) => boolean): TypeId[] {
  const order = new Set<TypeId>();
  const seen: Readonly<Record<Need, Set<TypeId>>> = { name: new Set(), all: new Set() };
  // Structs behind pointers wait here until what mentions them is through.
  const later: TypeId[] = [...roots];
  // The way from the root to here; recursion would end where a list of a stranger does not.
  const way: { id: TypeId; refs: readonly [TypeId, Need][]; next: number }[] = [];
  const enter = (id: TypeId, need: Need): void => {
    if (id === 0 || seen.all.has(id) || seen[need].has(id)) return;
    seen[need].add(id);
    const type = types.at(id);
    if (need === "name" && (type.kind === "struct" || type.kind === "union") && hasName(id)) {
      later.push(id);
      return;
    }
    way.push({ id, refs: needsOf(type, need), next: 0 });
  };
  for (let i = 0; i < later.length; i++) {
    enter(later[i]!, "all");
    for (let here = way.at(-1); here !== undefined; here = way.at(-1)) {
      const ref = here.refs[here.next++];
      if (ref !== undefined) {
        enter(...ref);
      } else {
        order.add(here.id);
        way.pop();
      }
    }
  }
  return [...order];
}

function needsOf(type: BtfType, need: Need): [TypeId, Need][] {
  switch (type.kind) {
    case "ptr":
    case "func_proto":
      return refsOf(type).map((ref) => [ref, "name"]);
    case "typedef":
    case "const":
    case "volatile":
    case "restrict":
    case "type_tag":
      return [[type.type, need]];
    default:
      return refsOf(type).map((ref) => [ref, "all"]);
  }
}

/** Typedefs among `ids` that say what the C parser takes their names for anyway. */
function builtinTypedefs(types: TypeTable, ids: readonly TypeId[]): ReadonlySet<TypeId> {
  const scope = new TypeScope();
  const candidates: [TypeId, TypeId][] = [];
  for (const id of ids) {
    const type = types.at(id);
    if (type.kind !== "typedef") continue;
    const known = scope.typedefs.get(type.name) ?? scope.builtinTypedef(type.name);
    if (known !== undefined) candidates.push([id, known]);
  }
  const matcher = new TypeMatcher(types, scope.types);
  return new Set(candidates.filter(([id, known]) => matcher.same(id, known)).map(([id]) => id));
}
