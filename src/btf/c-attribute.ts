// `__attribute__((...))` and `_Alignas(...)`: the attributes that change a type or its layout, and those that change
// neither and are passed over. What is in neither list is refused by name: an attribute that we do not know may
// change a layout.

import { didYouMean } from "../base/index.js";
import {
  accept,
  at,
  type CAttributes,
  type Cursor,
  expect,
  fail,
  failExpected,
  next,
  peek,
} from "./c-cursor.js";
import { parseConstant } from "./c-expression.js";
import type { Token } from "./c-lexer.js";
import { alignOf } from "./layout.js";

/** Without effect on BTF: hints for compilers, and CO-RE's own, which acts on accesses and not on the type. */
const IGNORED: ReadonlySet<string> = new Set([
  "preserve_access_index",
  "address_space",
  "unused",
  "used",
  "deprecated",
  "may_alias",
  "designated_init",
  "randomize_layout",
  "no_randomize_layout",
  "counted_by",
  "noderef",
]);

/** What a misspelled attribute may have meant. */
const KNOWN = [
  "packed",
  "aligned",
  "btf_type_tag",
  "btf_decl_tag",
  "vector_size",
  "mode",
  "preserve_access_index",
  "address_space",
];

/** Machine modes of integers by their bytes (gcc manual, "Machine Modes"); word and pointer are 64 bits on BPF. */
const MODES: ReadonlyMap<string, number> = new Map([
  ["QI", 1],
  ["byte", 1],
  ["HI", 2],
  ["SI", 4],
  ["DI", 8],
  ["word", 8],
  ["pointer", 8],
  ["TI", 16],
]);

/** `__attribute__((aligned))` without a number: the largest alignment of the BPF target (clang). */
const MAX_TARGET_ALIGN = 16;
/** Bytes. Ours: clang takes up to 2^32, but a struct of that alignment would have a size that BTF cannot hold. */
const MAX_ALIGN = 2 ** 28;

export const NO_ATTRIBUTES: CAttributes = {
  packed: false,
  aligned: 0,
  typeTags: [],
  declTags: [],
  vectorSize: 0,
  mode: 0,
};

/** Both together; `second` stands behind `first` in the source. */
export function joinAttributes(first: CAttributes, second: CAttributes): CAttributes {
  if (first === NO_ATTRIBUTES) return second;
  if (second === NO_ATTRIBUTES) return first;
  return {
    packed: first.packed || second.packed,
    aligned: Math.max(first.aligned, second.aligned),
    typeTags: [...first.typeTags, ...second.typeTags],
    declTags: [...first.declTags, ...second.declTags],
    vectorSize: second.vectorSize || first.vectorSize,
    mode: second.mode || first.mode,
  };
}

const OPENING: ReadonlySet<string> = new Set(["__attribute__", "__attribute", "_Alignas", "alignas"]);

/** Reads any number of attributes; NO_ATTRIBUTES itself where there is none. */
export function parseAttributes(cursor: Cursor): CAttributes {
  let attributes = NO_ATTRIBUTES;
  while (peek(cursor).kind === "name" && OPENING.has(peek(cursor).text)) {
    const word = next(cursor);
    expect(cursor, "(");
    if (word.text === "_Alignas" || word.text === "alignas") {
      const aligned = cursor.isTypeStart(cursor)
        ? alignOf(cursor.scope, cursor.typeName(cursor))
        : parseAlignment(cursor);
      attributes = joinAttributes(attributes, { ...NO_ATTRIBUTES, aligned });
      expect(cursor, ")");
      continue;
    }
    expect(cursor, "(");
    while (!at(cursor, ")")) {
      if (!at(cursor, ","))
        attributes = joinAttributes(attributes, { ...NO_ATTRIBUTES, ...parseAttribute(cursor) });
      if (!at(cursor, ")")) expect(cursor, ",");
    }
    expect(cursor, ")");
    expect(cursor, ")");
  }
  return attributes;
}

/** One attribute of a list: the fields that it sets. */
function parseAttribute(cursor: Cursor): Partial<CAttributes> {
  const token = next(cursor);
  if (token.kind !== "name") {
    cursor.position -= 1;
    failExpected(cursor, "an attribute");
  }
  const name = plainName(token.text);
  switch (name) {
    case "packed":
      return { packed: true };
    case "aligned": {
      if (!accept(cursor, "(")) return { aligned: MAX_TARGET_ALIGN };
      const aligned = parseAlignment(cursor);
      expect(cursor, ")");
      return { aligned };
    }
    case "btf_type_tag":
      return { typeTags: [parseText(cursor, name)] };
    case "btf_decl_tag":
      return { declTags: [parseText(cursor, name)] };
    case "vector_size": {
      expect(cursor, "(");
      const start = peek(cursor);
      const size = Number(parseConstant(cursor).value);
      // Other sizes are rounded up in memory, which BTF, where a vector is an array, cannot say.
      if (!isPowerOfTwo(size) || size > MAX_ALIGN) {
        fail("btf/c-attribute-argument", { name, expected: "a power of two" }, start);
      }
      expect(cursor, ")");
      return { vectorSize: size };
    }
    case "mode": {
      expect(cursor, "(");
      const word = next(cursor);
      const mode = MODES.get(plainName(word.text));
      if (mode === undefined) {
        return fail("btf/c-attribute-argument", { name, expected: "an integer mode" }, word);
      }
      expect(cursor, ")");
      return { mode };
    }
    default:
      if (!IGNORED.has(name)) {
        fail("btf/c-unknown-attribute", { name }, token, { hint: didYouMean(name, KNOWN) });
      }
      // What is in the brackets is skipped unread; the lexer knows where they close.
      if (at(cursor, "(")) cursor.position = peek(cursor).close + 1;
      return {};
  }
}

/** `__packed__` is `packed`: the spelling that no macro of the author can catch. */
function plainName(text: string): string {
  return /^__\w+__$/.test(text) ? text.slice(2, -2) : text;
}

/** Bytes: a power of two. */
function parseAlignment(cursor: Cursor): number {
  const start = peek(cursor);
  const { value } = parseConstant(cursor);
  const align = Number(value);
  if (!isPowerOfTwo(align) || align > MAX_ALIGN) {
    fail("btf/c-alignment", { align: value, limit: MAX_ALIGN }, start);
  }
  return align;
}

function isPowerOfTwo(value: number): boolean {
  return value >= 1 && Number.isInteger(Math.log2(value));
}

/** The one string that a tag carries. */
function parseText(cursor: Cursor, name: string): string {
  expect(cursor, "(");
  const token: Token = next(cursor);
  if (token.kind !== "string") fail("btf/c-attribute-argument", { name, expected: "a string" }, token);
  expect(cursor, ")");
  const body = token.text.slice(1, -1);
  if (/\\[^"\\]/.test(body))
    fail("btf/c-attribute-argument", { name, expected: "a string of plain characters" }, token);
  return body.replace(/\\(["\\])/g, "$1");
}
