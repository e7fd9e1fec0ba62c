// The types of many modules in one table: each once, whoever brought it. Two types are one when they say the same:
// names, layouts, tags, and what they refer to.
//
// Problem: types are cyclic, and kernel types are one large cycle. To compare two graphs step by step, again for each
// type that leads into them, costs their square, and one struct that differs would make everything different that
// reaches it.
//
// Idea: a pointer inside a struct means the struct behind it by name only. BTF as clang writes it says no more either: it
// leaves such a struct out, and object/ closes the open end by name. So a type gets a key from its content, in which a
// named struct behind a member's pointer stands as its name, and equal keys are equal types. No cycle of C goes through a
// key; a cycle that does (BTF of strangers) makes a type that is merged with none.
//
// A forward declaration stands for the one definition of its name, if all inputs that have one agree on it.
//
// Cost: each record is looked at once, and copied only if something of the result needs it.

import { assertNever } from "../base/index.js";
import {
  type BtfType,
  declTagsByTarget,
  mapRefs,
  resolveType,
  type TypeId,
  TypeTable,
} from "../btf/index.js";

/** By-value nesting and chains of derived types that a key goes into; what is deeper is merged with nothing. */
const MAX_DEPTH = 200;

/** Letters of a name that stands in a key as it is. */
const MAX_KEY_NAME = 64;

/** Marks a key that is being made. */
const PENDING = -1;

interface Source {
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

interface Origin {
  readonly source: Source;
  readonly id: TypeId;
}

export class TypeMerger {
  /** What was asked for with `idOf`, and all that it refers to. */
  readonly types: TypeTable = new TypeTable();
  readonly #sources: readonly Source[];
  /** Texts of keys to numbers, so that a key inside a key stays short. */
  readonly #numbers = new Map<string, number>();
  /** Long names to numbers. */
  readonly #names = new Map<string, number>();
  readonly #ids = new Map<number, TypeId>();
  /** Full definitions by "struct name", each with its key and one place where it stands. */
  readonly #definitions = new Map<string, Map<number, Origin>>();
  readonly #open: { readonly origin: Origin; readonly id: TypeId }[] = [];

