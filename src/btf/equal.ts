// Whether two types say the same, in one table or in two: what a reader of C would call the same type. Ids, the
// index type of arrays and the spelling of an integer ("long unsigned int") do not count; names, layouts and tags do.

import { spelledType } from "./c-base-types.js";
import { CONST, RESTRICT, VOLATILE } from "./c-scope.js";
import { bitsOf } from "./spell-layout.js";
import { declTagsByTarget, type TypeTable } from "./table.js";
import { type BtfType, refsOf, type TypeId } from "./types.js";

/** Compares types of two tables. What was found equal once is not looked at again. */
export class TypeMatcher {
  readonly #a: Side;
  readonly #b: Side;
  /** Pairs of ids that are equal, each as one number. */
  readonly #equal = new Set<number>();
  readonly #byName: boolean;

  /** With `byName`, types that have a name count as equal where they are only referred to: who asks compares each. */
  constructor(a: TypeTable, b: TypeTable, options: { readonly byName?: boolean } = {}) {
    this.#byName = options.byName ?? false;
    this.#a = { types: a, tags: declTagsByTarget(a) };
    this.#b = { types: b, tags: declTagsByTarget(b) };
  }

  /** Types may be cyclic: two are equal unless a difference can be reached, so a pair under way counts as equal. */
  same(a: TypeId, b: TypeId): boolean {
    const assumed: number[] = [];
    const work: [Qualified, Qualified][] = [
      [
        { id: a, quals: 0 },
        { id: b, quals: 0 },
      ],
    ];
    for (let pair = work.pop(); pair !== undefined; pair = work.pop()) {
      const x = unqualified(this.#a.types, pair[0]);
      const y = unqualified(this.#b.types, pair[1]);
      // Ids end at 2^20 (BTF_MAX_TYPE) and qualifiers take 3 bits, so that a pair fits in the 53 bits of a number.
      const key = (x.id * 8 + x.quals) * 8 * (this.#b.types.size + 1) + y.id * 8 + y.quals;
      if (this.#equal.has(key)) continue;
      const referred = this.#byName && assumed.length > 0 && x.quals === y.quals;
      if (referred && sameName(this.#a.types, x.id, this.#b.types, y.id)) continue;
      const one = x.id === 0 ? "void" : bare(this.#a, x.id);
      const other = y.id === 0 ? "void" : bare(this.#b, y.id);
      const array = x.id !== 0 && this.#a.types.at(x.id).kind === "array";
      // Qualifiers of an array are those of its elements (C11 6.7.3, paragraph 9).
      if (one !== other || (!array && x.quals !== y.quals)) {
        for (const wrong of assumed) this.#equal.delete(wrong);
        return false;
      }
      this.#equal.add(key);
      assumed.push(key);
      if (x.id === 0) continue;
      const refs = refsToFollow(this.#a.types.at(x.id));
      const others = refsToFollow(this.#b.types.at(y.id));
      for (const [i, ref] of refs.entries()) {
        work.push([
          { id: ref, quals: array ? x.quals : 0 },
          { id: others[i]!, quals: array ? y.quals : 0 },
        ]);
      }
    }
    return true;
  }
}

interface Qualified {
  readonly id: TypeId;
  /** CONST | VOLATILE | RESTRICT. */
  readonly quals: number;
}

const QUALIFIERS: Readonly<Record<string, number>> = { const: CONST, volatile: VOLATILE, restrict: RESTRICT };

/** The type without the qualifiers in front of it: in which order a compiler writes them says nothing. */
function unqualified(types: TypeTable, { id, quals }: Qualified): Qualified {
  let at = id;
  let all = quals;
  // A chain that is longer than the table goes round in a circle.
  for (let steps = 0; at !== 0 && steps < types.size; steps++) {
    const type = types.at(at);
    const bit = QUALIFIERS[type.kind];
    if (bit === undefined || !("type" in type)) break;
    all |= bit;
    at = type.type;
  }
  return { id: at, quals: all };
}

interface Side {
  readonly types: TypeTable;
  readonly tags: ReadonlyMap<TypeId, readonly TypeId[]>;
}

/** Two declared types of one kind and name; a forward declaration is of the kind that it declares. */
function sameName(a: TypeTable, x: TypeId, b: TypeTable, y: TypeId): boolean {
  if (x === 0 || y === 0) return false;
  const one = declaredName(a.at(x));
  return one !== "" && one === declaredName(b.at(y));
}

/** `struct s`, `enum e`, `t`: what declares a type in C; "" for what is not declared. */
function declaredName(type: BtfType): string {
  switch (type.kind) {
    case "struct":
    case "union":
      return type.name === "" ? "" : `${type.kind} ${type.name}`;
    case "fwd":
      return `${type.union ? "union" : "struct"} ${type.name}`;
    case "enum":
    case "enum64":
      return type.name === "" ? "" : `enum ${type.name}`;
    case "typedef":
      return type.name;
    default:
      return "";
  }
}

/** The index type of an array is the compiler's. */
function refsToFollow(type: BtfType): TypeId[] {
  return type.kind === "array" ? [type.element] : refsOf(type);
}

/** All of a record but what it refers to. Equal texts have equally many references. */
function bare({ types, tags }: Side, id: TypeId): string {
  const type = types.at(id);
  const tagged = (tags.get(id) ?? []).map((tagId) => {
    const tag = types.at(tagId);
    return tag.kind === "decl_tag" ? [tag.component, tag.value, tag.attribute] : [];
  });
  tagged.sort(([a = 0], [b = 0]) => Number(a) - Number(b));
  return JSON.stringify([...content(types, type), tagged]);
}

/** What a record says by itself, as data that JSON.stringify tells apart. */
function content(types: TypeTable, type: BtfType): unknown[] {
  switch (type.kind) {
    case "int": {
      const name = spelledType(type.name.split(" ")) ?? type.name;
      // `bits` and `bitOffset` do not count: what old compilers say of a bit-field there shows at its member.
      // Whether plain char has a sign is each compiler's own affair, and so is which type counts as CHAR.
      const encoding = name === "char" ? "char" : type.encoding === "char" ? "unsigned" : type.encoding;
      return ["int", name, type.size, encoding];
    }
    case "float":
      return ["float", type.name, type.size];
    case "struct":
    case "union":
      return [
        type.kind,
        type.name,
        type.size,
        type.members.map((member) => {
          const { offset, bits } = bitsOf(types, member);
          return [member.name, offset, bits];
        }),
      ];
    case "enum":
    case "enum64":
      return [
        type.kind,
        type.name,
        type.size,
        type.signed,
        type.values.map(({ name, value }) => [name, String(value)]),
      ];
    case "fwd":
      return ["fwd", type.name, type.union];
    case "array":
      return ["array", type.length];
    case "func_proto":
      return ["func_proto", type.params.length];
    case "typedef":
      return ["typedef", type.name];
    case "func":
    case "var":
      return [type.kind, type.name, type.linkage];
    case "datasec":
      return ["datasec", type.name, type.size, type.entries.map(({ offset, size }) => [offset, size])];
    case "decl_tag":
      return ["decl_tag", type.value, type.component, type.attribute];
    case "type_tag":
      return ["type_tag", type.value, type.attribute];
    default:
      return [type.kind];
  }
}
