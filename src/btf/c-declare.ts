// The C parser where a whole begins: one declaration, a type name, a prototype, as docs/ir.md describes them (the part of
// C11 section 6.7 that makes types). What they are made of is in c-specifier.ts, c-declarator.ts and c-composite.ts, the
// declarations of a document in c-order.ts.

import { joinAttributes, parseAttributes } from "./c-attribute.js";
import { addDeclTags, parseCompositeBody, parseEnumBody } from "./c-composite.js";
import {
  accept,
  at,
  type CAttributes,
  type CError,
  CStop,
  type Cursor,
  expect,
  fail,
  failExpected,
  next,
  peek,
} from "./c-cursor.js";
import { type CParam, type Declarator, parseDeclarator } from "./c-declarator.js";
import { lex, type Token } from "./c-lexer.js";
import { btfName, type QualType, sameShape, type TypeScope } from "./c-scope.js";
import { isTypeStart, parseSpecifiers, withShape } from "./c-specifier.js";
import type { TypeId } from "./types.js";

/**
 * The type that a C type name spells: `const char *`, `struct sock *[4]`, `int (void *)`. 0 is void. A struct that
 * is only named becomes a forward declaration.
 */
export function parseTypeName(scope: TypeScope, text: string): TypeId | CError {
  return parseWhole(scope, text, readTypeName);
}

export interface Prototype {
  /** "" where it has none. */
  readonly name: string;
  /** A func_proto of its own, with the names of its parameters. */
  readonly type: TypeId;
  /** The function type without names: one record with what pointers of that signature point at. */
  readonly signature: TypeId;
  /** btf_decl_tag of the parameters, in order. */
  readonly paramTags: readonly { readonly component: number; readonly value: string }[];
  /** btf_decl_tag of the function. */
  readonly tags: readonly string[];
}

/** A function prototype, with or without a name: `int prog(struct xdp_md *ctx)`, `int (void *ctx)`. */
export function parsePrototype(scope: TypeScope, text: string): Prototype | CError {
  return parseWhole(scope, text, (cursor) => {
    const first = peek(cursor);
    const specifiers = parseSpecifiers(cursor);
    if (specifiers.typedef) fail("btf/c-unsupported", { what: '"typedef"' }, first);
    const declarator = parseDeclarator(cursor, specifiers.type);
    const behind = parseAttributes(cursor);
    if (declarator.params === undefined) return failExpected(cursor, "a parameter list");
    const attributes = joinAttributes(joinAttributes(specifiers.attributes, declarator.attributes), behind);
    accept(cursor, ";");
    return {
      name: declarator.name?.text ?? "",
      type: namedPrototype(scope, declarator.type, declarator.params),
      signature: declarator.type.base,
      paramTags: declarator.params.flatMap(({ tags }, component) =>
        tags.map((value) => ({ component, value })),
      ),
      tags: attributes.declTags,
    };
  });
}

/** Unlike the function types behind pointers, a prototype keeps its names, and is never shared. */
function namedPrototype(scope: TypeScope, type: QualType, params: readonly CParam[]): TypeId {
  const record = scope.types.at(type.base);
  const result = record.kind === "func_proto" ? record.result : 0;
  return scope.types.add({
    kind: "func_proto",
    result,
    params: params.map((param) => ({ name: param.name, type: param.type })),
  });
}

/** Parses all of `text` with `read`; names that are not declared are unknown. */
function parseWhole<T>(scope: TypeScope, text: string, read: (cursor: Cursor) => T): T | CError {
  const asking: Asking = {
    demand: () => undefined,
    isDeclared: () => false,
    candidates: () => scope.typeNames(),
  };
  try {
    return readWhole(newCursor(scope, lexAll(text), 0, 0, asking), read);
  } catch (stop) {
    scope.defining.clear();
    if (stop instanceof CStop && stop.error !== undefined) return stop.error;
    throw stop;
  }
}

/** Reads what must end where the text does. */
export function readWhole<T>(cursor: Cursor, read: (cursor: Cursor) => T): T {
  const value = read(cursor);
  if (peek(cursor).kind !== "end") failExpected(cursor, "the end");
  return value;
}

/** The tokens of a text; stops where one is none of C. */
export function lexAll(text: string): readonly Token[] {
  const { tokens, error } = lex(text);
  if (error !== undefined) throw new CStop(error);
  return tokens;
}

