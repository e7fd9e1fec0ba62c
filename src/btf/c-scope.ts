// The names and types that C declarations have made, and the rule by which equal derived types are one record.
//
// clang writes one record for every `const char *` of a program, because C types that are derived in the same way
// are the same type; what has a declaration of its own (struct, union, enum, typedef) is one record a declaration.
// The maps here keep to that. Records of a scope are its own: nothing but the scope adds to its table.

import { TypeTable } from "./table.js";
import { type BtfType, mapRefs, type Param, refsOf, type TypeId } from "./types.js";

/**
 * The name that BTF has for a tag, a typedef or an enumerator. A "$" and what follows it are the document's own: they
 * tell two types of one name apart (`struct node$2`), and name what has none (`struct $pair`).
 */
export function btfName(text: string): string {
  const at = text.indexOf("$");
  return at < 0 ? text : text.slice(0, at);
}

/** Qualifiers as bits, in the order in which DWARF nests them: const is the outermost record. */
export const CONST = 1;
export const VOLATILE = 2;
export const RESTRICT = 4;

/** A type and what the declaration around it says of it: the qualifiers, and tags that only a pointer to it shows. */
export interface QualType {
  readonly base: TypeId;
  /** CONST | VOLATILE | RESTRICT. */
  readonly quals: number;
  /** btf_type_tag, in source order. */
  readonly tags: readonly string[];
  /** Of an array: the tags of its elements, seen where it becomes a pointer to them. */
  readonly elementTags: readonly string[];
  /** An array whose length was left out. */
  readonly open: boolean;
}

/** int, unsigned int, ...: name as in DWARF, bytes, encoding (char is signed on BPF, and never has CHAR). */
const INTS = {
  char: [1, "signed"],
  "signed char": [1, "signed"],
  "unsigned char": [1, "unsigned"],
  short: [2, "signed"],
  "unsigned short": [2, "unsigned"],
  int: [4, "signed"],
  "unsigned int": [4, "unsigned"],
  long: [8, "signed"],
  "unsigned long": [8, "unsigned"],
  "long long": [8, "signed"],
  "unsigned long long": [8, "unsigned"],
  __int128: [16, "signed"],
  "unsigned __int128": [16, "unsigned"],
  _Bool: [1, "bool"],
} as const;

/** The BPF target has no 80-bit format: long double is double under another name. */
const FLOATS = { float: 4, double: 8, "long double": 8 } as const;

export type BaseName = keyof typeof INTS | keyof typeof FLOATS;

/** The index type of every array in clang's BTF. */
const ARRAY_INDEX = "__ARRAY_SIZE_TYPE__";

/**
 * Typedefs that need no declaration: name and what they stand for, as include/uapi/linux/types.h,
 * include/linux/types.h and glibc's stdint.h spell them. A declaration of the author wins.
 */
const BUILTIN_TYPEDEFS: ReadonlyMap<string, string> = new Map([
  ["__u8", "unsigned char"],
  ["__s8", "signed char"],
  ["__u16", "unsigned short"],
  ["__s16", "short"],
  ["__u32", "unsigned int"],
  ["__s32", "int"],
  ["__u64", "unsigned long long"],
  ["__s64", "long long"],
  ["__u128", "unsigned __int128"],
  ["__s128", "__int128"],
  ["__be16", "__u16"],
  ["__be32", "__u32"],
  ["__be64", "__u64"],
  ["__le16", "__u16"],
  ["__le32", "__u32"],
  ["__le64", "__u64"],
  ["__sum16", "__u16"],
  ["__wsum", "__u32"],
  ["u8", "__u8"],
  ["s8", "__s8"],
  ["u16", "__u16"],
  ["s16", "__s16"],
  ["u32", "__u32"],
  ["s32", "__s32"],
  ["u64", "__u64"],
  ["s64", "__s64"],
  ["__int8_t", "signed char"],
  ["__uint8_t", "unsigned char"],
  ["__int16_t", "short"],
  ["__uint16_t", "unsigned short"],
  ["__int32_t", "int"],
  ["__uint32_t", "unsigned int"],
  ["__int64_t", "long"],
  ["__uint64_t", "unsigned long"],
  ["__ssize_t", "long"],
  ["int8_t", "__int8_t"],
  ["uint8_t", "__uint8_t"],
  ["int16_t", "__int16_t"],
  ["uint16_t", "__uint16_t"],
  ["int32_t", "__int32_t"],
  ["uint32_t", "__uint32_t"],
  ["int64_t", "__int64_t"],
  ["uint64_t", "__uint64_t"],
  ["intptr_t", "long"],
  ["uintptr_t", "unsigned long"],
  ["ptrdiff_t", "long"],
  ["size_t", "unsigned long"],
  ["ssize_t", "__ssize_t"],
  ["__builtin_va_list", "void *"],
  ["__int128_t", "__int128"],
  ["__uint128_t", "unsigned __int128"],
]);

