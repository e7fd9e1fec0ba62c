// What the words of each kind of record are: the one list from which records are checked, walked and compared without
// being looked at one by one. Source: the kernel's Documentation/bpf/btf.rst, section 2.
//
// A record begins with three words (struct btf_type): its name, the info word (encode.ts draws it), and one that is a
// size or a type. Then come the words of its kind, once or for each part that vlen counts. What the words mean together
// is in encode.ts and unpack.ts.

import { BTF_KINDS, type BtfType } from "./types.js";

/** Words of struct btf_type. */
export const HEAD_WORDS = 3;

/** A string, a type, or neither. */
export type WordRole = "name" | "ref" | "plain";

export interface Shape {
  readonly kind: BtfType["kind"];
  /** Has a name; rustc names its pointers all the same. */
  readonly named: boolean;
  /** kind_flag means something (btf.rst 2.2.4, 2.2.6, 2.2.7; tags since kernel 6.15). */
  readonly flagged: boolean;
  /** What vlen is: the number of parts, a linkage, or 0. */
  readonly vlen: "parts" | "linkage" | "none";
  /** The third word. */
  readonly last: "ref" | "plain" | "none";
  /** The words of each part, or those of a record without parts. */
  readonly words: readonly WordRole[];
  /** Which of `words` are types. */
  readonly refs: readonly number[];
}

const NONE = { named: true, flagged: false, vlen: "none", last: "none", words: [] } as const;
/** Qualifiers and pointers. */
const DERIVED = { ...NONE, named: false, last: "ref" } as const;
const RECORD = {
  ...NONE,
  flagged: true,
  vlen: "parts",
  last: "plain",
  words: ["name", "ref", "plain"],
} as const;

const SHAPES: Readonly<Record<BtfType["kind"], Omit<Shape, "kind" | "refs">>> = {
  int: { ...NONE, last: "plain", words: ["plain"] },
  ptr: DERIVED,
  array: { ...NONE, named: false, words: ["ref", "ref", "plain"] },
  struct: RECORD,
  union: RECORD,
  enum: { ...RECORD, words: ["name", "plain"] },
  fwd: { ...NONE, flagged: true },
  typedef: { ...NONE, last: "ref" },
  volatile: DERIVED,
  const: DERIVED,
  restrict: DERIVED,
  func: { ...NONE, vlen: "linkage", last: "ref" },
  func_proto: { ...NONE, named: false, vlen: "parts", last: "ref", words: ["name", "ref"] },
  var: { ...NONE, last: "ref", words: ["plain"] },
  datasec: { ...NONE, vlen: "parts", last: "plain", words: ["ref", "plain", "plain"] },
  float: { ...NONE, last: "plain" },
  decl_tag: { ...NONE, flagged: true, last: "ref", words: ["plain"] },
  type_tag: { ...NONE, flagged: true, last: "ref" },
  enum64: { ...RECORD, words: ["name", "plain", "plain"] },
};

const BY_NUMBER: readonly (Shape | undefined)[] = byNumber();

function byNumber(): (Shape | undefined)[] {
  const shapes: (Shape | undefined)[] = [];
  for (const kind of Object.keys(SHAPES) as BtfType["kind"][]) {
    const shape = SHAPES[kind];
    const refs = shape.words.flatMap((role, i) => (role === "ref" ? [i] : []));
    shapes[BTF_KINDS[kind]] = { kind, ...shape, refs };
  }
  return shapes;
}

/** The kind that an info word names, as a number. */
export function kindNumber(info: number): number {
  return (info >>> 24) & 0x1f;
}

/** `undefined` for an info word of no kind that we know. */
export function shapeOf(info: number): Shape | undefined {
  return BY_NUMBER[kindNumber(info)];
}

/** Words behind the first three. */
export function wordsBehind({ vlen, words }: Shape, info: number): number {
  return vlen === "parts" ? words.length * (info & 0xffff) : words.length;
}
