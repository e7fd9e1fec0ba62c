// Keys of types: equal keys are equal types, whichever table they are in. A key is the number of a list that holds what
// the record says, with the keys of the types that it refers to; types.ts tells why that ends.
//
// The lists are made of the words of the records (btf/packed.ts), and names count by their bytes: what fifty inputs
// bring of the same types is found to be known before anything is made of it.

import {
  BTF_KINDS,
  BtfStrings,
  type BtfType,
  declTagsByTarget,
  HEAD_WORDS,
  kindNumber,
  type PackedTypes,
  resolveType,
  shapeOf,
  type TypeId,
  type TypeTable,
  wordsBehind,
} from "../btf/index.js";
import { Numbering } from "./numbering.js";

/** By-value nesting and chains of derived types that a key goes into; what is deeper is merged with nothing. */
const MAX_DEPTH = 200;

/** Marks a key that is being made. */
const PENDING = -1;

/** What a list of the numbering begins with where it is no record: no info word has all of its upper bits set. */
const ALONE = -1;
const TAG = -2;

/** What a reference stands for in a key: the type with all that it holds, */
const WHOLE = 0;
/** a member of a struct, up to its first pointer, behind which names count, */
const MEMBER = 1;
/** or what is behind such a pointer. */
const NAMED = 2;
type Way = typeof WHOLE | typeof MEMBER | typeof NAMED;

/** A table of types with what is known of them. */
export interface Source {
  readonly index: number;
  readonly types: TypeTable;
  readonly packed: PackedTypes;
  readonly tags: ReadonlyMap<TypeId, readonly TypeId[]>;
  /** Keys by way and id; 0 where there is none yet. */
  readonly keys: readonly [whole: Int32Array, member: Int32Array, named: Int32Array];
  /** By number in the table: the number that all tables share, and 0 where it was not asked for yet. */
  readonly names: Int32Array;
  /** Structs without members that are used by value: they are empty, and not only declared. */
  readonly empty: ReadonlySet<TypeId>;
}

/** A type of a table. */
export interface Origin {
  readonly source: Source;
  readonly id: TypeId;
}

export class TypeKeys {
  readonly sources: readonly Source[];
  /** The content of a type, in which other types stand as their keys, to its key. */
  readonly #numbers = new Numbering();
  /** The names of all tables. */
  readonly #names = new BtfStrings();
  /** Full definitions of what some input only declares, by the number of the tag; each content once. */
  readonly #definitions = new Map<number, Map<number, Origin>>();

  constructor(tables: readonly TypeTable[]) {
    this.sources = tables.map(sourceOf);
    for (const source of this.sources) {
      for (let id = 1; id <= source.types.size; id++) {
        if (isForward(source, id)) this.#definitions.set(this.#tag(source, id), new Map());
      }
    }
    if (this.#definitions.size === 0) return;
    // Keys of structs do not depend on forward declarations, so these can be settled first.
    for (const source of this.sources) {
      for (let id = 1; id <= source.types.size; id++) this.#addDefinition({ source, id });
    }
  }

  /** The key of a type; 0 is void. */
  of({ source, id }: Origin): number {
    return this.#key(source, id, WHOLE, 0);
  }

  /** What a forward declaration stands for: the definition of its name, if all inputs that have one agree on it. */
  definitionOf({ source, id }: Origin): Origin | undefined {
    if (id === 0 || !isForward(source, id)) return undefined;
    const known = this.#definitions.get(this.#tag(source, id));
    return known?.size === 1 ? [...known.values()][0] : undefined;
  }

  #addDefinition(origin: Origin): void {
    const { source, id } = origin;
    if (!isTagged(source.types.kindOf(id)) || !isNamed(source, id) || isForward(source, id)) return;
    const known = this.#definitions.get(this.#tag(source, id));
    if (known === undefined) return;
    const key = this.of(origin);
    if (!known.has(key)) known.set(key, origin);
  }