export class TypeScope {
  readonly types: TypeTable = new TypeTable();
  /** Struct, union and enum tags: one name space. Their records may be forward declarations. */
  readonly tags: Map<string, TypeId> = new Map();
  /** Also names that only this document has (`$name`), which stand for the type itself. */
  readonly typedefs: Map<string, TypeId> = new Map();
  /** What to demand where a type is only declared so far: the name under which its definition stands. */
  readonly definitions: Map<TypeId, { readonly space: "tag" | "ordinary"; readonly name: string }> =
    new Map();
  readonly enumerators: Map<string, bigint> = new Map();
  /** Alignment in bytes of what has one of its own: each struct and union, vectors, typedefs with `aligned`. */
  readonly alignments: Map<TypeId, number> = new Map();
  /** Typedefs that nobody declared: an author may still declare them, otherwise even. */
  readonly builtins: Set<TypeId> = new Set();
  /** Arrays that are vectors: they do not become pointers in parameters. */
  readonly vectors: Set<TypeId> = new Set();
  /** Structs whose body is being read. */
  readonly defining: Set<TypeId> = new Set();
  readonly #known: Map<string, TypeId> = new Map();

  /** An int or float by its DWARF name. */
  base(name: BaseName): TypeId {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    return this.#remember(name, this.types.add(baseRecord(name)));
  }

  pointer(type: TypeId): TypeId {
    return this.#derive(`ptr ${type}`, { kind: "ptr", type });
  }

