// Sizes, alignments and member offsets by the C rules of the BPF target: 64-bit pointers and `long`, 16-byte
// alignment for __int128, `long double` as `double` (clang, BPFTargetInfo). Alignment is not in BTF: what an author
// asked for with `aligned` or `packed` stands beside the table.
//
// Tables may be anybody's, so every walk has a bound: chains of names by MAX_CHAIN, structs inside structs by
// MAX_NESTING.

import type { TypeTable } from "./table.js";
import type { BtfType, Member, TypeId } from "./types.js";

/** Types with the alignments in bytes that do not follow from the records. */
export interface TypeLayout {
  readonly types: TypeTable;
  readonly alignments: ReadonlyMap<TypeId, number>;
  /** What `alignOf` found out about structs, for many questions about a table that does not change any more. */
  readonly found?: Map<TypeId, number>;
}

/**
 * Typedefs, qualifiers and arrays that may stand one behind the other; a longer chain is taken for a cycle. The kernel
 * ends at 32 (MAX_RESOLVE_DEPTH); every member of a stranger's struct may lead through as many.
 */
export const MAX_CHAIN = 256;
/** Structs by value inside structs. */
const MAX_NESTING = 128;
/** sizeof(void *). */
const POINTER_SIZE = 8;

/** The type behind typedefs, qualifiers and type tags; 0 for void, and for a chain without an end. */
export function resolveType(types: TypeTable, id: TypeId): TypeId {
  let at = id;
  for (let steps = 0; steps < MAX_CHAIN && at !== 0; steps++) {
    switch (types.kindOf(at)) {
      case "typedef":
      case "const":
      case "volatile":
      case "restrict":
      case "type_tag":
        at = types.firstRef(at);
        break;
      default:
        return at;
    }
  }
  return 0;
}

/**
 * The first type that stands before more than MAX_CHAIN pointers, arrays, typedefs, qualifiers and tags, or before
 * itself, without a struct or a function between: no C spells a circle of these, and who walks along one never ends.
 */
export function findEndlessChain(types: TypeTable): TypeId | undefined {
  const lengths = new Uint16Array(types.size + 1);
  const way: TypeId[] = [];
  for (let id = 1; id <= types.size; id++) {
    way.length = 0;
    let at = id;
    while (at !== 0 && lengths[at] === 0 && way.length <= MAX_CHAIN) {
      way.push(at);
      at = nextInChain(types, at);
    }
    let length = at === 0 ? 0 : lengths[at]!;
    if (way.length + length > MAX_CHAIN) return id;
    for (let i = way.length - 1; i >= 0; i--) lengths[way[i]!] = ++length;
  }
  return undefined;
}

function nextInChain(types: TypeTable, id: TypeId): TypeId {
  switch (types.kindOf(id)) {
    case "ptr":
    case "typedef":
    case "const":
    case "volatile":
    case "restrict":
    case "type_tag":
    case "array":
      return types.firstRef(id);
    default:
      return 0;
  }
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
  // Each struct once: two members of one type in every struct would double the work at each level.
  return alignAt(layout, id, layout.found ?? new Map(), 0);
}

function alignAt(layout: TypeLayout, id: TypeId, found: Map<TypeId, number>, depth: number): number {
  const { types, alignments } = layout;
  let at = id;
  for (let steps = 0; steps < MAX_CHAIN && at !== 0; steps++) {
    const asked = alignments.get(at) ?? found.get(at);
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
        return scalarAlign(type.size);
      case "ptr":
        return POINTER_SIZE;
      case "struct":
      case "union":
        found.set(at, 1); // a struct inside itself has no alignment
        if (depth < MAX_NESTING) found.set(at, compositeAlign(layout, type, found, depth));
        return found.get(at) ?? 1;
      default:
        return 1;
    }
  }
  return 1;
}

