// Bodies of struct, union and enum (C11, sections 6.7.2.1 and 6.7.2.2): members, bit-fields, enumerators, and what
// attributes on the whole make of them. The layout itself is c-record.ts.

import { assert } from "../base/index.js";
import { joinAttributes, NO_ATTRIBUTES, parseAttributes } from "./c-attribute.js";
import {
  accept,
  at,
  type CAttributes,
  type Cursor,
  expect,
  fail,
  failExpected,
  nested,
  next,
  peek,
} from "./c-cursor.js";
import { MAX_SIZE, parseDeclarator, requireComplete } from "./c-declarator.js";
import { parseConstant } from "./c-expression.js";
import type { Token } from "./c-lexer.js";
import { type FieldShape, layOutRecord } from "./c-record.js";
import { btfName, type QualType, sameShape, type TypeScope } from "./c-scope.js";
import { parseSpecifiers, referTag, type Specifiers, withShape } from "./c-specifier.js";
import { alignOf, memberNames, resolveType, sizeOf } from "./layout.js";
import type { BtfType, Enumerator, Member, TypeId } from "./types.js";

interface Field extends FieldShape {
  readonly name: string;
  readonly token: Token;
  readonly type: TypeId;
  readonly tags: readonly string[];
  /** An array whose length was left out: only the last member of a struct may be one. */
  readonly open: boolean;
}

interface Body {
  readonly kind: "struct" | "union";
  readonly fields: Field[];
  /** Names of the members, those inside anonymous members included. */
  readonly names: Set<string>;
}

/** The farthest bit at which a member may begin, with and without bit-fields in the struct (btf.rst 2.2.4). */
const MAX_OFFSET = 0xffffffff;
const MAX_FLAGGED_OFFSET = 0xffffff;
/** Members of one struct, enumerators of one enum: BTF counts them in 16 bits. */
const MAX_MEMBERS = 0xffff;

/** Reads `{ members }` and the attributes behind it, and puts the record in the place of the tag. */
export function parseCompositeBody(
  cursor: Cursor,
  kind: "struct" | "union",
  tag: Token | undefined,
  before: CAttributes,
): TypeId {
  const { scope } = cursor;
  const id = tag === undefined ? undefined : referTag(cursor, kind, tag);
  if (tag !== undefined && id !== undefined && scope.defining.has(id)) {
    fail("btf/c-redefined", { what: `${kind} "${tag.text}"` }, tag);
  }
  const body: Body = { kind, fields: [], names: new Set() };
  expect(cursor, "{");
  if (id !== undefined) scope.defining.add(id);
  nested(cursor, () => {
    while (!at(cursor, "}")) parseMembers(cursor, body);
  });
  if (id !== undefined) scope.defining.delete(id);
  const close = expect(cursor, "}");
  const behind = parseAttributes(cursor);
  const attributes = joinAttributes(before, behind);
  const { fields } = body;
  const shape = layOutRecord(kind === "union", fields, attributes.packed, attributes.aligned);
  if (shape.size > MAX_SIZE) fail("btf/c-too-large", { what: `a ${kind}` }, tag ?? close);
  const record: BtfType = {
    kind,
    name: btfName(tag?.text ?? ""),
    size: shape.size,
    ...placed(fields, shape.offsets),
  };
  return define(scope, record, tag, id, (type) => {
    scope.alignments.set(type, shape.align);
    addDeclTags(scope, type, attributes.declTags, -1);
    let component = 0;
    for (const field of fields) {
      addDeclTags(scope, type, field.tags, component);
      if (hasMember(field)) component += 1;
    }
  });
}

/** Unnamed bit-fields take room, but they are no members. */
function hasMember(field: Field): boolean {
  return field.width === undefined || field.name !== "";
}

/**
 * The fields with their places as members of the record. One bit-field is enough to take 8 of the 32 bits of every
 * offset in the struct for widths, so that the farthest bit is nearer.
 */
function placed(
  fields: readonly Field[],
  offsets: readonly number[],
): { members: Member[]; bitfields: boolean } {
  const bitfields = fields.some((field) => field.width !== undefined && field.name !== "");
  const members: Member[] = [];
  for (const [i, field] of fields.entries()) {
    const offset = offsets[i] ?? 0;
    const limit = bitfields ? MAX_FLAGGED_OFFSET : MAX_OFFSET;
    if (!hasMember(field)) continue;
    if (offset > limit) fail("btf/c-member-too-far", { name: field.name, offset, limit }, field.token);
    members.push({ name: field.name, type: field.type, offset, bits: field.width ?? 0 });
  }
  return { members, bitfields };
}

