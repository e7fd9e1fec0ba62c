// Declaration specifiers (C11, section 6.7.2): the part of a declaration before its declarators, which names a type:
// base types in all their spellings, struct, union and enum, typedef names, qualifiers and attributes.

import { didYouMean } from "../base/index.js";
import { joinAttributes, NO_ATTRIBUTES, parseAttributes } from "./c-attribute.js";
import { isBaseWord, mayBecomeType, spelledType } from "./c-base-types.js";
import {
  at,
  atAny,
  type CAttributes,
  type Cursor,
  expect,
  fail,
  failExpected,
  next,
  peek,
} from "./c-cursor.js";
import type { Token } from "./c-lexer.js";
import { type BaseName, btfName, CONST, type QualType, RESTRICT, VOLATILE } from "./c-scope.js";
import type { TypeId } from "./types.js";

export interface Specifiers {
  readonly type: QualType;
  readonly typedef: boolean;
  /** For each declarator that follows. */
  readonly attributes: CAttributes;
  /** The specifiers define or name a struct, union or enum: alone they are a declaration. */
  readonly tagged: boolean;
  /** A body was given. */
  readonly defines: boolean;
  /** An anonymous struct or union was defined here: alone it is a member. */
  readonly anonymous: boolean;
  /** The type is a struct or union that has no name in BTF: alone it can be a member. */
  readonly nameless: boolean;
  readonly first: Token;
}

export const QUALIFIERS: ReadonlyMap<string, number> = new Map([
  ["const", CONST],
  ["__const", CONST],
  ["__const__", CONST],
  ["volatile", VOLATILE],
  ["__volatile", VOLATILE],
  ["__volatile__", VOLATILE],
  ["restrict", RESTRICT],
  ["__restrict", RESTRICT],
  ["__restrict__", RESTRICT],
  ["_Atomic", 0], // transparent in BTF
  ["__extension__", 0],
]);

/** Specifiers of objects and functions: a list of types has no place for them. */
const STORAGE: ReadonlySet<string> = new Set([
  "extern",
  "static",
  "auto",
  "inline",
  "__inline",
  "__inline__",
  "_Noreturn",
  "_Thread_local",
  "__thread",
]);

/** Types of C that BTF or the BPF target does not have, and words that need an expression's type. */
const UNSUPPORTED: ReadonlySet<string> = new Set([
  "_Complex",
  "_Imaginary",
  "_BitInt",
  "_Float16",
  "__bf16",
  "__fp16",
  "_Decimal32",
  "_Decimal64",
  "_Decimal128",
  "typeof",
  "__typeof__",
  "__typeof",
  "__auto_type",
  "_Static_assert",
  "static_assert",
  "asm",
  "__asm__",
  "__asm",
]);

/** Kinds that `_Atomic` leaves as they are. */
const ATOMIC: ReadonlySet<string> = new Set([
  "int",
  "ptr",
  "enum",
  "enum64",
  "float",
  "const",
  "volatile",
  "restrict",
]);

/** Whether a type begins here; an unknown name does not begin one. */
export function isTypeStart(cursor: Cursor): boolean {
  const token = peek(cursor);
  if (token.kind !== "name") return false;
  const { text } = token;
  if (isBaseWord(text) || QUALIFIERS.has(text) || text.startsWith("__attribute")) return true;
  if (text === "struct" || text === "union" || text === "enum") return true;
  if (UNSUPPORTED.has(text) || text === "register" || text === "typedef") return true;
  return typedefNamed(cursor, text) !== undefined || text === "bool";
}

/** The typedef of that name: declared, declared further on, or built in. */
function typedefNamed(cursor: Cursor, name: string): TypeId | undefined {
  const { scope } = cursor;
  if (scope.enumerators.has(name)) return undefined;
  if (!scope.typedefs.has(name)) cursor.demand("ordinary", name, cursor.depth);
  return scope.typedefs.get(name) ?? scope.builtinTypedef(name);
}

/** The specifiers of a declaration as they stand there, before anyone asks which type they make. */
interface Words {
  /** The words of a base type: `unsigned`, `long`. */
  readonly base: Token[];
  attributes: CAttributes;
  quals: number;
  /** The last `_Atomic`. */
  atomic: Token | undefined;
  typedef: boolean;
  tag: Tag | undefined;
  /** A typedef's name, or what `_Atomic(T)` names. */
  named: TypeId | undefined;
}

