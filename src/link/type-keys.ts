// Keys of types: equal keys are equal types, whichever table they are in. A key is the number of a list that holds what
// the record says, with the keys of the types that it refers to; types.ts tells why that ends.

import { assertNever } from "../base/index.js";
import {
  BTF_KINDS,
  type BtfType,
  declTagsByTarget,
  resolveType,
  type TypeId,
  type TypeTable,
} from "../btf/index.js";
import { Numbering } from "./numbering.js";

/** By-value nesting and chains of derived types that a key goes into; what is deeper is merged with nothing. */
const MAX_DEPTH = 200;

/** Marks a key that is being made. */
const PENDING = -1;

/** What a list of the numbering begins with where it is no record: then it is the number of a kind (BTF_KINDS). */
const ALONE = -1;
const TAG = -2;

/** A table of types with what is known of them. */
export interface Source {
  readonly index: number;
  readonly types: TypeTable;
  readonly tags: ReadonlyMap<TypeId, readonly TypeId[]>;
  /** Keys by id; 0 where there is none yet. */
  readonly keys: Int32Array;
  /** The same for types behind a pointer of a member. */
  readonly nameKeys: Int32Array;
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
  /** Full definitions of what some input only declares, by the number of the tag; each content once. */
  readonly #definitions = new Map<number, Map<number, Origin>>();

  constructor(tables: readonly TypeTable[]) {
    this.sources = tables.map((types, index) => ({
      index,
      types,
      tags: declTagsByTarget(types),
      keys: new Int32Array(types.size + 1),
      nameKeys: new Int32Array(types.size + 1),
      empty: emptyStructs(types),
    }));
    for (const source of this.sources) {
      for (let id = 1; id <= source.types.size; id++) {
        const type = source.types.at(id);
        if (isForward(source, id, type)) this.#definitions.set(this.#tag(type), new Map());
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
    return this.#key(source, id, 0);
  }

  /** What a forward declaration stands for: the definition of its name, if all inputs that have one agree on it. */
  definitionOf({ source, id }: Origin): Origin | undefined {
    if (id === 0) return undefined;
    const type = source.types.at(id);
    return isForward(source, id, type) ? this.#soleDefinition(this.#tag(type)) : undefined;
  }

  #addDefinition(origin: Origin): void {
    const { source, id } = origin;
    const type = source.types.at(id);
    if (!isTagged(type) || type.name === "" || isForward(source, id, type)) return;
    const known = this.#definitions.get(this.#tag(type));
    if (known === undefined) return;
    const key = this.#key(source, id, 0);
    if (!known.has(key)) known.set(key, origin);
  }

  #soleDefinition(tag: number): Origin | undefined {
    const known = this.#definitions.get(tag);
    return known?.size === 1 ? [...known.values()][0] : undefined;
  }