/** Puts `record` where its tag is already referred to; a second definition must say the same as the first. */
function define(
  scope: TypeScope,
  record: BtfType,
  tag: Token | undefined,
  id: TypeId | undefined,
  complete: (id: TypeId) => void,
): TypeId {
  if (id === undefined) {
    const fresh = scope.types.add(record);
    complete(fresh);
    return fresh;
  }
  assert(tag !== undefined, "only a tag is referred to before its definition");
  const known = scope.types.at(id);
  if (known.kind === "fwd" || (known.kind === "enum" && known.size === 0)) {
    scope.types.set(id, record);
    complete(id);
  } else if (!sameShape(scope.types, known, record)) {
    fail("btf/c-redefined", { what: `${record.kind.replace("64", "")} "${tag.text}"` }, tag);
  }
  return id;
}

/** Adds a DECL_TAG for each value; their order in the table is that of the source. */
export function addDeclTags(
  scope: TypeScope,
  type: TypeId,
  values: readonly string[],
  component: number,
): void {
  for (const value of values) scope.types.add({ kind: "decl_tag", value, type, component, attribute: false });
}

/** One member declaration: `int a, *b, c : 3;`, or a struct without a name. */
function parseMembers(cursor: Cursor, body: Body): void {
  if (accept(cursor, ";")) return;
  const { scope } = cursor;
  const specifiers = parseSpecifiers(cursor);
  if (specifiers.typedef) fail("btf/c-unsupported", { what: '"typedef" in a struct' }, specifiers.first);
  if (at(cursor, ";")) {
    if (specifiers.nameless) {
      requireComplete(cursor, specifiers.type.base, specifiers.first, (what) => [
        "btf/c-bad-member",
        { name: "", what },
      ]);
      const type = scope.qualified(specifiers.type);
      for (const name of memberNames(scope.types, type)) addName(body, name, specifiers.first);
      addField(body, {
        ...shapeOf(cursor, type, specifiers.attributes),
        name: "",
        named: false,
        token: specifiers.first,
        tags: specifiers.attributes.declTags,
        open: false,
      });
    } else if (!specifiers.defines) {
      failExpected(cursor, "a member name");
    }
    next(cursor);
    return;
  }
  do {
    parseMember(cursor, body, specifiers);
  } while (accept(cursor, ","));
  expect(cursor, ";");
}

/** One declarator of a member declaration, its width, and the attributes behind it. */
function parseMember(cursor: Cursor, body: Body, specifiers: Specifiers): void {
  const { scope } = cursor;
  const declarator = at(cursor, ":") ? undefined : parseDeclarator(cursor, specifiers.type);
  const colon = peek(cursor);
  const name = declarator?.name?.text ?? "";
  const token = declarator?.name ?? colon;
  if (name === "" && colon.text !== ":") failExpected(cursor, "a member name");
  if (name !== "") addName(body, name, token);
  const bare = declarator?.type ?? specifiers.type;
  const width = accept(cursor, ":") ? parseWidth(cursor, bare, token, name) : undefined;
  const behind = parseAttributes(cursor);
  const shaped = withShape(cursor, bare, behind, token);
  if (scope.isFunction(shaped.base)) fail("btf/c-bad-member", { name, what: "a function" }, token);
  requireComplete(cursor, shaped.base, token, (what) => ["btf/c-bad-member", { name, what }]);
  const inside = declarator?.attributes ?? NO_ATTRIBUTES;
  const attributes = joinAttributes(joinAttributes(specifiers.attributes, inside), behind);
  addField(body, {
    ...shapeOf(cursor, scope.qualified(shaped), attributes),
    width,
    name,
    named: name !== "",
    token,
    tags: attributes.declTags,
    open: shaped.open,
  });
}

/** Anonymous members lend their names to the struct around them (C11 6.7.2.1, paragraph 13): these clash, too. */
function addName(body: Body, name: string, token: Token): void {
  if (body.names.has(name)) fail("btf/c-duplicate-member", { name }, token);
  body.names.add(name);
}

function addField(body: Body, field: Field): void {
  const last = body.fields.at(-1);
  if (last?.open === true && body.kind === "struct")
    fail("btf/c-flexible-member", { name: last.name }, last.token);
  if (body.fields.length >= MAX_MEMBERS) {
    fail("btf/c-too-many", { what: "members", limit: MAX_MEMBERS }, field.token);
  }
  body.fields.push(field);
}

/** What the layout needs to know of a member that is no bit-field. */
function shapeOf(
  cursor: Cursor,
  type: TypeId,
  attributes: CAttributes,
): Pick<Field, "type" | "size" | "align" | "width" | "packed" | "aligned"> {
  const { scope } = cursor;
  return {
    type,
    size: sizeOf(scope.types, type) ?? 0,
    align: alignOf(scope, type),
    width: undefined,
    packed: attributes.packed,
    aligned: attributes.aligned,
  };
}