/** Reads specifiers up to the first token that is none. There must be a type among them. */
export function parseSpecifiers(cursor: Cursor): Specifiers {
  const first = peek(cursor);
  const { base: words, attributes, quals, atomic, typedef, tag, named } = readWords(cursor);
  const base = tag?.id ?? named ?? baseType(cursor, words);
  const behind = cursor.scope.desugared(base);
  // C11 6.7.3, paragraph 2: only pointers to objects can be restricted.
  if ((quals & RESTRICT) !== 0 && (behind?.kind !== "ptr" || cursor.scope.isFunction(behind.type))) {
    fail("btf/c-restrict", {}, first);
  }
  // An atomic struct may be larger than the struct, which BTF cannot say.
  if (atomic !== undefined && !ATOMIC.has(behind?.kind ?? "void")) {
    fail("btf/c-unsupported", { what: '"_Atomic" of this type' }, atomic);
  }
  const plain: QualType = { base, quals, tags: attributes.typeTags, elementTags: [], open: false };
  return {
    type: withShape(cursor, plain, attributes, first),
    typedef,
    attributes: attributes === NO_ATTRIBUTES ? attributes : { ...attributes, mode: 0, vectorSize: 0 },
    tagged: tag !== undefined,
    defines: tag?.defines ?? false,
    anonymous: tag?.anonymous ?? false,
    nameless: isNameless(cursor, base),
    first,
  };
}

function readWords(cursor: Cursor): Words {
  const words: Words = {
    base: [],
    attributes: NO_ATTRIBUTES,
    quals: 0,
    atomic: undefined,
    typedef: false,
    tag: undefined,
    named: undefined,
  };
  for (;;) {
    words.attributes = joinAttributes(words.attributes, parseAttributes(cursor));
    const token = peek(cursor);
    if (token.kind !== "name" || !readWord(cursor, token, words)) return words;
  }
}

/** Takes one word, with what belongs to it; false where it is what the specifiers declare. */
function readWord(cursor: Cursor, token: Token, words: Words): boolean {
  const { text } = token;
  const qualifier = QUALIFIERS.get(text);
  const found = words.base.length > 0 || words.tag !== undefined || words.named !== undefined;
  if (qualifier !== undefined) {
    next(cursor);
    words.quals |= qualifier;
    if (text === "_Atomic") readAtomic(cursor, token, words, found);
  } else if (text === "typedef") {
    next(cursor);
    words.typedef = true;
  } else if (text === "register") {
    next(cursor); // allowed for parameters, and without a trace
  } else if (STORAGE.has(text) || UNSUPPORTED.has(text)) {
    fail("btf/c-unsupported", { what: `"${text}"` }, token);
  } else if (isBaseWord(text)) {
    if (words.tag !== undefined || words.named !== undefined) failSecondType(cursor, token);
    words.base.push(next(cursor));
  } else if (text === "struct" || text === "union" || text === "enum") {
    if (found) failSecondType(cursor, token);
    words.tag = parseTag(cursor);
  } else {
    // Behind a type, a name is what is declared, even if a typedef has this name (C11 6.7.8).
    if (found) return false;
    const type = typedefNamed(cursor, text) ?? (text === "bool" ? cursor.scope.base("_Bool") : undefined);
    if (type === undefined) return failUnknownType(cursor, token);
    next(cursor);
    words.named = type;
  }
  return true;
}

/** `_Atomic(T)` names a type, `_Atomic T` qualifies one (C11 6.7.2.4 and 6.7.3). */
function readAtomic(cursor: Cursor, token: Token, words: Words, found: boolean): void {
  words.atomic = token;
  if (!at(cursor, "(")) return;
  if (found) fail("btf/c-specifiers", { first: words.base[0]?.text ?? "type", second: token.text }, token);
  next(cursor);
  words.named = cursor.typeName(cursor);
  expect(cursor, ")");
}

/** Whether the words name a struct or union itself, not a typedef of one, and it has no name in BTF. */
function isNameless({ scope }: Cursor, base: TypeId): boolean {
  const type = base === 0 ? undefined : scope.types.at(base);
  return (type?.kind === "fwd" || type?.kind === "struct" || type?.kind === "union") && type.name === "";
}

/** Two types in one declaration; behind a body that is a forgotten semicolon. */
function failSecondType(cursor: Cursor, token: Token): never {
  const before = cursor.tokens[cursor.position - 1];
  if (before?.text === "}") return failExpected(cursor, '";"');
  return fail("btf/c-specifiers", { first: before?.text ?? "", second: token.text }, token);
}

/** A struct without its keyword is the commonest slip of those who come from C++. */
function failUnknownType(cursor: Cursor, token: Token): never {
  const tagKind = cursor.scope.tags.get(token.text);
  const record = tagKind === undefined ? undefined : cursor.scope.types.at(tagKind);
  const word = record?.kind === "fwd" ? (record.union ? "union" : "struct") : record?.kind.replace("64", "");
  const hint = (): string =>
    word === undefined
      ? didYouMean(token.text, cursor.candidates())
      : `did you mean "${word} ${token.text}"?`;
  return fail("btf/c-unknown-type", { name: token.text }, token, { hint });
}

