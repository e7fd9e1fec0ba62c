// The types of BTF, as records of a table (table.ts). Source: the kernel's Documentation/bpf/btf.rst, section 2.
//
// A type refers to another by id, its position in the table, so cycles are only numbers. Id 0 is `void` and has no
// record. The same records serve three readers: the C type parser makes them, .BTF is made of them, and the
// assembler walks them. `mapRefs` is the one list of which fields are ids.

import { assertNever } from "../base/index.js";

/** A position in a TypeTable; 0 is void. */
export type TypeId = number;

export interface Member {
  /** "" for an anonymous member. */
  readonly name: string;
  readonly type: TypeId;
  /** Bits from the start of the struct. */
  readonly offset: number;
  /** Width in bits, 0 where the member is no bit-field. */
  readonly bits: number;
}

export interface Enumerator {
  readonly name: string;
  readonly value: bigint;
}

export interface Param {
  /** "" where the prototype names none; type 0 with "" as the last parameter is `...`. */
  readonly name: string;
  readonly type: TypeId;
}

export interface SectionEntry {
  readonly type: TypeId;
  readonly offset: number;
  readonly size: number;
}

/** Where a VAR or FUNC is visible: BTF_VAR_STATIC, ..., BTF_FUNC_EXTERN (btf.rst 2.2.12, 2.2.14). */
export type BtfLinkage = "static" | "global" | "extern";

export type BtfType =
  | {
      readonly kind: "int";
      readonly name: string;
      /** Bytes. */
      readonly size: number;
      readonly encoding: "unsigned" | "signed" | "char" | "bool";
      /** Bits used, and where they start: size * 8 and 0 but in BTF of old compilers. */
      readonly bits: number;
      readonly bitOffset: number;
    }
  | { readonly kind: "ptr"; readonly type: TypeId }
  | { readonly kind: "array"; readonly element: TypeId; readonly index: TypeId; readonly length: number }
  | {
      readonly kind: "struct" | "union";
      /** "" for an anonymous one. */
      readonly name: string;
      readonly size: number;
      readonly members: readonly Member[];
      /** kind_flag: offsets carry bit-field widths. Follows from `members` but for BTF that others made. */
      readonly bitfields: boolean;
    }
  | {
      readonly kind: "enum" | "enum64";
      readonly name: string;
      readonly size: number;
      readonly signed: boolean;
      readonly values: readonly Enumerator[];
    }
  | { readonly kind: "fwd"; readonly name: string; readonly union: boolean }
  | { readonly kind: "typedef"; readonly name: string; readonly type: TypeId }
  | { readonly kind: "volatile" | "const" | "restrict"; readonly type: TypeId }
  | { readonly kind: "func"; readonly name: string; readonly type: TypeId; readonly linkage: BtfLinkage }
  | { readonly kind: "func_proto"; readonly result: TypeId; readonly params: readonly Param[] }
  | { readonly kind: "var"; readonly name: string; readonly type: TypeId; readonly linkage: BtfLinkage }
  | {
      readonly kind: "datasec";
      readonly name: string;
      readonly size: number;
      readonly entries: readonly SectionEntry[];
    }
  | { readonly kind: "float"; readonly name: string; readonly size: number }
  | {
      readonly kind: "decl_tag";
      readonly value: string;
      readonly type: TypeId;
      /** Member or parameter that is tagged; -1 for the thing itself. */
      readonly component: number;
      /** kind_flag: an attribute of another name than btf_decl_tag (kernel 6.15). */
      readonly attribute: boolean;
    }
  | { readonly kind: "type_tag"; readonly value: string; readonly type: TypeId; readonly attribute: boolean };

/** BTF_KIND_* (btf.rst, section 2): the number of each kind in the `info` word. */
export const BTF_KINDS: Readonly<Record<BtfType["kind"], number>> = {
  int: 1,
  ptr: 2,
  array: 3,
  struct: 4,
  union: 5,
  enum: 6,
  fwd: 7,
  typedef: 8,
  volatile: 9,
  const: 10,
  restrict: 11,
  func: 12,
  func_proto: 13,
  var: 14,
  datasec: 15,
  float: 16,
  decl_tag: 17,
  type_tag: 18,
  enum64: 19,
};

/**
 * A copy of `type` with every type id passed through `f`, in the order in which the record holds them. Checking,
 * renumbering and walking all stand on this list.
 */
export function mapRefs(type: BtfType, f: (id: TypeId) => TypeId): BtfType {
  switch (type.kind) {
    case "int":
    case "enum":
    case "enum64":
    case "fwd":
    case "float":
      return type;
    case "ptr":
    case "typedef":
    case "volatile":
    case "const":
    case "restrict":
    case "func":
    case "var":
    case "decl_tag":
    case "type_tag":
      return { ...type, type: f(type.type) };
    case "array":
      return { ...type, element: f(type.element), index: f(type.index) };
    case "struct":
    case "union": {
      // Member by member without spreading: there are a million of them.
      const members = type.members.map(({ name, type, offset, bits }) => ({
        name,
        type: f(type),
        offset,
        bits,
      }));
      return { ...type, members };
    }
    case "func_proto": {
      const result = f(type.result);
      return { ...type, result, params: type.params.map(({ name, type }) => ({ name, type: f(type) })) };
    }
    case "datasec":
      return { ...type, entries: type.entries.map((entry) => ({ ...entry, type: f(entry.type) })) };
    default:
      return assertNever(type);
  }
}

/** Calls `f` with each id that a record holds, in the order of `mapRefs`, and makes no copy. */
export function forEachRef(type: BtfType, f: (id: TypeId) => void): void {
  switch (type.kind) {
    case "int":
    case "enum":
    case "enum64":
    case "fwd":
    case "float":
      return;
    case "ptr":
    case "typedef":
    case "volatile":
    case "const":
    case "restrict":
    case "func":
    case "var":
    case "decl_tag":
    case "type_tag":
      f(type.type);
      return;
    case "array":
      f(type.element);
      f(type.index);
      return;
    case "struct":
    case "union":
      for (const member of type.members) f(member.type);
      return;
    case "func_proto":
      f(type.result);
      for (const param of type.params) f(param.type);
      return;
    case "datasec":
      for (const entry of type.entries) f(entry.type);
      return;
    default:
      assertNever(type);
  }
}

/** The ids that a record holds, in its own order, void (0) included. */
export function refsOf(type: BtfType): TypeId[] {
  const refs: TypeId[] = [];
  forEachRef(type, (id) => refs.push(id));
  return refs;
}

/** The first id that a record holds, or 0. */
export function firstRef(type: BtfType): TypeId {
  if ("type" in type) return type.type;
  switch (type.kind) {
    case "array":
      return type.element;
    case "func_proto":
      return type.result;
    case "struct":
    case "union":
      return type.members[0]?.type ?? 0;
    case "datasec":
      return type.entries[0]?.type ?? 0;
    default:
      return 0;
  }
}
