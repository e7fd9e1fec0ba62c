// Types that are given as the records which they are in BTF (btf.rst, section 2), for what C cannot spell: a name
// that is no identifier, members out of order or over each other, an integer that is none of C's. Each has a name of
// the document's own, `$name`, by which C text uses it; the object does not have that name.
//
// c-order.ts reads them among the C declarations: the types that a record refers to are spelled in C.

import type { NameSpace } from "./c-cursor.js";
import type { TypeScope } from "./c-scope.js";
import { alignOf, resolveType } from "./layout.js";
import { type BtfType, mapRefs, type TypeId } from "./types.js";

/** A type under a name of the document's own. */
export interface OwnType {
  /** With its "$". */
  readonly id: string;
  /** A type of C, or one that BTF alone can say; references are positions in `spellings`, counted from 1. */
  readonly record: BtfType;
  /** C type names. */
  readonly spellings: readonly string[];
  /** Bytes; `undefined` where the members decide. */
  readonly align: number | undefined;
  readonly tags: readonly OwnTag[];
}

export interface OwnTag {
  readonly value: string;
  /** Index of the member that is tagged, or -1. */
  readonly component: number;
  readonly attribute: boolean;
}

/** Gives the type its id before it is read, where C could refer to it by then: a struct may hold pointers to itself. */
export function announceOwnType(scope: TypeScope, { id: name, record }: OwnType): void {
  if (record.kind !== "struct" && record.kind !== "union") return;
  const id = scope.types.add({ kind: "fwd", name: record.name, union: record.kind === "union" });
  scope.typedefs.set(name, id);
  scope.definitions.set(id, { space: "ordinary", name });
}

/** Puts the record in its place. `read` gives the type of a spelling; `demand` reads a declaration that is needed. */
export function completeOwnType(
  scope: TypeScope,
  own: OwnType,
  read: (spelling: number) => TypeId,
  demand: (space: NameSpace, name: string) => void,
): void {
  const announced = scope.typedefs.get(own.id);
  if (announced !== undefined) scope.defining.add(announced);
  const ids = own.spellings.map((_, i) => read(i));
  const record = mapRefs(own.record, (ref) => ids[ref - 1] ?? 0);
  const composite = record.kind === "struct" || record.kind === "union";
  if (composite) for (const { type } of record.members) completePart(scope, type, demand);
  let id = announced;
  if (id === undefined) {
    id = scope.types.add(record);
    scope.typedefs.set(own.id, id);
  } else {
    scope.types.set(id, record);
    scope.defining.delete(id);
  }
  if (composite) scope.alignments.set(id, own.align ?? alignOf(scope, id));
  for (const { value, component, attribute } of own.tags) {
    scope.types.add({ kind: "decl_tag", value, type: id, component, attribute });
  }
}

/** The alignment of a member counts, so that its struct must be read first, wherever it stands. */
function completePart(
  { types, definitions }: TypeScope,
  type: TypeId,
  demand: (space: NameSpace, name: string) => void,
): void {
  let id = resolveType(types, type);
  for (let at = id === 0 ? undefined : types.at(id); at?.kind === "array"; ) {
    id = resolveType(types, at.element);
    at = id === 0 ? undefined : types.at(id);
  }
  const definition = definitions.get(id);
  if (definition !== undefined && types.at(id).kind === "fwd") demand(definition.space, definition.name);
}