/** The type that the words spell; the error stands at the first word that fits no more. */
function baseType(cursor: Cursor, words: readonly Token[]): TypeId {
  if (words.length === 0) return failExpected(cursor, "a type");
  const name = spelledType(words.map(({ text }) => text));
  if (name === "void") return 0;
  if (name !== undefined) return cursor.scope.base(name);
  // The word at which the words stop being the beginning of any type.
  const wrong = words.findIndex((_, i) => !mayBecomeType(words.slice(0, i + 1).map(({ text }) => text)));
  const second = words[wrong] ?? words.at(-1)!;
  return fail("btf/c-specifiers", { first: words[wrong - 1]?.text ?? "", second: second.text }, second);
}

/** Integer types by bytes, for `__attribute__((mode(...)))`; clang picks the same names. */
const BY_MODE: Readonly<Record<number, readonly [BaseName, BaseName]>> = {
  1: ["signed char", "unsigned char"],
  2: ["short", "unsigned short"],
  4: ["int", "unsigned int"],
  8: ["long", "unsigned long"],
  16: ["__int128", "unsigned __int128"],
};

/** The type that `mode` and `vector_size` make of an integer or a number. */
export function withShape(cursor: Cursor, type: QualType, attributes: CAttributes, token: Token): QualType {
  const { scope } = cursor;
  let { base } = type;
  if (attributes.mode !== 0) {
    const record = scope.desugared(base);
    const pair = BY_MODE[attributes.mode];
    if (record?.kind !== "int" || pair === undefined) {
      return fail("btf/c-attribute-target", { name: "mode", expected: "an integer" }, token);
    }
    base = scope.base(pair[record.encoding === "signed" ? 0 : 1]);
  }
  if (attributes.vectorSize !== 0) {
    const bytes = attributes.vectorSize;
    const record = scope.desugared(base);
    if (record?.kind !== "int" && record?.kind !== "float") {
      return fail("btf/c-attribute-target", { name: "vector_size", expected: "a number" }, token);
    }
    if (bytes % record.size !== 0) fail("btf/c-vector-size", { bytes, size: record.size }, token);
    base = scope.vector(base, bytes / record.size, bytes);
  }
  return { ...type, base };
}

interface Tag {
  readonly id: TypeId;
  readonly defines: boolean;
  readonly anonymous: boolean;
}

/** struct, union or enum with a tag, a body, or both (C11 6.7.2.1 to 6.7.2.3). */
function parseTag(cursor: Cursor): Tag {
  const keyword = next(cursor);
  const kind = keyword.text as "struct" | "union" | "enum";
  const attributes = parseAttributes(cursor);
  const tag = peek(cursor).kind === "name" && !atAny(cursor, QUALIFIERS) ? next(cursor) : undefined;
  if (kind === "enum" && (at(cursor, "{") || at(cursor, ":"))) {
    return { id: cursor.enumBody(cursor, tag, attributes), defines: true, anonymous: false };
  }
  if (kind !== "enum" && at(cursor, "{")) {
    return {
      id: cursor.compositeBody(cursor, kind, tag, attributes),
      defines: true,
      anonymous: tag === undefined,
    };
  }
  if (tag === undefined) return failExpected(cursor, 'a tag or "{"');
  // Without a name in BTF there is no forward declaration either: it must be defined somewhere.
  const known = cursor.scope.tags.has(tag.text) || cursor.isDeclared("tag", tag.text);
  if (btfName(tag.text) === "" && !known) {
    fail("btf/c-unknown-type", { name: `${kind} ${tag.text}` }, tag);
  }
  return { id: referTag(cursor, kind, tag), defines: false, anonymous: false };
}

/** The record of a tag, which may be a forward declaration; the definition will take its place. */
export function referTag(cursor: Cursor, kind: "struct" | "union" | "enum", tag: Token): TypeId {
  const { scope } = cursor;
  const known = scope.tags.get(tag.text);
  if (known === undefined) {
    const name = btfName(tag.text);
    const id =
      kind === "enum"
        ? scope.types.add({ kind: "enum", name, size: 0, signed: false, values: [] })
        : scope.types.add({ kind: "fwd", name, union: kind === "union" });
    scope.tags.set(tag.text, id);
    scope.definitions.set(id, { space: "tag", name: tag.text });
    return id;
  }
  const record = scope.types.at(known);
  const declared =
    record.kind === "fwd" ? (record.union ? "union" : "struct") : record.kind.replace("64", "");
  if (declared !== kind) {
    return fail("btf/c-tag-clash", { name: tag.text, first: declared, second: kind }, tag);
  }
  return known;
}
