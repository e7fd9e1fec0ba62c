// Declarators (C11, sections 6.7.6 and 6.7.7): pointers, arrays and functions around a name or around nothing.
//
// A declarator is read inside out: in `int (*f[2])(long)`, f is an array of pointers to functions. So what follows
// a parenthesis is applied before what stands inside of it: the parser jumps over the inner part, reads the
// suffixes behind it, and comes back.

import { joinAttributes, NO_ATTRIBUTES, parseAttributes } from "./c-attribute.js";
import {
  accept,
  at,
  atAny,
  type CAttributes,
  type Cursor,
  expect,
  fail,
  failExpected,
  nested,
  next,
  peek,
} from "./c-cursor.js";
import { parseConstant } from "./c-expression.js";
import type { Token } from "./c-lexer.js";
import { type QualType, RESTRICT } from "./c-scope.js";
import { parseSpecifiers, QUALIFIERS, withShape } from "./c-specifier.js";
import { alignOf, resolveType, sizeOf } from "./layout.js";
import type { TypeId } from "./types.js";

export interface CParam {
  /** "" where it has none. */
  readonly name: string;
  /** 0 with "" is `...`. */
  readonly type: TypeId;
  /** btf_decl_tag. */
  readonly tags: readonly string[];
}

export interface Declarator {
  readonly name: Token | undefined;
  readonly type: QualType;
  /** Of pointers inside the declarator; those behind it are read by who knows where it ends. */
  readonly attributes: CAttributes;
  /** The parameters, where the declared thing itself is a function. `()` has none. */
  readonly params: readonly CParam[] | undefined;
  /** Qualifiers inside the brackets of an array parameter: those of the pointer that it becomes. */
  readonly bracketQuals: number;
}

/** The largest size of a type in BTF: struct btf_type has 32 bits for it. */
export const MAX_SIZE = 0xffffffff;

/**
 * Reads a declarator of any sort: with a name, or abstract. Whether a name must or must not be there is for the
 * caller to say.
 */
export function parseDeclarator(cursor: Cursor, base: QualType): Declarator {
  return nested(cursor, () => {
    const { scope } = cursor;
    let attributes = parseAttributes(cursor);
    let type = base;
    while (accept(cursor, "*")) {
      const { quals, own } = parsePointer(cursor);
      if ((quals & RESTRICT) !== 0 && scope.isFunction(type.base)) {
        fail("btf/c-restrict", {}, cursor.tokens[cursor.position - 1]!);
      }
      type = { base: scope.pointerTo(type), quals, tags: own.typeTags, elementTags: [], open: false };
      if (own !== NO_ATTRIBUTES) attributes = joinAttributes(attributes, { ...own, typeTags: [] });
    }
    if (at(cursor, "(") && isGroup(cursor)) {
      const open = next(cursor);
      const inside = cursor.position;
      cursor.position = open.close + 1;
      const outer = parseSuffixes(cursor, type);
      const end = cursor.position;
      cursor.position = inside;
      const inner = parseDeclarator(cursor, outer.type);
      if (cursor.position !== open.close) failExpected(cursor, '")"');
      cursor.position = end;
      // `(f)(int)` is a function like `f(int)`; in `(*f)(int)`, the function is what f points at.
      const direct = inner.type === outer.type;
      return {
        ...inner,
        attributes: joinAttributes(attributes, inner.attributes),
        params: inner.params ?? (direct ? outer.params : undefined),
      };
    }
    const name = peek(cursor).kind === "name" && !atAny(cursor, QUALIFIERS) ? next(cursor) : undefined;
    const { type: whole, params, bracketQuals } = parseSuffixes(cursor, type);
    return { name, type: whole, attributes, params, bracketQuals };
  });
}

/** Qualifiers and attributes behind a `*`: type tags are the pointer's, seen by a pointer to it. */
function parsePointer(cursor: Cursor): { quals: number; own: CAttributes } {
  let quals = 0;
  let own = NO_ATTRIBUTES;
  for (;;) {
    own = joinAttributes(own, parseAttributes(cursor));
    const qualifier = QUALIFIERS.get(peek(cursor).text);
    if (qualifier === undefined) return { quals, own };
    next(cursor);
    quals |= qualifier;
  }
}

