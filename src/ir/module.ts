// Module: what an author means, before anything has a position. Things point at things: a call points at a
// function object, a load at a map object. No section index, no string offset, no code offset.
//
// The JSON parser, the reader of objects and the linker all build this plain data; the assembler and the printer read
// it. What follows from it is not stored: VAR, DATASEC and FUNC records, map-definition structs,
// symbols and relocations are made by object/.
//
// `functions` and `variables` are ordered. Section order, symbol order, type order and string order of the object
// follow from these two lists and from the order of mention inside them.

import type { Insn } from "../asm/index.js";
import type { Place } from "../base/index.js";
import type { TypeId, TypeTable } from "../btf/index.js";

export interface Module {
  /** Every type id in this module is an id of this table. Unused types are harmless: only reached ones are written. */
  readonly types: TypeTable;
  readonly functions: readonly Func[];
  /** Those that are defined, and where clang met them those that are defined elsewhere. */
  readonly variables: readonly (Variable | ExternVariable)[];
  /** Functions that are defined elsewhere; their order shows nowhere. */
  readonly externs: readonly ExternFunction[];
  /** How .BTF is laid out where not as by clang 22. */
  readonly btf?: BtfLayout | undefined;
  /** The byte order that the document asks for; `undefined` where it takes that of the link. */
  readonly little?: boolean | undefined;
  /** The input as a whole, for what is wrong with no part of it. */
  readonly at: Place;
}

/** Newest first; the last one is nobody's. */
export const BTF_LAYOUTS = [
  "clang-21",
  "clang-16",
  "clang-15",
  "clang-14",
  "clang-13",
  "clang-12",
  "clang-11",
  "clang-10",
  "complete",
] as const;
/** As this release of clang and those after it, up to the next one; or with every struct complete (object/btf-layout.ts). */
export type BtfLayout = (typeof BTF_LAYOUTS)[number];

/** How the linker sees a name: ELF's STB_GLOBAL, STB_WEAK, STB_LOCAL (C: default, `weak`, `static`). */
export type Binding = "global" | "weak" | "local";

/** A declaration tag (`btf_decl_tag`): on the thing itself, or on one of its parameters. */
export interface Tag {
  readonly value: string;
  /** Index of the parameter, or -1. */
  readonly component: number;
  /** It is another attribute than btf_decl_tag (kernel 6.15). */
  readonly attribute?: boolean | undefined;
}

export interface Func {
  readonly kind: "func";
  readonly name: string;
  /** ".text" holds subprograms; every other name is an entry point in libbpf's SEC() spelling. */
  readonly section: string;
  readonly binding: Binding;
  /** STV_HIDDEN. */
  readonly hidden: boolean;
  /** What FUNC says, by which the verifier goes, where that is not what the binding says: clang 9 knew static ones only. */
  readonly btfLinkage?: "static" | "global" | undefined;
  /** A func_proto; `undefined` for one that nobody knows the prototype of, as in objects without debug info. */
  readonly proto: TypeId | undefined;
  readonly tags: readonly Tag[];
  readonly body: readonly Statement[];
  /** Tables of this function's labels, for gotox. */
  readonly jumpTables: readonly JumpTable[];
  readonly at: Place;
}

export interface Statement {
  readonly insn: Insn;
  /** What the symbolic operand points at. At most one: an instruction has at most one relocation. */
  readonly ref: Ref | undefined;
  /** What loaders shall patch for the running kernel. */
  readonly core: CoreAccess | undefined;
  /** Present where a line record begins. Two equal neighbours are two records, as clang writes them. */
  readonly line: SourceLine | undefined;
  readonly at: Place;
}

/** A CO-RE relocation: something about a type that the running kernel may answer otherwise (libbpf, bpf_core_relo). */
export interface CoreAccess {
  /** enum bpf_core_relo_kind: 0..12. */
  readonly kind: number;
  /** The root type, an id of the module's table. */
  readonly type: TypeId;
  /** Indices from the root, joined by ":"; "0" where only the type matters. */
  readonly access: string;
  readonly at: Place;
}

/** A position in the author's source: what the verifier's log will show. */
export interface SourceLine {
  readonly file: string;
  /** From 1; at most 4194303 (22 bits). 0 means unknown. */
  readonly line: number;
  /** From 1; at most 1023 (10 bits). 0 means unknown. */
  readonly column: number;
  /** The text of that line; "" where it is not known. */
  readonly text: string;
}

/** A point between instructions of one function. */
export interface Label {
  readonly kind: "label";
  readonly name: string;
  /** Index into the body of the statement that it stands before; the length of the body at its end. */
  readonly index: number;
  readonly at: Place;
}

