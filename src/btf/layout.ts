// Sizes, alignments and member offsets by the C rules of the BPF target: 64-bit pointers and `long`, 16-byte
// alignment for __int128, `long double` as `double` (clang, BPFTargetInfo). Alignment is not in BTF: what an author
// asked for with `aligned` or `packed` stands beside the table.
//
// Tables may be anybody's, so every walk has a bound: chains of names by MAX_CHAIN, structs inside structs by
// MAX_NESTING.

import type { Member, TypeId, TypeTable } from "./types.js";

/** Types with the alignments in bytes that do not follow from the records. */
export interface TypeLayout {
  readonly types: TypeTable;
  readonly alignments: ReadonlyMap<TypeId, number>;
}

/** Typedefs, qualifiers and arrays that may stand one behind the other; a longer chain is taken for a cycle. */
const MAX_CHAIN = 4096;
/** Structs by value inside structs. */
const MAX_NESTING = 128;
/** sizeof(void *). */
const POINTER_SIZE = 8;

/** The type behind typedefs, qualifiers and type tags; 0 for void, and for a chain without an end. */
export function resolveType(types: TypeTable, id: TypeId): TypeId {
  let at = id;
  for (let steps = 0; steps < MAX_CHAIN && at !== 0; steps++) {
    const type = types.at(at);
    switch (type.kind) {
      case "typedef":
      case "const":
      case "volatile":
      case "restrict":
      case "type_tag":
        at = type.type;
        break;
      default:
        return at;
    }
  }
  return 0;
}

/** sizeof in bytes; `undefined` for what has no size: void, functions, forward declarations. */
export function sizeOf(types: TypeTable, id: TypeId): number | undefined {
  let count = 1;
  let at = resolveType(types, id);
  for (let steps = 0; steps < MAX_CHAIN && at !== 0; steps++) {
    const type = types.at(at);
    switch (type.kind) {
      case "int":
      case "float":
      case "struct":
      case "union":
        return count * type.size;
      case "enum":
      case "enum64":
        return type.size === 0 ? undefined : count * type.size; // a forward declaration has the size 0
      case "ptr":
        return count * POINTER_SIZE;
      case "array":
        count *= type.length;
        at = resolveType(types, type.element);
        break;
      default:
        return undefined;
    }
  }
  return undefined;
}

/** _Alignof in bytes: what was asked for, else what the parts ask for. 1 for what has no size. */
export function alignOf(layout: TypeLayout, id: TypeId): number {
  return alignAt(layout, id, 0);
}

function alignAt(layout: TypeLayout, id: TypeId, depth: number): number {
  const { types, alignments } = layout;
  let at = id;
  for (let steps = 0; steps < MAX_CHAIN && at !== 0; steps++) {
    const asked = alignments.get(at);
    if (asked !== undefined) return asked;
    const type = types.at(at);
    switch (type.kind) {
      case "typedef":
      case "const":
      case "volatile":
      case "restrict":
      case "type_tag":
        at = type.type;
        break;
      case "array":
        at = type.element;
        break;
      case "int":
      case "float":
      case "enum":
      case "enum64":
        return Math.max(type.size, 1);
      case "ptr":
        return POINTER_SIZE;
      case "struct":
      case "union":
        return depth < MAX_NESTING ? compositeAlign(layout, type.members, type.size, depth) : 1;
      default:
        return 1;
    }
  }
  return 1;
}

/**
 * The alignment of a struct of which only the record is known: that of its members, or 1 where a member or the
 * size contradicts it, which only `packed` can do.
 */
function compositeAlign(layout: TypeLayout, members: readonly Member[], size: number, depth: number): number {
  let align = 1;
  let packed = false;
  for (const { type, offset, bits } of members) {
    const own = alignAt(layout, type, depth + 1);
    align = Math.max(align, own);
    if (bits === 0 && offset % (own * 8) !== 0) packed = true;
  }
  return packed || size % align !== 0 ? 1 : align;
}

export interface FoundMember {
  readonly member: Member;
  /** Bits from the start of the struct that was asked. */
  readonly offset: number;
  readonly type: TypeId;
  /** Member indices from the outer struct down: what a CO-RE access string is made of. */
  readonly path: readonly number[];
}

/** The member `name` of a struct or union, looked for through anonymous members as C does. */
export function findMember(types: TypeTable, id: TypeId, name: string): FoundMember | undefined {
  const seen = new Set<TypeId>();
  const search = (start: TypeId, base: number, path: readonly number[]): FoundMember | undefined => {
    const composite = resolveType(types, start);
    // A struct that was searched in vain is not searched again: linear, and no cycle.
    if (composite === 0 || seen.has(composite) || path.length > MAX_NESTING) return undefined;
    seen.add(composite);
    const type = types.at(composite);
    if (type.kind !== "struct" && type.kind !== "union") return undefined;
    for (const [index, member] of type.members.entries()) {
      const offset = base + member.offset;
      if (member.name === name && name !== "")
        return { member, offset, type: member.type, path: [...path, index] };
      if (member.name !== "") continue;
      const inner = search(member.type, offset, [...path, index]);
      if (inner !== undefined) return inner;
    }
    return undefined;
  };
  return search(id, 0, []);
}

/** The names that `findMember` would find, in order: for suggestions. */
export function memberNames(types: TypeTable, id: TypeId): string[] {
  const names: string[] = [];
  const seen = new Set<TypeId>();
  const collect = (start: TypeId, depth: number): void => {
    const composite = resolveType(types, start);
    if (composite === 0 || seen.has(composite) || depth > MAX_NESTING) return;
    seen.add(composite);
    const type = types.at(composite);
    if (type.kind !== "struct" && type.kind !== "union") return;
    for (const member of type.members) {
      if (member.name !== "") names.push(member.name);
      else collect(member.type, depth + 1);
    }
  };
  collect(id, 0);
  return names;
}