/** Whether a parenthesis holds a declarator, not parameters. */
function isGroup(cursor: Cursor): boolean {
  const inside = peek(cursor, 1);
  if (inside.text === ")") return false;
  if (inside.kind !== "name" || inside.text.startsWith("__attribute")) return true;
  cursor.position += 1;
  const type = cursor.isTypeStart(cursor);
  cursor.position -= 1;
  return !type;
}

type Suffix =
  | {
      readonly kind: "array";
      readonly token: Token;
      readonly length: number | undefined;
      readonly quals: number;
    }
  | {
      readonly kind: "function";
      readonly token: Token;
      readonly params: readonly CParam[];
      readonly open: boolean;
    };

interface Suffixed {
  readonly type: QualType;
  readonly params: readonly CParam[] | undefined;
  readonly bracketQuals: number;
}

/** Arrays and parameter lists behind a name. The last one is the innermost type, so they are applied backwards. */
function parseSuffixes(cursor: Cursor, base: QualType): Suffixed {
  const suffixes: Suffix[] = [];
  for (;;) {
    if (at(cursor, "[")) suffixes.push(parseArraySuffix(cursor));
    else if (at(cursor, "(")) suffixes.push(parseFunctionSuffix(cursor));
    else break;
  }
  let type = base;
  for (const suffix of [...suffixes].reverse()) {
    type = suffix.kind === "array" ? arrayOf(cursor, type, suffix) : functionOf(cursor, type, suffix);
  }
  const [first] = suffixes;
  return {
    type,
    params: first?.kind === "function" ? first.params : undefined,
    bracketQuals: first?.kind === "array" ? first.quals : 0,
  };
}

/** `[N]`, `[]`, and in parameters `[static const N]` (C11 6.7.6.2 and 6.7.6.3). */
function parseArraySuffix(cursor: Cursor): Suffix & { kind: "array" } {
  const token = expect(cursor, "[");
  let quals = 0;
  while (atAny(cursor, QUALIFIERS) || at(cursor, "static")) quals |= QUALIFIERS.get(next(cursor).text) ?? 0;
  if (accept(cursor, "]")) return { kind: "array", token, length: undefined, quals };
  const start = peek(cursor);
  const { value } = parseConstant(cursor);
  const close = expect(cursor, "]");
  if (value < 0n) fail("btf/c-negative-length", { length: value }, start, { last: start });
  if (value > BigInt(MAX_SIZE)) fail("btf/c-too-large", { what: "an array" }, token, { last: close });
  return { kind: "array", token, length: Number(value), quals };
}

/** An array of `element`, which must have a size that keeps its alignment from one element to the next. */
function arrayOf(cursor: Cursor, element: QualType, suffix: Suffix & { kind: "array" }): QualType {
  const { scope } = cursor;
  const { token } = suffix;
  const length = suffix.length ?? 0;
  if (element.open) fail("btf/c-bad-element", { what: "arrays without a length" }, token);
  if (scope.isFunction(element.base)) fail("btf/c-bad-element", { what: "functions" }, token);
  requireComplete(cursor, element.base, token, (what) => ["btf/c-bad-element", { what }]);
  const size = sizeOf(scope.types, element.base) ?? 0;
  if (size * length > MAX_SIZE) fail("btf/c-too-large", { what: "an array" }, token);
  const align = alignOf(scope, element.base);
  if (size % align !== 0) fail("btf/c-element-align", { size, align }, token);
  return {
    base: scope.array(scope.qualified(element), length),
    quals: 0,
    tags: [],
    elementTags: element.tags,
    open: suffix.length === undefined,
  };
}

/** `(T name, ...)`. A parameter of type 0 without a name ends the list as `...` (btf.rst 2.2.13). */
function parseFunctionSuffix(cursor: Cursor): Suffix & { kind: "function" } {
  const token = expect(cursor, "(");
  if (accept(cursor, ")")) return { kind: "function", token, params: [], open: true };
  const params: CParam[] = [];
  do {
    const start = peek(cursor);
    if (at(cursor, "...")) {
      if (params.length === 0) failExpected(cursor, "a parameter");
      next(cursor);
      params.push({ name: "", type: 0, tags: [] });
      break;
    }
    const param = nested(cursor, () => parseParam(cursor));
    if (param.type === 0) {
      // `(void)` says that there are none; a void among others is nothing.
      if (params.length === 0 && param.name === "" && accept(cursor, ")")) {
        return { kind: "function", token, params: [], open: false };
      }
      fail("btf/c-bad-parameter", { what: "void" }, start);
    }
    params.push(param);
  } while (accept(cursor, ","));
  expect(cursor, ")");
  return { kind: "function", token, params, open: false };
}