/** The bits of a bit-field, which must fit in its type: one bit for a `_Bool`. */
function parseWidth(cursor: Cursor, type: QualType, token: Token, name: string): number {
  const start = peek(cursor);
  const { value } = parseConstant(cursor);
  const { types } = cursor.scope;
  const base = resolveType(types, type.base);
  let record = base === 0 ? undefined : types.at(base);
  if (record?.kind === "enum" && record.size === 0) {
    // Its definition may stand further on, and says how many bits there are.
    const { space, name: own } = cursor.scope.definitions.get(base) ?? { space: "tag", name: record.name };
    cursor.demand(space, own, cursor.depth);
    record = types.at(base);
  }
  if (record?.kind !== "int" && record?.kind !== "enum" && record?.kind !== "enum64") {
    return fail("btf/c-bit-type", { name }, token);
  }
  const limit = record.kind === "int" && record.encoding === "bool" ? 1 : record.size * 8;
  if (value < 0n || value > BigInt(limit)) fail("btf/c-bit-width", { name, width: value, limit }, start);
  if (value === 0n && name !== "") fail("btf/c-bit-zero", { name }, start);
  return Number(value);
}

/** Reads `: type { enumerators }` and the attributes behind it. */
export function parseEnumBody(cursor: Cursor, tag: Token | undefined, before: CAttributes): TypeId {
  const { scope } = cursor;
  const id = tag === undefined ? undefined : referTag(cursor, "enum", tag);
  const known = id === undefined ? undefined : scope.types.at(id);
  const fixed = accept(cursor, ":") ? parseEnumType(cursor) : undefined;
  expect(cursor, "{");
  const values: Enumerator[] = [];
  let value = 0n;
  while (!at(cursor, "}")) {
    const name = next(cursor);
    if (name.kind !== "name") {
      cursor.position -= 1;
      failExpected(cursor, "an enumerator");
    }
    parseAttributes(cursor);
    if (accept(cursor, "=")) value = parseConstant(cursor).value;
    if (value < -(1n << 63n) || value >= 1n << 64n)
      fail("btf/c-enumerator-range", { name: name.text, value }, name);
    // A second definition of the same enum must say the same; `define` compares them.
    const again =
      known?.kind !== "fwd" && known !== undefined && "values" in known && known.values.length > 0;
    if (scope.enumerators.has(name.text) && !(again && scope.enumerators.get(name.text) === value)) {
      fail("btf/c-duplicate-enumerator", { name: name.text }, name);
    }
    if (scope.typedefs.has(name.text)) fail("btf/c-redefined", { what: `"${name.text}"` }, name);
    scope.enumerators.set(name.text, value);
    const plain = btfName(name.text);
    if (plain === "") fail("btf/c-own-name", { what: "an enumerator", name: name.text }, name);
    values.push({ name: plain, value });
    if (values.length > MAX_MEMBERS)
      fail("btf/c-too-many", { what: "enumerators", limit: MAX_MEMBERS }, name);
    value += 1n;
    if (!accept(cursor, ",")) break;
  }
  const close = expect(cursor, "}");
  if (values.length === 0) fail("btf/c-no-enumerators", {}, tag ?? close);
  const behind = parseAttributes(cursor);
  const attributes = joinAttributes(before, behind);
  if (attributes.declTags.length > 0) {
    fail(
      "btf/c-attribute-target",
      { name: "btf_decl_tag", expected: "a struct, union, member or typedef" },
      tag ?? close,
    );
  }
  const shape = fixed ?? enumShape(values, attributes);
  const out = values.find(({ value: v }) => !fits(v, shape));
  if (out !== undefined) fail("btf/c-enumerator-range", { name: out.name, value: out.value }, tag ?? close);
  const record: BtfType = {
    kind: shape.size === 8 ? "enum64" : "enum",
    name: btfName(tag?.text ?? ""),
    ...shape,
    values,
  };
  return define(scope, record, tag, id, (type) => {
    if (attributes.aligned > shape.size) scope.alignments.set(type, attributes.aligned);
  });
}

interface EnumShape {
  readonly size: number;
  readonly signed: boolean;
}

/** `enum e : type`: the type says it all. */
function parseEnumType(cursor: Cursor): EnumShape {
  const { first, type } = parseSpecifiers(cursor);
  const { types } = cursor.scope;
  const base = resolveType(types, type.base);
  const record = base === 0 ? undefined : types.at(base);
  if (record?.kind !== "int" || record.encoding === "bool" || record.size > 8) {
    return fail("btf/c-enum-type", {}, first);
  }
  return { size: record.size, signed: record.encoding === "signed" };
}

/**
 * The smallest type that clang takes: int or unsigned int where all values fit, else 64 bits; with `packed` as few
 * bytes as will do; with `mode` its size, and then always signed. Signed only where a value is negative.
 */
function enumShape(values: readonly Enumerator[], attributes: CAttributes): EnumShape {
  if (attributes.mode !== 0) return { size: attributes.mode, signed: true };
  const signed = values.some(({ value }) => value < 0n);
  for (const size of attributes.packed ? [1, 2, 4] : [4]) {
    if (values.every(({ value }) => fits(value, { size, signed }))) return { size, signed };
  }
  return { size: 8, signed };
}

/** Whether the value is one that the type can hold. */
function fits(value: bigint, { size, signed }: EnumShape): boolean {
  return (signed ? BigInt.asIntN(size * 8, value) : BigInt.asUintN(size * 8, value)) === value;
}