  /** `struct NAME`, with the space of names that it is in. A declaration is in that of what it declares. */
  #tag(source: Source, id: TypeId): number {
    const { words, starts } = source.packed;
    const start = starts[id]!;
    const info = words[start + 1]!;
    const list = this.#numbers.open();
    this.#numbers.push(TAG);
    this.#numbers.push(tagSpace(info));
    this.#numbers.push(this.#name(source, words[start]!));
    return this.#numbers.close(list);
  }

  /** The number of a name in all tables. */
  #name({ packed, names }: Source, number: number): number {
    let found = names[number]!;
    if (found === 0 && number !== 0) {
      found = packed.names.internIn(this.#names, number);
      names[number] = found;
    }
    return found;
  }

  /** The key of what is merged with nothing. */
  #alone(source: Source, id: TypeId): number {
    const list = this.#numbers.open();
    this.#numbers.push(ALONE);
    this.#numbers.push(source.index);
    this.#numbers.push(id);
    return this.#numbers.close(list);
  }

  /** Equal keys are one type. */
  #key(source: Source, id: TypeId, way: Way, depth: number): number {
    if (id === 0) return 0;
    const keys = source.keys[way];
    const known = keys[id]!;
    if (known > 0) return known;
    if (known === PENDING || depth > MAX_DEPTH || source.packed.starts[id]! < 0) {
      return this.#alone(source, id);
    }
    keys[id] = PENDING;
    const key = this.#make(source, id, way, depth);
    keys[id] = key;
    return key;
  }

  #make(source: Source, id: TypeId, way: Way, depth: number): number {
    const kind = source.types.kindOf(id);
    switch (way) {
      case WHOLE: {
        const definition = this.definitionOf({ source, id });
        if (definition !== undefined) return this.#key(definition.source, definition.id, way, depth + 1);
        return this.#content(source, id, kind === "struct" || kind === "union" ? MEMBER : way, depth);
      }
      case MEMBER:
        if (kind === "ptr") return this.#content(source, id, NAMED, depth);
        if (isDerived(kind)) return this.#content(source, id, way, depth);
        return this.#key(source, id, WHOLE, depth + 1);
      case NAMED:
        if (!isTagged(kind)) return this.#content(source, id, way, depth);
        return isNamed(source, id) ? this.#tag(source, id) : this.#key(source, id, WHOLE, depth + 1);
    }
  }

  /** What a record says, in which the types that it refers to stand as their keys. */
  #content(source: Source, id: TypeId, way: Way, depth: number): number {
    const numbers = this.#numbers;
    const { words, starts } = source.packed;
    const start = starts[id]!;
    const info = words[start + 1]!;
    const shape = shapeOf(info)!;
    const list = numbers.open();
    numbers.push(info); // kind, vlen and kind_flag
    numbers.push(this.#name(source, words[start]!));
    const last = words[start + 2]!;
    numbers.push(shape.last === "ref" ? this.#key(source, last, way, depth + 1) : last);
    const roles = shape.words;
    const begin = start + HEAD_WORDS;
    const end = begin + wordsBehind(shape, info);
    // Compilers have a type for the index of an array, C has none.
    const ignored = shape.kind === "array" ? 1 : -1;
    for (let part = begin; part < end; part += roles.length) {
      for (let i = 0; i < roles.length; i++) {
        const word = words[part + i]!;
        const role = roles[i];
        if (role === "name") numbers.push(this.#name(source, word));
        else if (role === "plain") numbers.push(word);
        else if (i !== ignored) numbers.push(this.#key(source, word, way, depth + 1));
      }
    }
    const { kind } = shape;
    if (kind === "struct" || kind === "union" || (kind === "typedef" && way === WHOLE)) {
      this.#pushTags(source, id);
    }
    return numbers.close(list);
  }

  #pushTags(source: Source, id: TypeId): void {
    if (source.tags.size === 0) return;
    const { words, starts } = source.packed;
    for (const tagId of source.tags.get(id) ?? []) {
      const start = starts[tagId]!;
      this.#numbers.push(words[start + 1]!);
      this.#numbers.push(this.#name(source, words[start]!));
      this.#numbers.push(words[start + HEAD_WORDS]!); // the component
    }
  }
}

function sourceOf(types: TypeTable, index: number): Source {
  const packed = types.packed();
  const keys = (): Int32Array => new Int32Array(types.size + 1);
  return {
    index,
    types,
    packed,
    tags: declTagsByTarget(types),
    keys: [keys(), keys(), keys()],
    names: new Int32Array(packed.names.size),
    empty: emptyStructs(types, packed),
  };
}

type Kind = BtfType["kind"];

/** Has, or could have, a tag of C: `struct NAME`. */
function isTagged(kind: Kind): boolean {
  switch (kind) {
    case "struct":
    case "union":
    case "enum":
    case "enum64":
    case "fwd":
      return true;
    default:
      return false;
  }
}

/** Leads to one other type, and is no pointer. */
function isDerived(kind: Kind): boolean {
  switch (kind) {
    case "const":
    case "volatile":
    case "restrict":
    case "type_tag":
    case "array":
    case "typedef":
      return true;
    default:
      return false;
  }
}

function isNamed({ packed: { words, starts } }: Source, id: TypeId): boolean {
  const start = starts[id]!;
  return start >= 0 && words[start] !== 0;
}

/** Only declared: a FWD, an enum without enumerators, or the struct without members that `lift` puts in place of a FWD. */
function isForward(source: Source, id: TypeId): boolean {
  const { words, starts } = source.packed;
  const start = starts[id]!;
  if (start < 0) return false;
  switch (kindNumber(words[start + 1]!)) {
    case BTF_KINDS.fwd:
      return true;
    case BTF_KINDS.enum:
    case BTF_KINDS.enum64:
      return words[start] !== 0 && vlenOf(words[start + 1]!) === 0;
    case BTF_KINDS.struct:
    case BTF_KINDS.union:
      return words[start] !== 0 && isHollow(words, start) && !source.empty.has(id);
    default:
      return false;
  }
}

/** A struct or union without a size and without members. */
function isHollow(words: Int32Array, start: number): boolean {
  return words[start + 2] === 0 && vlenOf(words[start + 1]!) === 0;
}

/** BTF_INFO_VLEN (btf.rst, section 2). */
function vlenOf(info: number): number {
  return info & 0xffff;
}

/** Tags of C share one space of names by kind: that of what a FWD declares, and one for all enums. */
function tagSpace(info: number): number {
  const kind = kindNumber(info);
  if (kind === BTF_KINDS.enum64) return BTF_KINDS.enum;
  if (kind !== BTF_KINDS.fwd) return kind;
  return info < 0 ? BTF_KINDS.union : BTF_KINDS.struct; // kind_flag (btf.rst 2.2.7)
}

function emptyStructs(types: TypeTable, { words, starts }: PackedTypes): ReadonlySet<TypeId> {
  const used = new Uint8Array(types.size + 1); // by id: 1 for types of members and elements
  const use = (id: TypeId): void => {
    used[id] = 1;
  };
  for (let id = 1; id <= types.size; id++) {
    const kind = types.kindOf(id);
    if (kind === "array") use(types.firstRef(id));
    else if (kind === "struct" || kind === "union") types.forEachRef(id, use);
  }
  const found = new Set<TypeId>();
  for (let id = 1; id <= types.size; id++) {
    const resolved = used[id] === 0 ? 0 : resolveType(types, id);
    const kind = resolved === 0 ? "void" : types.kindOf(resolved);
    if ((kind === "struct" || kind === "union") && words[starts[resolved]! + 2] === 0) found.add(resolved);
  }
  return found;
}