/** Addresses of labels, which libbpf turns into a map of instructions. The symbol is a global one. */
export interface JumpTable {
  readonly kind: "jump_table";
  readonly name: string;
  readonly targets: readonly Label[];
  readonly at: Place;
}

export interface Ref {
  readonly to: Label | JumpTable | Func | Variable | Extern;
  /** Bytes beyond the start of `to`. 0 for labels and calls. */
  readonly addend: number;
  readonly at: Place;
}

export type Variable = MapVariable | DataVariable;

/** A BTF-defined map: a variable in `.maps` whose type is the definition. */
export interface MapVariable {
  readonly kind: "map";
  readonly name: string;
  /** ".maps". */
  readonly section: string;
  readonly binding: Binding;
  readonly hidden: boolean;
  readonly definition: MapDefinition;
  /** Initial values: maps or functions by slot, `undefined` for an empty slot. */
  readonly init: readonly (Ref | undefined)[];
  readonly tags: readonly Tag[];
  readonly at: Place;
}

/** The struct that defines a map. The order of its members is the author's, and is seen in BTF. */
export interface MapDefinition {
  /** Tag of the struct; "" for an anonymous one. Equal definitions of one tag share one struct, as one object does. */
  readonly tag: string;
  readonly members: readonly MapMember[];
}

/** libbpf's members (libbpf, src/bpf_helpers.h): `__uint`, `__ulong`, `__type`, `__array`. */
export type MapMember =
  /** `int (*name)[value]` */
  | { readonly kind: "uint"; readonly name: string; readonly value: number }
  /** `enum { unique = value } name`: 64 bits wide where the value needs them, and where clang before 15 cut it short */
  | {
      readonly kind: "ulong";
      readonly name: string;
      readonly value: bigint;
      readonly wide?: true;
      readonly enumerator?: string;
    }
  /** `type *name` */
  | { readonly kind: "type"; readonly name: string; readonly type: TypeId }
  /** `type *name[]`: a func_proto for program arrays, a definition for maps of maps */
  | { readonly kind: "values"; readonly name: string; readonly of: TypeId | MapDefinition };

export interface DataVariable {
  readonly kind: "data";
  readonly name: string;
  readonly section: string;
  readonly binding: Binding;
  readonly hidden: boolean;
  /** A string literal or another constant of the compiler: bytes without a symbol or a VAR. */
  readonly private: boolean;
  /** `undefined` only for private constants that have no debug info. */
  readonly type: TypeId | undefined;
  /** No debug info: `type` is a guess, as many bytes as there are. */
  readonly untyped?: true | undefined;
  /** A common symbol (gABI, SHN_COMMON): a definition that gives way to others, and may be as large as the largest. */
  readonly common?: true | undefined;
  /** The storage; its length is the size of the symbol. */
  readonly bytes: Uint8Array;
  /** Bytes, a power of two. */
  readonly align: number;
  /** The C type is const: the section is read-only. */
  readonly constant: boolean;
  /** LLVM may put it together with equal constants: its section has the flags for that. */
  readonly mergeable: boolean;
  /** Addresses that `bytes` shall hold; only struct_ops sections have them, for their functions. */
  readonly pointers: readonly Pointer[];
  readonly tags: readonly Tag[];
  readonly at: Place;
}

export interface Pointer {
  /** Bytes from the start of the variable to the 8 bytes of the address. */
  readonly offset: number;
  readonly ref: Ref;
}

/** A name that somebody else defines: the kernel, or another input. */
export type Extern = ExternFunction | ExternVariable;

interface ExternName {
  readonly name: string;
  /** ".ksyms", ".kconfig", or "" for a name that another input defines. */
  readonly section: string;
  readonly weak: boolean;
  readonly hidden: boolean;
  /** No debug info: the type is a guess. */
  readonly untyped?: true | undefined;
  readonly tags: readonly Tag[];
  readonly at: Place;
}

/** A kfunc, or a function of another input. */
export interface ExternFunction extends ExternName {
  readonly kind: "extern_function";
  /** A func_proto. */
  readonly type: TypeId;
}

/** A kernel variable, a kconfig value, or a variable of another input. */
export interface ExternVariable extends ExternName {
  readonly kind: "extern_variable";
  /** const void for one without a type. */
  readonly type: TypeId;
}

/** Whether a thing can be called by name. */
export function isFunction(thing: Ref["to"]): thing is Func | ExternFunction {
  return thing.kind === "func" || thing.kind === "extern_function";
}
