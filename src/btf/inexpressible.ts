// Which types of a table C has no words for, in the sense of the C parser (c-*.ts): what it would read back as
// another type, or not at all. They are written as records instead (own-types.ts). Compilers of other languages make
// them (names like `Option<u32>`, members in any order), linkers, and tools that write BTF by hand.

import { isBaseWord, spelledType } from "./c-base-types.js";
import { baseRecord } from "./c-scope.js";
import { resolveType, sizeOf } from "./layout.js";
import { bitsOf, type LayoutSpeller } from "./spell-layout.js";
import { declTagsByTarget, type TypeTable } from "./table.js";
import type { BtfType, TypeId } from "./types.js";

type Composite = Extract<BtfType, { kind: "struct" | "union" }>;
type FuncProto = Extract<BtfType, { kind: "func_proto" }>;
type Enum = Extract<BtfType, { kind: "enum" | "enum64" }>;

/** Who has a prototype: a function with its parameters, or a name of another object, whose parameters need none. */
export type PrototypeOf = "definition" | "extern";

/** Those of `reached` that C cannot say; `prototypes` are those of functions. */
export function findInexpressible(
  types: TypeTable,
  reached: ReadonlySet<TypeId>,
  layouts: LayoutSpeller,
  prototypes: ReadonlyMap<TypeId, PrototypeOf>,
): ReadonlySet<TypeId> {
  const found = new Set<TypeId>();
  const tags = declTagsByTarget(types);
  for (const id of reached) {
    const type = types.at(id);
    const sayable =
      isSayable(types, id, type, layouts) &&
      (type.kind !== "func_proto" || hasUsualParams(type, prototypes.get(id))) &&
      hasPlainTags(types, tags.get(id) ?? []);
    if (!sayable) found.add(id);
    // Only a pointer shows the type tags of what it points at (c-scope.ts, pointerTo).
    if (type.kind === "ptr") continue;
    for (const ref of partsOf(type)) if (ref !== 0 && types.at(ref).kind === "type_tag") found.add(ref);
  }
  // A tag that stands on one that C has no place for, has none itself.
  for (const id of reached) {
    for (let at = id, type = types.at(at); type.kind === "type_tag" && found.has(at); type = types.at(at)) {
      at = type.type;
      if (at === 0) break;
      if (types.at(at).kind === "type_tag") found.add(at);
    }
  }
  return found;
}

/**
 * The parameters of a function have a name each; those of a function that is only pointed at have names for the
 * reader of C alone.
 */
function hasUsualParams({ params }: FuncProto, of: PrototypeOf | undefined): boolean {
  if (of === undefined) return params.every(({ name }) => name === "");
  if (of === "extern") return params.every(({ name }) => isPlainName(name, true));
  return (
    params.every(({ name }) => isPlainName(name)) &&
    new Set(params.map(({ name }) => name)).size === params.length
  );
}

/** What a type is made of, but for the tags behind a tag, which belong together. */
function partsOf(type: BtfType): readonly TypeId[] {
  switch (type.kind) {
    case "struct":
    case "union":
      return type.members.map((member) => member.type);
    case "func_proto":
      return [type.result, ...type.params.map((param) => param.type)];
    case "array":
      return [type.element];
    case "typedef":
    case "const":
    case "volatile":
    case "restrict":
      return [type.type];
    default:
      return [];
  }
}

function isSayable(types: TypeTable, id: TypeId, type: BtfType, layouts: LayoutSpeller): boolean {
  switch (type.kind) {
    case "int":
    case "float":
      return isBaseType(type);
    case "struct":
    case "union":
      return isPlainName(type.name, true) && areMembers(types, type) && layouts.spelling(id).exact;
    case "enum":
    case "enum64":
      return isPlainName(type.name, true) && isEnum(type);
    case "fwd":
      return isPlainName(type.name);
    case "typedef":
      return isPlainName(type.name);
    case "const":
    case "volatile":
      return !isFunction(types, type.type);
    case "restrict": {
      const target = resolveType(types, type.type);
      const pointer = target === 0 ? undefined : types.at(target);
      return pointer?.kind === "ptr" && !isFunction(types, pointer.type);
    }
    case "array":
      return isObject(types, type.element);
    case "func_proto":
      return (
        !isFunction(types, type.result) &&
        !isArray(types, type.result) &&
        type.params.every(({ type: param, name }, i) =>
          param === 0
            ? name === "" && i === type.params.length - 1
            : !isFunction(types, param) && !isArray(types, param),
        )
      );
    case "type_tag":
      return !type.attribute && isPlainText(type.value);
    default:
      return true;
  }
}

