// The vocabulary of schema.ts: what a JSON value may be, and what is told about a key. A small part of JSON Schema,
// in which each of our messages has its place; the whole of that standard would need a compiler at run time.

/** What may stand in a place. Ranges include both ends. */
export type Shape =
  | { readonly is: "string" | "boolean" | "number" | "null" | "any" }
  /** A JSON integer, or a string with a decimal or 0x number. */
  | { readonly is: "integer"; readonly min: bigint; readonly max: bigint }
  /** One of few words, which a message can list. */
  | { readonly is: "word"; readonly words: readonly string[] }
  /** One of many words, whose type has this name. What is wrong with another one is said by the parser. */
  | { readonly is: "vocabulary"; readonly name: string; readonly words: readonly string[] }
  | { readonly is: "list"; readonly of: Shape }
  /** An object with keys that the author chooses. */
  | { readonly is: "record"; readonly of: Shape }
  | { readonly is: "object"; readonly name: ObjectName }
  /** Alternatives, told apart by their JSON type. */
  | { readonly is: "choice"; readonly of: readonly Shape[] };

/** What is told about a key, to validate.ts, to editors and to the types of TypeScript. */
export interface KeyShape {
  readonly shape: Shape;
  readonly required?: true;
  /** A sentence for editors, lower case and without a full stop. */
  readonly doc: string;
  /** What holds where the key is not given. */
  readonly default?: Example;
  readonly examples?: readonly Example[];
}

/** A piece of an IR document. */
export type Example =
  | string
  | number
  | boolean
  | null
  | readonly Example[]
  | { readonly [key: string]: Example };

/** An object of the IR: its keys, and which of them go together. */
export interface ObjectShape {
  /** How messages call one of them. */
  readonly what: string;
  readonly doc: string;
  readonly keys: Readonly<Record<string, KeyShape>>;
  /** Which keys go together. Of several that are broken, the first is reported. */
  readonly rules?: readonly KeyRule[];
  readonly examples?: readonly Example[];
}

/** What JSON Schema says with "not", "dependentRequired" and "anyOf", in the words of a message. */
export type KeyRule =
  | { readonly rule: "exclude"; readonly a: string; readonly b: string }
  /** Where `key` is given, one of the others must be. */
  | { readonly rule: "need"; readonly key: string; readonly oneOf: readonly string[] }
  | { readonly rule: "some"; readonly oneOf: readonly string[] };

/** All objects of the IR; schema.ts has the table. */
export type ObjectName =
  | "document"
  | "license"
  | "map"
  | "values"
  | "inner"
  | "ulong"
  | "data"
  | "program"
  | "function"
  | "entry"
  | "loc"
  | "core"
  | "extern"
  | "order"
  | "type"
  | "member"
  | "param"
  | "enumerator"
  | "tag";

export const STRING: Shape = { is: "string" };
export const STRINGS: Shape = { is: "list", of: STRING };
export const BOOLEAN: Shape = { is: "boolean" };
export const U32: Shape = { is: "integer", min: 0n, max: 0xffff_ffffn };
export const U64: Shape = { is: "integer", min: 0n, max: 0xffff_ffff_ffff_ffffn };
export const S64: Shape = { is: "integer", min: -0x8000_0000_0000_0000n, max: 0x7fff_ffff_ffff_ffffn };
/** Signed or unsigned: which of both is the business of whoever uses it. */
export const ANY64: Shape = { is: "integer", min: -0x8000_0000_0000_0000n, max: 0xffff_ffff_ffff_ffffn };

/** Both ends belong to the range. */
export function integer(min: bigint, max: bigint): Shape {
  return { is: "integer", min, max };
}

/** Few enough for a message to list. */
export function word(...words: string[]): Shape {
  return { is: "word", words };
}

/** A list of any length. */
export function list(of: Shape): Shape {
  return { is: "list", of };
}

/** An object with keys of the author's own. */
export function record(of: Shape): Shape {
  return { is: "record", of };
}

/** By name, so that objects can hold objects of their own kind. */
export function object(name: ObjectName): Shape {
  return { is: "object", name };
}

/** An integer comes before strings: a string with a number in it is a number. */
export function choice(...of: Shape[]): Shape {
  return { is: "choice", of };
}