  constructor(tables: readonly TypeTable[]) {
    this.#sources = tables.map((types, index) => ({
      index,
      types,
      tags: declTagsByTarget(types),
      keys: new Int32Array(types.size + 1),
      nameKeys: new Int32Array(types.size + 1),
      empty: emptyStructs(types),
    }));
    // Keys of structs do not depend on forward declarations, so these can be settled first.
    for (const source of this.#sources) {
      for (const id of source.types.ids()) this.#addDefinition({ source, id });
    }
  }

  /** The id in `types` of a type of table `index`. */
  idOf(index: number, id: TypeId): TypeId {
    const found = this.#canonical(this.#sources[index]!, id);
    for (let next = this.#open.pop(); next !== undefined; next = this.#open.pop()) {
      this.#fill(next.origin, next.id);
    }
    return found;
  }

  #addDefinition(origin: Origin): void {
    const { source, id } = origin;
    const type = source.types.at(id);
    if (!isTagged(type) || type.name === "" || isForward(source, id, type)) return;
    const key = this.#key(source, id, 0);
    const known = this.#definitions.get(tagOf(type));
    if (known === undefined) this.#definitions.set(tagOf(type), new Map([[key, origin]]));
    else if (!known.has(key)) known.set(key, origin);
  }

  #canonical(source: Source, id: TypeId): TypeId {
    if (id === 0) return 0;
    const type = source.types.at(id);
    const definition = isForward(source, id, type) ? this.#soleDefinition(tagOf(type)) : undefined;
    if (definition !== undefined) return this.#canonical(definition.source, definition.id);
    const key = this.#key(source, id, 0);
    let found = this.#ids.get(key);
    if (found === undefined) {
      found = this.types.add(type);
      this.#ids.set(key, found);
      this.#open.push({ origin: { source, id }, id: found });
    }
    return found;
  }

  #soleDefinition(tag: string): Origin | undefined {
    const known = this.#definitions.get(tag);
    return known?.size === 1 ? [...known.values()][0] : undefined;
  }

  /** Gives a copied record its references and its tags. */
  #fill({ source, id }: Origin, target: TypeId): void {
    const type = mapRefs(source.types.at(id), (ref) => this.#canonical(source, ref));
    // Compilers have a type for the index, C has none; object/ makes it again.
    this.types.set(target, type.kind === "array" ? { ...type, index: 0 } : type);
    for (const tagId of source.tags.get(id) ?? []) {
      const tag = source.types.at(tagId);
      if (tag.kind === "decl_tag") this.types.add({ ...tag, type: target });
    }
  }

  #number(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.#numbers.size + 1;
      this.#numbers.set(text, number);
    }
    return number;
  }

  /** A name as it stands in a key: one of a megabyte that a thousand members have would make keys of gigabytes. */
  readonly #name = (name: string): string => {
    if (name.length <= MAX_KEY_NAME && !name.startsWith("#")) return name;
    let number = this.#names.get(name);
    if (number === undefined) {
      number = this.#names.size;
      this.#names.set(name, number);
    }
    return `#${number}`;
  };

  /** Equal keys are one type. */
  #key(source: Source, id: TypeId, depth: number): number {
    if (id === 0) return 0;
    const known = source.keys[id]!;
    if (known > 0) return known;
    if (known === PENDING || depth > MAX_DEPTH) return this.#number(`alone ${source.index} ${id}`);
    const type = source.types.at(id);
    const definition = isForward(source, id, type) ? this.#soleDefinition(tagOf(type)) : undefined;
    if (definition !== undefined) return this.#key(definition.source, definition.id, depth + 1);
    source.keys[id] = PENDING;
    const key = this.#number(this.#text(source, id, type, depth));
    source.keys[id] = key;
    return key;
  }

  #text(source: Source, id: TypeId, type: BtfType, depth: number): string {
    const key = (ref: TypeId): number => this.#key(source, ref, depth + 1);
    const name = this.#name;
    switch (type.kind) {
      case "struct":
      case "union": {
        const members = type.members.map(
          (m) => `${name(m.name)}:${m.offset}:${m.bits}:${this.#memberKey(source, m.type, depth + 1)}`,
        );
        const head = `${type.kind} ${name(type.name)} ${type.size} ${type.bitfields}`;
        return `${head} {${members.join(" ")}}${this.#tagText(source, id)}`;
      }
      case "typedef":
        return `typedef ${name(type.name)} ${key(type.type)}${this.#tagText(source, id)}`;
      default:
        return derivedText(type, key, name);
    }
  }

  #tagText({ types, tags }: Source, id: TypeId): string {
    const list = tags.get(id);
    if (list === undefined) return "";
    return list
      .map((id) => {
        const tag = types.at(id);
        if (tag.kind !== "decl_tag") return "";
        return ` @${tag.component} ${tag.attribute} ${JSON.stringify(this.#name(tag.value))}`;
      })
      .join("");
  }

  /** A member up to its first pointer: what is behind that stands by name. */
  #memberKey(source: Source, id: TypeId, depth: number): number {
    if (id === 0) return 0;
    const type = source.types.at(id);
    switch (type.kind) {
      case "ptr":
        return this.#number(`ptr ${this.#nameKey(source, type.type, depth + 1)}`);
      case "const":
      case "volatile":
      case "restrict":
      case "type_tag":
      case "array":
      case "typedef":
        if (depth > MAX_DEPTH) return this.#number(`alone ${source.index} ${id}`);
        return this.#number(derivedText(type, (ref) => this.#memberKey(source, ref, depth + 1), this.#name));
      default:
        return this.#key(source, id, depth + 1);
    }
  }

  #nameKey(source: Source, id: TypeId, depth: number): number {
    if (id === 0) return 0;
    const known = source.nameKeys[id]!;
    if (known > 0) return known;
    if (known === PENDING || depth > MAX_DEPTH) return this.#number(`alone ${source.index} ${id}`);
    source.nameKeys[id] = PENDING;
    const type = source.types.at(id);
    let key: number;
    if (isTagged(type)) {
      key = type.name === "" ? this.#key(source, id, depth + 1) : this.#number(tagOf(type));
    } else {
      key = this.#number(derivedText(type, (ref) => this.#nameKey(source, ref, depth + 1), this.#name));
    }
    source.nameKeys[id] = key;
    return key;
  }
}