/** Words of C that cannot be names, beside those of the base types (C11 6.4.1; c-specifier.ts). */
const KEYWORDS: ReadonlySet<string> = new Set(
  (
    "auto break case const continue default do else enum extern for goto if inline register restrict return sizeof " +
    "static struct switch typedef union volatile while _Alignas _Alignof _Atomic _Bool _Complex _Generic _Imaginary " +
    "_Noreturn _Static_assert _Thread_local alignas alignof static_assert typeof asm __asm__ __asm __typeof__ " +
    "__typeof __auto_type __const __const__ __volatile __volatile__ __restrict __restrict__ __extension__ __inline " +
    "__inline__ __thread __attribute__ __attribute _BitInt _Float16 __bf16 __fp16 _Decimal32 _Decimal64 _Decimal128"
  ).split(" "),
);

/** An identifier of C without the "$" that our own names have. */
function isPlainName(name: string, orNone = false): boolean {
  if (name === "") return orNone;
  return /^[\p{XID_Start}_]\p{XID_Continue}*$/u.test(name) && !KEYWORDS.has(name) && !isBaseWord(name);
}

/** What a string of an attribute can hold (c-attribute.ts). */
function isPlainText(text: string): boolean {
  return !/[\n\r\\]/.test(text);
}

/** The record that the parser has for the name must say the same; the sign of a plain char is each compiler's own affair. */
function isBaseType(type: Extract<BtfType, { kind: "int" | "float" }>): boolean {
  const name = spelledType(type.name.split(" "));
  if (name === undefined || name === "void") return false;
  const usual = baseRecord(name);
  if (usual.kind !== type.kind || usual.size !== type.size) return false;
  return usual.kind !== "int" || type.kind !== "int" || name === "char" || usual.encoding === type.encoding;
}

/** Named once each, of types that a member can have, with bits that fit. */
function areMembers(types: TypeTable, { members }: Composite): boolean {
  const names = new Set<string>();
  for (const member of members) {
    if (!isPlainName(member.name, true) || (member.name !== "" && names.has(member.name))) return false;
    names.add(member.name);
    if (!isObject(types, member.type)) return false;
    const target = resolveType(types, member.type);
    const type = types.at(target);
    if (member.name === "") {
      const composite = (type.kind === "struct" || type.kind === "union") && type.name === "";
      if (!composite || isBehindTypedef(types, member.type) || member.bits !== 0) return false;
      continue;
    }
    const { bits } = bitsOf(types, member);
    if (bits === 0) continue;
    if (type.kind !== "int" && type.kind !== "enum" && type.kind !== "enum64") return false;
    const limit = type.kind === "int" && type.encoding === "bool" ? 1 : type.size * 8;
    if (bits > limit) return false;
  }
  return true;
}

/** A name that stands alone declares no member, also where it is that of a struct without a tag. */
function isBehindTypedef(types: TypeTable, id: TypeId): boolean {
  for (let at = id; ; ) {
    const type = types.at(at);
    if (type.kind === "typedef") return true;
    if (type.kind !== "const" && type.kind !== "volatile" && type.kind !== "restrict") return false;
    at = type.type;
  }
}

/** Values that C would give the same type; without values it is only declared, and then has no size. */
function isEnum({ kind, name, size, signed, values }: Enum): boolean {
  if (values.length === 0) return name !== "" && size === 0 && kind === "enum" && !signed;
  if (![1, 2, 4, 8].includes(size) || (kind === "enum64") !== (size === 8)) return false;
  return values.every(
    ({ name: enumerator, value }) =>
      isPlainName(enumerator) &&
      (signed ? BigInt.asIntN(size * 8, value) : BigInt.asUintN(size * 8, value)) === value,
  );
}

/** What has a size, so that it can be a member or an element. */
function isObject(types: TypeTable, id: TypeId): boolean {
  return id !== 0 && sizeOf(types, id) !== undefined;
}

function isFunction(types: TypeTable, id: TypeId): boolean {
  const target = resolveType(types, id);
  return target !== 0 && types.at(target).kind === "func_proto";
}

function isArray(types: TypeTable, id: TypeId): boolean {
  const target = resolveType(types, id);
  return target !== 0 && types.at(target).kind === "array";
}

function hasPlainTags(types: TypeTable, tags: readonly TypeId[]): boolean {
  return tags.every((id) => {
    const tag = types.at(id);
    return tag.kind !== "decl_tag" || (!tag.attribute && isPlainText(tag.value));
  });
}