/** One parameter: its name and tags are kept for prototypes, and dropped by everything else. */
function parseParam(cursor: Cursor): CParam {
  const specifiers = parseSpecifiers(cursor);
  if (specifiers.typedef) fail("btf/c-unsupported", { what: '"typedef"' }, specifiers.first);
  const declarator = parseDeclarator(cursor, specifiers.type);
  const behind = parseAttributes(cursor);
  const type = withShape(cursor, declarator.type, behind, specifiers.first);
  return {
    name: declarator.name?.text ?? "",
    type: paramType(cursor, type, declarator.bracketQuals),
    tags: [...specifiers.attributes.declTags, ...declarator.attributes.declTags, ...behind.declTags],
  };
}

/** C11 6.7.6.3, paragraphs 7 and 8: arrays and functions become pointers. */
function paramType(cursor: Cursor, type: QualType, bracketQuals: number): TypeId {
  const { scope } = cursor;
  const record = scope.desugared(type.base);
  if (record?.kind === "func_proto") return scope.pointer(type.base);
  if (record?.kind !== "array" || isVector(cursor, type.base)) return scope.qualified(type);
  const element = qualifyElement(cursor, record.element, type.quals);
  const pointee = { base: element, quals: 0, tags: type.elementTags, elementTags: [], open: false };
  const base = scope.pointerTo(pointee);
  return scope.qualified({ base, quals: bracketQuals, tags: [], elementTags: [], open: false });
}

/**
 * Qualifiers of an array are those of its elements (C11 6.7.3, paragraph 9); elements that are arrays keep them
 * on themselves, as clang has it.
 */
function qualifyElement(cursor: Cursor, element: TypeId, quals: number): TypeId {
  const { scope } = cursor;
  if (quals === 0) return element;
  let base = element;
  let all = quals;
  for (;;) {
    const type = base === 0 ? undefined : scope.types.at(base);
    const bit = type === undefined ? undefined : QUALIFIERS.get(type.kind);
    if (bit === undefined || type === undefined || !("type" in type)) break;
    all |= bit;
    base = type.type;
  }
  return scope.qualified({ base, quals: all, tags: [], elementTags: [], open: false });
}

/** An array in BTF, but a value in C. */
function isVector(cursor: Cursor, id: TypeId): boolean {
  return cursor.scope.vectors.has(resolveType(cursor.scope.types, id));
}

/** A function type; C has no functions that return functions or arrays. */
function functionOf(
  cursor: Cursor,
  result: QualType,
  { token, params, open }: Suffix & { kind: "function" },
): QualType {
  const { scope } = cursor;
  if (scope.isFunction(result.base)) fail("btf/c-bad-result", { what: "a function" }, token);
  if (scope.desugared(result.base)?.kind === "array" && !isVector(cursor, result.base)) {
    fail("btf/c-bad-result", { what: "an array" }, token);
  }
  // clang writes `()` like `(...)`: one nameless parameter of type void.
  const types = open ? [0] : params.map(({ type }) => type);
  return {
    base: scope.functionType(scope.qualified(result), types),
    quals: 0,
    tags: [],
    elementTags: [],
    open: false,
  };
}

type Complaint = (what: string) => readonly [Parameters<typeof fail>[0], Parameters<typeof fail>[1]];

/**
 * Ends the parse unless the type has a size. A struct that is defined further on is defined now; `complain` says
 * what is wrong with void.
 */
export function requireComplete(cursor: Cursor, id: TypeId, token: Token, complain: Complaint): void {
  const { scope } = cursor;
  const { types } = scope;
  const base = resolveType(types, id);
  if (base === 0) {
    const [code, args] = complain("void");
    fail(code, args, token);
  }
  const record = types.at(base);
  if (record.kind !== "fwd" && !(record.kind === "enum" && record.size === 0)) return;
  const kind = record.kind === "fwd" ? (record.union ? "union" : "struct") : "enum";
  const { space, name } = scope.definitions.get(base) ?? { space: "tag", name: record.name };
  if (scope.defining.has(base)) fail("btf/c-recursive", { kind, name }, token);
  cursor.demand(space, name, cursor.depth);
  if (sizeOf(types, base) !== undefined) return;
  if (scope.defining.has(base)) fail("btf/c-recursive", { kind, name }, token);
  fail("btf/c-incomplete", { kind, name }, token);
}