/** A record of no struct as text, with its references by `key` and its names by `name`. */
function derivedText(type: BtfType, key: (id: TypeId) => number, name: (text: string) => string): string {
  switch (type.kind) {
    case "int":
      return `int ${name(type.name)}:${type.size}:${type.encoding}:${type.bits}:${type.bitOffset}`;
    case "float":
      return `float ${name(type.name)}:${type.size}`;
    case "fwd":
      return `fwd ${type.union} ${name(type.name)}`;
    case "enum":
    case "enum64": {
      const values = type.values.map((one) => `${name(one.name)}=${one.value}`);
      return `${type.kind} ${name(type.name)} ${type.size} ${type.signed} {${values.join(" ")}}`;
    }
    case "ptr":
    case "const":
    case "volatile":
    case "restrict":
      return `${type.kind} ${key(type.type)}`;
    case "typedef":
      return `typedef ${name(type.name)} ${key(type.type)}`;
    case "type_tag":
      return `type_tag ${type.attribute} ${key(type.type)} ${name(type.value)}`;
    case "array":
      return `array ${type.length} ${key(type.element)}`;
    case "func_proto": {
      const params = type.params.map((param) => `${name(param.name)}:${key(param.type)}`);
      return `func_proto ${key(type.result)} (${params.join(" ")})`;
    }
    case "struct":
    case "union":
      return `${type.kind} ${name(type.name)}`; // not reached: structs have keys of their own
    case "func":
    case "var":
      return `${type.kind} ${name(type.name)} ${type.linkage} ${key(type.type)}`;
    case "decl_tag":
      return `decl_tag ${type.component} ${key(type.type)} ${name(type.value)}`;
    case "datasec":
      return `datasec ${name(type.name)} ${type.entries.map((e) => `${e.offset}:${e.size}:${key(e.type)}`).join(" ")}`;
    default:
      return assertNever(type);
  }
}

type Tagged = Extract<BtfType, { kind: "struct" | "union" | "enum" | "enum64" | "fwd" }>;

/** Has, or could have, a tag of C: `struct NAME`. */
function isTagged(type: BtfType): type is Tagged {
  return ["struct", "union", "enum", "enum64", "fwd"].includes(type.kind);
}

/** The tag as C spells it. */
function tagOf(type: Tagged): string {
  switch (type.kind) {
    case "fwd":
      return `${type.union ? "union" : "struct"} ${type.name}`;
    case "enum64":
      return `enum ${type.name}`;
    default:
      return `${type.kind} ${type.name}`;
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
  for (const id of types.ids()) {
    const type = types.at(id);
    if (type.kind === "array") addEmpty(types, type.element, found);
    else if (type.kind === "struct" || type.kind === "union") {
      for (const member of type.members) addEmpty(types, member.type, found);
    }
  }
  return found;
}

function addEmpty(types: TypeTable, id: TypeId, found: Set<TypeId>): void {
  const resolved = resolveType(types, id);
  const type = resolved === 0 ? undefined : types.at(resolved);
  if ((type?.kind === "struct" || type?.kind === "union") && type.size === 0) found.add(resolved);
}