/** What a cursor asks of the declarations around it. */
export type Asking = Pick<Cursor, "demand" | "isDeclared" | "candidates">;

/** At token `position`, inside of `depth` other declarations. */
export function newCursor(
  scope: TypeScope,
  tokens: readonly Token[],
  position: number,
  depth: number,
  asking: Asking,
): Cursor {
  return {
    scope,
    tokens,
    position,
    depth,
    ...asking,
    isTypeStart,
    typeName: readTypeName,
    compositeBody: parseCompositeBody,
    enumBody: parseEnumBody,
  };
}

/** A type name (C11 6.7.7): specifiers and a declarator without a name. */
export function readTypeName(cursor: Cursor): TypeId {
  const specifiers = parseSpecifiers(cursor);
  if (specifiers.typedef) fail("btf/c-unsupported", { what: '"typedef"' }, specifiers.first);
  const { name, type } = parseDeclarator(cursor, specifiers.type);
  if (name !== undefined) fail("btf/c-name-in-type", { name: name.text }, name);
  const behind = parseAttributes(cursor);
  return cursor.scope.qualified(withShape(cursor, type, behind, specifiers.first));
}

/** One declaration with its semicolon (C11 6.7): a struct, union or enum, or typedefs. */
export function parseDeclaration(cursor: Cursor): void {
  if (accept(cursor, ";")) return;
  const specifiers = parseSpecifiers(cursor);
  if (at(cursor, ";")) {
    // An anonymous struct alone cannot be named again; an anonymous enum leaves its enumerators.
    const declares = specifiers.tagged && !specifiers.anonymous && !specifiers.typedef;
    if (!declares) fail("btf/c-declares-nothing", {}, specifiers.first);
    next(cursor);
    return;
  }
  do {
    const declarator = parseDeclarator(cursor, specifiers.type);
    const behind = parseAttributes(cursor);
    const { name } = declarator;
    if (name === undefined) failExpected(cursor, specifiers.typedef ? "a name" : '";"');
    if (!specifiers.typedef) failNotType(cursor, name, declarator);
    const attributes = joinAttributes(joinAttributes(specifiers.attributes, declarator.attributes), behind);
    declareTypedef(cursor, name, withShape(cursor, declarator.type, behind, name), attributes);
  } while (accept(cursor, ","));
  if (at(cursor, "=")) fail("btf/c-unsupported", { what: "an initializer" }, peek(cursor));
  expect(cursor, ";");
}

/** Variables and functions have their own places in a module. */
function failNotType(cursor: Cursor, name: Token, declarator: Declarator): never {
  if (at(cursor, "{")) fail("btf/c-unsupported", { what: "a function body" }, name);
  if (at(cursor, "=")) fail("btf/c-unsupported", { what: "an initializer" }, peek(cursor));
  if (at(cursor, "asm") || at(cursor, "__asm__")) fail("btf/c-unsupported", { what: '"asm"' }, peek(cursor));
  return fail(
    "btf/c-unsupported",
    { what: declarator.params === undefined ? "a variable" : "a function" },
    name,
  );
}

/**
 * A typedef may be declared again if it says the same; one that was built in gives way to the author's. One of a name
 * that only the document has stands for the type itself.
 */
function declareTypedef(cursor: Cursor, name: Token, type: QualType, attributes: CAttributes): void {
  const { scope } = cursor;
  const target = scope.qualified(type);
  const plain = btfName(name.text);
  if (plain === "") {
    const what = `typedef "${name.text}"`;
    if (scope.typedefs.has(name.text)) fail("btf/c-redefined", { what }, name);
    if (attributes.declTags.length > 0)
      fail("btf/c-own-name", { what: "a tagged typedef", name: name.text }, name);
    scope.typedefs.set(name.text, target);
    return;
  }
  const record = { kind: "typedef", name: plain, type: target } as const;
  if (scope.enumerators.has(name.text)) fail("btf/c-redefined", { what: `"${name.text}"` }, name);
  const known = scope.typedefs.get(name.text);
  if (known !== undefined) {
    if (sameShape(scope.types, scope.types.at(known), record)) return;
    if (!scope.builtins.has(known)) fail("btf/c-redefined", { what: `typedef "${name.text}"` }, name);
  }
  const id = scope.types.add(record);
  scope.typedefs.set(name.text, id);
  if (attributes.aligned !== 0) scope.alignments.set(id, attributes.aligned);
  addDeclTags(scope, id, attributes.declTags, -1);
}
