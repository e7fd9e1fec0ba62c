// A place in a list of tokens, and the errors that a parser of C reports from there. Shared by the files that know
// the grammar (c-*.ts); knows none of it.

import type { Code } from "../base/index.js";
import type { Token } from "./c-lexer.js";
import type { TypeScope } from "./c-scope.js";
import type { TypeId } from "./types.js";

/** A mistake in the C text of an author, as data: the sentence is in base/messages.ts. */
export interface CError {
  readonly code: Extract<Code, `btf/c-${string}`>;
  /** The holes of the sentence. */
  readonly args: Readonly<Record<string, string | number | bigint>>;
  /** UTF-16 offset in the text. */
  readonly start: number;
  /** UTF-16 units; 0 at the end of the text. */
  readonly length: number;
  /** One thing to try; "" where there is none. */
  readonly hint: string;
  /** Which of the texts that were given; 0 where there was one. */
  readonly text: number;
  /** Which spelling of an own type (own-types.ts), or its id where there is none; `undefined` for plain text. */
  readonly part?: number | "id";
}

/** Where names live in C (C11 6.2.3): tags have a space of their own. */
export type NameSpace = "ordinary" | "tag";

/**
 * The mutable state of one parse. `demand` asks for the declaration of a name that stands further on, so that
 * texts may come in any order. The grammar is recursive where files are not: the functions at the end are its
 * upper parts, for those below that need them.
 */
export interface Cursor {
  readonly scope: TypeScope;
  readonly tokens: readonly Token[];
  position: number;
  depth: number;
  readonly demand: (space: NameSpace, name: string, depth: number) => void;
  /** Whether some declaration, parsed or not, declares the name. */
  readonly isDeclared: (space: NameSpace, name: string) => boolean;
  readonly candidates: () => Iterable<string>;
  readonly isTypeStart: (cursor: Cursor) => boolean;
  readonly typeName: (cursor: Cursor) => TypeId;
  readonly compositeBody: (
    cursor: Cursor,
    kind: "struct" | "union",
    tag: Token | undefined,
    attributes: CAttributes,
  ) => TypeId;
  readonly enumBody: (cursor: Cursor, tag: Token | undefined, attributes: CAttributes) => TypeId;
}

/** What `__attribute__` and `_Alignas` say; c-attribute.ts reads them. */
export interface CAttributes {
  readonly packed: boolean;
  /** Bytes; 0 where nothing was asked for. */
  readonly aligned: number;
  /** btf_type_tag, in source order. */
  readonly typeTags: readonly string[];
  /** btf_decl_tag, in source order. */
  readonly declTags: readonly string[];
  /** Bytes of the vector; 0 for none. */
  readonly vectorSize: number;
  /** Bytes of the integer that `mode` asks for; 0 for none. */
  readonly mode: number;
}

/** Declarations inside declarations, and parentheses inside parentheses. */
export const MAX_C_DEPTH = 128;

/** Ends the parse of one declaration. Only c-declare.ts and c-order.ts catch it; silent where the cause is reported. */
export class CStop extends Error {
  readonly error: CError | undefined;

  constructor(error: CError | undefined) {
    super("C text");
    this.error = error;
  }
}

export function peek(cursor: Cursor, ahead = 0): Token {
  const at = Math.min(cursor.position + ahead, cursor.tokens.length - 1);
  return cursor.tokens[at]!;
}

export function next(cursor: Cursor): Token {
  const token = peek(cursor);
  if (token.kind !== "end") cursor.position += 1;
  return token;
}

/** Whether the next token is this punctuation or this word. */
export function at(cursor: Cursor, text: string): boolean {
  const token = peek(cursor);
  return token.text === text && (token.kind === "punct" || token.kind === "name");
}

/** Whether the next token is one of these words. */
export function atAny(cursor: Cursor, words: ReadonlyMap<string, unknown>): boolean {
  const token = peek(cursor);
  return token.kind === "name" && words.has(token.text);
}

export function accept(cursor: Cursor, text: string): boolean {
  if (!at(cursor, text)) return false;
  cursor.position += 1;
  return true;
}

export function expect(cursor: Cursor, text: string): Token {
  if (!at(cursor, text)) return failExpected(cursor, `"${text}"`);
  return next(cursor);
}

export function fail(
  code: CError["code"],
  args: CError["args"],
  token: Token,
  { hint = "", last = token }: { hint?: string | (() => string); last?: Token } = {},
): never {
  const length = last.start + last.text.length - token.start;
  throw new CStop({
    code,
    args,
    start: token.start,
    length,
    // Looked for when somebody asks.
    get hint() {
      return typeof hint === "string" ? hint : hint();
    },
    text: 0,
  });
}

/** `expected` reads on in "... is expected here". */
export function failExpected(cursor: Cursor, expected: string): never {
  const token = peek(cursor);
  const found = token.kind === "end" ? "the end" : `"${token.text}"`;
  return fail("btf/c-expected", { expected, found }, token);
}

/** Runs `read` one level deeper; the stack of the host is not the author's business. */
export function nested<T>(cursor: Cursor, read: () => T): T {
  if (cursor.depth >= MAX_C_DEPTH) fail("btf/c-too-deep", { limit: MAX_C_DEPTH }, peek(cursor));
  cursor.depth += 1;
  const value = read();
  cursor.depth -= 1;
  return value;
}