  array(element: TypeId, length: number): TypeId {
    return this.#derive(`array ${element} ${length}`, {
      kind: "array",
      element,
      index: this.#indexType(),
      length,
    });
  }

  /** `vector_size`: an array in BTF, but never the same record as a real one. Its alignment is its size. */
  vector(element: TypeId, length: number, bytes: number): TypeId {
    const id = this.#derive(`vector ${element} ${length}`, {
      kind: "array",
      element,
      index: this.#indexType(),
      length,
    });
    this.vectors.add(id);
    this.alignments.set(id, bytes);
    return id;
  }

  /** A function type without parameter names: what a pointer to a function points at. */
  functionType(result: TypeId, params: readonly TypeId[]): TypeId {
    const unnamed: Param[] = params.map((type) => ({ name: "", type }));
    return this.#derive(`proto ${result} ${params.join(" ")}`, {
      kind: "func_proto",
      result,
      params: unnamed,
    });
  }

  typeTag(value: string, type: TypeId): TypeId {
    return this.#derive(`tag ${type} ${value}`, { kind: "type_tag", value, type, attribute: false });
  }

  /** The type with its qualifiers as records, const outermost; qualifiers of a function type vanish as in C. */
  qualified(type: QualType): TypeId {
    let id = type.base;
    if (type.quals !== 0 && this.isFunction(id)) return id;
    if ((type.quals & RESTRICT) !== 0) id = this.#derive(`restrict ${id}`, { kind: "restrict", type: id });
    if ((type.quals & VOLATILE) !== 0) id = this.#derive(`volatile ${id}`, { kind: "volatile", type: id });
    if ((type.quals & CONST) !== 0) id = this.#derive(`const ${id}`, { kind: "const", type: id });
    return id;
  }

  /** A pointer to `type`: the one place where type tags become records, the first tag innermost. */
  pointerTo(type: QualType): TypeId {
    let id = this.qualified(type);
    for (const tag of type.tags) id = this.typeTag(tag, id);
    return this.pointer(id);
  }

  /** The record behind typedefs only; `undefined` for void. */
  desugared(id: TypeId): BtfType | undefined {
    let at = id;
    while (at !== 0) {
      const type = this.types.at(at);
      if (type.kind !== "typedef") return type;
      at = type.type;
    }
    return undefined;
  }

  isFunction(id: TypeId): boolean {
    return this.desugared(id)?.kind === "func_proto";
  }

  /** A typedef that needs no declaration, made at its first use. */
  builtinTypedef(name: string): TypeId | undefined {
    const target = BUILTIN_TYPEDEFS.get(name);
    if (target === undefined) return undefined;
    const type =
      target === "void *" // the compiler's own type, which is a pointer on BPF
        ? this.pointer(0)
        : (this.typedefs.get(target) ?? this.builtinTypedef(target) ?? this.base(target as BaseName));
    const id = this.types.add({ kind: "typedef", name, type });
    this.builtins.add(id);
    this.typedefs.set(name, id);
    return id;
  }

  /** Every name that can stand alone as a type: for suggestions. */
  *typeNames(): Generator<string> {
    yield* this.typedefs.keys();
    yield* BUILTIN_TYPEDEFS.keys();
    yield* Object.keys(INTS);
    yield* Object.keys(FLOATS);
    yield* ["void", "bool", "unsigned", "signed", "struct", "union", "enum", "const", "volatile"];
  }

  #indexType(): TypeId {
    return this.#derive(ARRAY_INDEX, {
      kind: "int",
      name: ARRAY_INDEX,
      size: 4,
      encoding: "unsigned",
      bits: 32,
      bitOffset: 0,
    });
  }

  #derive(key: string, type: BtfType): TypeId {
    return this.#known.get(key) ?? this.#remember(key, this.types.add(type));
  }

  #remember(key: string, id: TypeId): TypeId {
    this.#known.set(key, id);
    return id;
  }
}

/** The record of a base type. */
export function baseRecord(name: BaseName): BtfType {
  return name in FLOATS ? floatRecord(name) : intRecord(name);
}

function intRecord(name: BaseName): BtfType {
  const [size, encoding] = INTS[name as keyof typeof INTS];
  return { kind: "int", name, size, encoding, bits: size * 8, bitOffset: 0 };
}

function floatRecord(name: BaseName): BtfType {
  return { kind: "float", name, size: FLOATS[name as keyof typeof FLOATS] };
}

/**
 * Whether two records say the same. Types that a scope derives are one record when they are equal; what is left to
 * compare are anonymous structs, unions and enums inside, one definition against another.
 */
export function sameShape(types: TypeTable, a: BtfType, b: BtfType): boolean {
  const refs = refsOf(a);
  const others = refsOf(b);
  const bare = (type: BtfType): string =>
    JSON.stringify(
      mapRefs(type, () => 0),
      (_, value) => (typeof value === "bigint" ? `${value}n` : value),
    );
  if (refs.length !== others.length || bare(a) !== bare(b)) return false;
  return refs.every((ref, i) => sameType(types, ref, others[i] ?? 0));
}

function sameType(types: TypeTable, a: TypeId, b: TypeId): boolean {
  if (a === b) return true;
  if (a === 0 || b === 0) return false;
  const one = types.at(a);
  const other = types.at(b);
  // Names that are declared twice were compared when they were declared.
  const named = "name" in one && one.name !== "";
  return !named && sameShape(types, one, other);
}