/** A stranger's scalar may have any size: one of 12 bytes, which no target aligns to 12, stands anywhere. */
function scalarAlign(size: number): number {
  return size > 0 && size <= 16 && (size & (size - 1)) === 0 ? size : 1;
}

/** Bytes: what the members of a struct or union ask for, as far as their offsets and its size agree with it. */
export function alignOfRecord(
  layout: TypeLayout,
  record: Extract<BtfType, { kind: "struct" | "union" }>,
): number {
  return compositeAlign(layout, record, new Map(), 0);
}

/**
 * The alignment of a struct of which only the record is known: that of its members, or 1 where a member or the
 * size contradicts it, which only `packed` can do.
 */
function compositeAlign(
  layout: TypeLayout,
  { members, size }: Extract<BtfType, { kind: "struct" | "union" }>,
  found: Map<TypeId, number>,
  depth: number,
): number {
  let align = 1;
  let packed = false;
  for (const { type, offset, bits } of members) {
    const own = alignAt(layout, type, found, depth + 1);
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

/** The members of each struct that was asked, by name. A record of a table never changes once somebody asks for it. */
const indexes = new WeakMap<TypeTable, WeakMap<BtfType, ReadonlyMap<string, FoundMember>>>();

/** The member `name` of a struct or union, looked for through anonymous members as C does. */
export function findMember(types: TypeTable, id: TypeId, name: string): FoundMember | undefined {
  const composite = resolveType(types, id);
  if (composite === 0) return undefined;
  let ofTable = indexes.get(types);
  if (ofTable === undefined) {
    ofTable = new WeakMap();
    indexes.set(types, ofTable);
  }
  const record = types.at(composite);
  let found = ofTable.get(record);
  if (found === undefined) {
    // All at once: whoever asks for each of n members must not walk over all n each time.
    found = indexMembers(types, composite);
    ofTable.set(record, found);
  }
  return found.get(name);
}

function indexMembers(types: TypeTable, id: TypeId): ReadonlyMap<string, FoundMember> {
  const found = new Map<string, FoundMember>();
  const seen = new Set<TypeId>();
  const search = (start: TypeId, base: number, path: readonly number[]): void => {
    const composite = resolveType(types, start);
    // A struct that was searched is not searched again: linear, and no cycle.
    if (composite === 0 || seen.has(composite) || path.length > MAX_NESTING) return;
    seen.add(composite);
    const type = types.at(composite);
    if (type.kind !== "struct" && type.kind !== "union") return;
    for (const [index, member] of type.members.entries()) {
      const offset = base + member.offset;
      if (member.name === "") search(member.type, offset, [...path, index]);
      else if (!found.has(member.name))
        found.set(member.name, { member, offset, type: member.type, path: [...path, index] });
    }
  };
  search(id, 0, []);
  return found;
}

const namesOf = new WeakMap<TypeTable, WeakMap<BtfType, readonly string[]>>();

/** The names that `findMember` would find, in order: for suggestions. */
export function memberNames(types: TypeTable, id: TypeId): readonly string[] {
  let known = namesOf.get(types);
  if (known === undefined) {
    known = new WeakMap();
    namesOf.set(types, known);
  }
  return collectNames(types, id, known, 0);
}

/** Each struct once: one that lies deep would be walked again from every level above it. */
function collectNames(
  types: TypeTable,
  id: TypeId,
  known: WeakMap<BtfType, readonly string[]>,
  depth: number,
): readonly string[] {
  const composite = resolveType(types, id);
  const type = composite === 0 ? undefined : types.at(composite);
  if ((type?.kind !== "struct" && type?.kind !== "union") || depth > MAX_NESTING) return [];
  const before = known.get(type);
  if (before !== undefined) return before;
  known.set(type, []); // inside itself a struct has no members
  const names = new Set<string>();
  for (const member of type.members) {
    if (member.name !== "") names.add(member.name);
    else for (const name of collectNames(types, member.type, known, depth + 1)) names.add(name);
  }
  const list = [...names];
  known.set(type, list);
  return list;
}