  /** `struct NAME`, with the space of names that it is in. A declaration is in that of what it declares. */
  #tag(type: Tagged): number {
    const kind = type.kind === "fwd" ? (type.union ? "union" : "struct") : type.kind;
    const list = this.#numbers.open();
    this.#numbers.push(TAG);
    this.#numbers.push(BTF_KINDS[kind === "enum64" ? "enum" : kind]);
    this.#name(type.name);
    return this.#numbers.close(list);
  }

  #name(text: string): void {
    this.#numbers.push(this.#numbers.name(text));
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
  #key(source: Source, id: TypeId, depth: number): number {
    if (id === 0) return 0;
    const known = source.keys[id]!;
    if (known > 0) return known;
    if (known === PENDING || depth > MAX_DEPTH) return this.#alone(source, id);
    const type = source.types.at(id);
    const definition = this.definitionOf({ source, id });
    if (definition !== undefined) return this.#key(definition.source, definition.id, depth + 1);
    source.keys[id] = PENDING;
    const key = this.#content(source, id, type, depth);
    source.keys[id] = key;
    return key;
  }

  #content(source: Source, id: TypeId, type: BtfType, depth: number): number {
    const numbers = this.#numbers;
    const list = numbers.open();
    switch (type.kind) {
      case "struct":
      case "union":
        numbers.push(BTF_KINDS[type.kind]);
        this.#name(type.name);
        numbers.push(type.size);
        numbers.push(type.bitfields ? 1 : 0);
        numbers.push(type.members.length);
        for (const member of type.members) {
          this.#name(member.name);
          numbers.push(member.offset);
          numbers.push(member.bits);
          numbers.push(this.#memberKey(source, member.type, depth + 1));
        }
        this.#pushTags(source, id);
        break;
      default:
        this.#pushDerived(type, (ref) => this.#key(source, ref, depth + 1));
        if (type.kind === "typedef") this.#pushTags(source, id);
    }
    return numbers.close(list);
  }

  #pushTags({ types, tags }: Source, id: TypeId): void {
    for (const tagId of tags.get(id) ?? []) {
      const tag = types.at(tagId);
      if (tag.kind !== "decl_tag") continue;
      this.#numbers.push(tag.component);
      this.#name(tag.value);
      this.#numbers.push(tag.attribute ? 1 : 0);
    }
  }

  /** A member up to its first pointer: what is behind that stands by name. */
  #memberKey(source: Source, id: TypeId, depth: number): number {
    if (id === 0) return 0;
    const type = source.types.at(id);
    switch (type.kind) {
      case "ptr":
        return this.#derived(type, (ref) => this.#nameKey(source, ref, depth + 1));
      case "const":
      case "volatile":
      case "restrict":
      case "type_tag":
      case "array":
      case "typedef":
        if (depth > MAX_DEPTH) return this.#alone(source, id);
        return this.#derived(type, (ref) => this.#memberKey(source, ref, depth + 1));
      default:
        return this.#key(source, id, depth + 1);
    }
  }

  #nameKey(source: Source, id: TypeId, depth: number): number {
    if (id === 0) return 0;
    const known = source.nameKeys[id]!;
    if (known > 0) return known;
    if (known === PENDING || depth > MAX_DEPTH) return this.#alone(source, id);
    source.nameKeys[id] = PENDING;
    const type = source.types.at(id);
    let key: number;
    if (isTagged(type)) {
      key = type.name === "" ? this.#key(source, id, depth + 1) : this.#tag(type);
    } else {
      key = this.#derived(type, (ref) => this.#nameKey(source, ref, depth + 1));
    }
    source.nameKeys[id] = key;
    return key;
  }

  #derived(type: BtfType, key: (id: TypeId) => number): number {
    const list = this.#numbers.open();
    this.#pushDerived(type, key);
    return this.#numbers.close(list);
  }

  /** The content of a record that is no struct, with its references by `key`. */
  #pushDerived(type: BtfType, key: (id: TypeId) => number): void {
    const numbers = this.#numbers;
    numbers.push(BTF_KINDS[type.kind]);
    switch (type.kind) {
      case "int":
        this.#name(type.name);
        numbers.push(type.size);
        this.#name(type.encoding);
        numbers.push(type.bits);
        numbers.push(type.bitOffset);
        return;
      case "float":
        this.#name(type.name);
        numbers.push(type.size);
        return;
      case "fwd":
        numbers.push(type.union ? 1 : 0);
        this.#name(type.name);
        return;
      case "enum":
      case "enum64":
        this.#name(type.name);
        numbers.push(type.size);
        numbers.push(type.signed ? 1 : 0);
        for (const { name, value } of type.values) {
          this.#name(name);
          this.#name(String(value)); // up to 64 bits, and signed or not
        }
        return;
      case "ptr":
      case "const":
      case "volatile":
      case "restrict":
        numbers.push(key(type.type));
        return;
      case "typedef":
        this.#name(type.name);
        numbers.push(key(type.type));
        return;
      case "type_tag":
        numbers.push(type.attribute ? 1 : 0);
        numbers.push(key(type.type));
        this.#name(type.value);
        return;
      case "array":
        numbers.push(type.length);
        numbers.push(key(type.element));
        return;
      case "func_proto":
        numbers.push(key(type.result));
        for (const param of type.params) {
          this.#name(param.name);
          numbers.push(key(param.type));
        }
        return;
      case "func":
      case "var":
        this.#name(type.name);
        this.#name(type.linkage);
        numbers.push(key(type.type));
        return;
      case "decl_tag":
        numbers.push(type.component);
        numbers.push(key(type.type));
        this.#name(type.value);
        return;
      case "datasec":
        this.#name(type.name);
        for (const entry of type.entries) {
          numbers.push(entry.offset);
          numbers.push(entry.size);
          numbers.push(key(entry.type));
        }
        return;
      case "struct":
      case "union":
        this.#name(type.name); // not reached: structs have contents of their own
        return;
      default:
        assertNever(type);
    }
  }
}

type Tagged = Extract<BtfType, { kind: "struct" | "union" | "enum" | "enum64" | "fwd" }>;

/** Has, or could have, a tag of C: `struct NAME`. */
function isTagged(type: BtfType): type is Tagged {
  switch (type.kind) {
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

/** Only declared: a FWD, an enum without enumerators, or the struct without members that `lift` puts in place of a FWD. */
function isForward(source: Source, id: TypeId, type: BtfType): type is Tagged {
  switch (type.kind) {
    case "fwd":
      return true;
    case "enum":
    case "enum64":
      return type.name !== "" && type.values.length === 0;
    case "struct":
    case "union":
      return type.name !== "" && type.size === 0 && type.members.length === 0 && !source.empty.has(id);
    default:
      return false;
  }
}

function emptyStructs(types: TypeTable): ReadonlySet<TypeId> {
  const found = new Set<TypeId>();
  const add = (id: TypeId): void => {
    const resolved = resolveType(types, id);
    const type = resolved === 0 ? undefined : types.at(resolved);
    if ((type?.kind === "struct" || type?.kind === "union") && type.size === 0) found.add(resolved);
  };
  for (let id = 1; id <= types.size; id++) {
    const type = types.at(id);
    if (type.kind === "array") add(type.element);
    else if (type.kind === "struct" || type.kind === "union")
      for (const { type: of } of type.members) add(of);
  }
  return found;
}
