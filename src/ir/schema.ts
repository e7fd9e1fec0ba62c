// The IR as data: which objects there are, which keys each may have, and what may stand there. This is the one
// definition of the IR's form; validate.ts walks it, and schema/tsbpf-ir.schema.json is generated from it. What the
// values mean, and how they hang together, is the business of the parse-*.ts files. docs/ir.md says it in prose.

import { CORE_KINDS } from "../btf/index.js";

export type Shape =
  | { readonly is: "string" | "boolean" | "number" | "null" | "any" }
  /** A JSON integer, or a string with a decimal or 0x number; both ends of the range belong to it. */
  | { readonly is: "integer"; readonly min: bigint; readonly max: bigint }
  | { readonly is: "word"; readonly words: readonly string[] }
  | { readonly is: "list"; readonly of: Shape }
  /** An object with keys that the author chooses. */
  | { readonly is: "record"; readonly of: Shape }
  | { readonly is: "object"; readonly name: ObjectName }
  /** Alternatives, told apart by their JSON type. */
  | { readonly is: "choice"; readonly of: readonly Shape[] };

export interface KeyShape {
  readonly shape: Shape;
  readonly required?: true;
  readonly doc: string;
}

export interface ObjectShape {
  /** How messages call one of them. */
  readonly what: string;
  readonly doc: string;
  readonly keys: Readonly<Record<string, KeyShape>>;
}

export type ObjectName =
  | "document"
  | "license"
  | "map"
  | "values"
  | "inner"
  | "data"
  | "program"
  | "function"
  | "entry"
  | "loc"
  | "core"
  | "extern"
  | "order";

const STRING: Shape = { is: "string" };
const STRINGS: Shape = { is: "list", of: STRING };
const NAME_OR_NULL: Shape = { is: "choice", of: [STRING, { is: "null" }] };
const U32: Shape = { is: "integer", min: 0n, max: 0xffff_ffffn };
/** The integer comes first: a string with a number in it is a number. */
const U32_OR_WORD: Shape = { is: "choice", of: [U32, STRING] };
const U64: Shape = { is: "integer", min: 0n, max: 0xffff_ffff_ffff_ffffn };
const S64: Shape = { is: "integer", min: -0x8000_0000_0000_0000n, max: 0x7fff_ffff_ffff_ffffn };
/** Signed or unsigned: which of both is the instruction's business. */
const ANY64: Shape = { is: "integer", min: -0x8000_0000_0000_0000n, max: 0xffff_ffff_ffff_ffffn };
const LINKAGE: Shape = { is: "word", words: ["global", "static", "weak", "hidden"] };
const CODE: Shape = {
  is: "choice",
  of: [STRING, { is: "list", of: { is: "choice", of: [STRING, { is: "object", name: "entry" }] } }],
};

/** What `type` of a map may be, and the members of its definition, in the words of libbpf's bpf_helpers.h. */
const MAP_MEMBERS: Readonly<Record<string, KeyShape>> = {
  type: {
    shape: U32_OR_WORD,
    doc: 'the map type: "hash", "BPF_MAP_TYPE_HASH" or a number',
  },
  key: { shape: STRING, doc: "the C type of a key: __type(key, T)" },
  value: { shape: STRING, doc: "the C type of a value: __type(value, T)" },
  key_size: { shape: U32, doc: "bytes of a key, where it has no type: __uint(key_size, n)" },
  value_size: { shape: U32, doc: "bytes of a value, where it has no type: __uint(value_size, n)" },
  max_entries: { shape: U32, doc: "elements at most: __uint(max_entries, n)" },
  map_flags: {
    shape: { is: "choice", of: [U32, STRING, { is: "list", of: U32_OR_WORD }] },
    doc: "a number, a flag's name, or a list of names: __uint(map_flags, n)",
  },
  numa_node: { shape: U32, doc: "NUMA node of the memory: __uint(numa_node, n)" },
  map_extra: { shape: U64, doc: "what it means depends on the type: __uint or __ulong(map_extra, n)" },
};

export const OBJECTS: Readonly<Record<ObjectName, ObjectShape>> = {
  document: {
    what: "the document",
    doc: "One module: the programs of one object file, and what they use.",
    keys: {
      $schema: { shape: STRING, doc: "ignored; for editors" },
      license: {
        shape: { is: "choice", of: [STRING, { is: "object", name: "license" }] },
        required: true,
        doc: "the license of the programs, as the kernel reads it",
      },
      types: { shape: STRINGS, doc: "C declarations, one or more in a string" },
      maps: { shape: { is: "list", of: { is: "object", name: "map" } }, doc: "BTF-defined maps" },
      data: {
        shape: { is: "list", of: { is: "object", name: "data" } },
        doc: "global variables and constants",
      },
      programs: { shape: { is: "list", of: { is: "object", name: "program" } }, doc: "entry points" },
      functions: { shape: { is: "list", of: { is: "object", name: "function" } }, doc: "subprograms" },
      externs: {
        shape: { is: "list", of: { is: "object", name: "extern" } },
        doc: "names that the kernel, or another input, defines",
      },
      order: { shape: { is: "object", name: "order" }, doc: "another order than the listed one" },
    },
  },
  license: {
    what: "a license",
    doc: "The license with the variable that holds it.",
    keys: {
      name: { shape: STRING, doc: "name of the variable; _license by default" },
      value: { shape: STRING, required: true, doc: "the license text" },
      type: { shape: STRING, doc: "C type of the variable; char[n] by default" },
    },
  },
  map: {
    what: "a map",
    doc: "A map. The members of its definition stand in the order of the keys.",
    keys: {
      name: { shape: STRING, required: true, doc: "name of the variable" },
      ...MAP_MEMBERS,
      pinning: {
        shape: U32_OR_WORD,
        doc: '"none", "by_name" or a number: __uint(pinning, n)',
      },
      values: {
        shape: { is: "object", name: "values" },
        doc: "what the slots of a program array or a map of maps hold; the last member",
      },
      struct: { shape: STRING, doc: "tag of the definition's struct; anonymous by default" },
      linkage: { shape: LINKAGE, doc: "global by default" },
      tags: { shape: STRINGS, doc: "declaration tags of the variable" },
    },
  },
  values: {
    what: '"values"',
    doc: "The slots of a program array or a map of maps: __array(values, T).",
    keys: {
      of: {
        shape: { is: "choice", of: [STRING, { is: "object", name: "inner" }] },
        required: true,
        doc: "a C function type, or the definition of the inner maps",
      },
      init: { shape: { is: "list", of: NAME_OR_NULL }, doc: "names of programs or maps, by slot" },
    },
  },
  inner: {
    what: "an inner map definition",
    doc: "What the maps inside a map of maps look like.",
    keys: {
      ...MAP_MEMBERS,
      struct: { shape: STRING, doc: "tag of the definition's struct; anonymous by default" },
    },
  },
  data: {
    what: "a variable",
    doc: "A global variable or constant.",
    keys: {
      name: { shape: STRING, required: true, doc: "name of the variable" },
      section: {
        shape: STRING,
        doc: ".rodata, .data, .bss or another; follows from type and value by default",
      },
      type: { shape: STRING, doc: "C type; char[] takes its length from the value" },
      value: { shape: { is: "any" }, doc: "the initial value; what is not given is zero" },
      linkage: {
        shape: { is: "word", words: ["global", "static", "weak", "hidden", "private"] },
        doc: "global by default; private is a constant without a symbol",
      },
      mergeable: {
        shape: { is: "boolean" },
        doc: "in a section given by name: as LLVM places constants whose address does not matter",
      },
      align: {
        shape: { is: "integer", min: 1n, max: 4096n },
        doc: "bytes, a power of two; that of the type by default",
      },
      tags: { shape: STRINGS, doc: "declaration tags" },
    },
  },
  program: {
    what: "a program",
    doc: "An entry point that a loader attaches.",
    keys: {
      name: { shape: STRING, required: true, doc: "name of the function" },
      section: {
        shape: STRING,
        required: true,
        doc: 'libbpf\'s SEC() name: "xdp", "tp/syscalls/sys_enter_read"',
      },
      proto: { shape: STRING, doc: "C prototype; int NAME(void *ctx) by default" },
      linkage: { shape: { is: "word", words: ["global", "weak"] }, doc: "global by default" },
      code: { shape: CODE, required: true, doc: "instructions, labels and source positions" },
      tags: { shape: STRINGS, doc: "declaration tags of the function" },
      param_tags: {
        shape: { is: "record", of: STRINGS },
        doc: "declaration tags of the parameters, by their names",
      },
      jump_tables: {
        shape: { is: "record", of: STRINGS },
        doc: "tables of labels for gotox, by their names",
      },
    },
  },
  function: {
    what: "a function",
    doc: "A subprogram.",
    keys: {
      name: { shape: STRING, required: true, doc: "name of the function" },
      section: { shape: STRING, doc: ".text by default" },
      proto: { shape: STRING, required: true, doc: "C prototype" },
      linkage: { shape: LINKAGE, doc: "global by default" },
      code: { shape: CODE, required: true, doc: "instructions, labels and source positions" },
      tags: { shape: STRINGS, doc: "declaration tags of the function" },
      param_tags: {
        shape: { is: "record", of: STRINGS },
        doc: "declaration tags of the parameters, by their names",
      },
      jump_tables: {
        shape: { is: "record", of: STRINGS },
        doc: "tables of labels for gotox, by their names",
      },
    },
  },
  entry: {
    what: "a code entry",
    doc: "An instruction with more than its text, an instruction as data, or a source position.",
    keys: {
      insn: { shape: STRING, doc: "an instruction as text" },
      loc: {
        shape: { is: "object", name: "loc" },
        doc: "source position of this instruction, or of what follows",
      },
      core: { shape: { is: "object", name: "core" }, doc: "CO-RE relocation of this instruction" },
      op: { shape: STRING, doc: 'an instruction as data, by its name: "add64"' },
      dst: { shape: STRING, doc: "destination register" },
      src: { shape: STRING, doc: "source register" },
      off: { shape: S64, doc: "offset: bytes of memory, slots of a jump" },
      imm: { shape: ANY64, doc: "immediate" },
      target: { shape: STRING, doc: "label that a jump goes to" },
      ref: { shape: STRING, doc: "what a call calls, or whose address is loaded" },
      addend: { shape: S64, doc: "bytes behind the start of that" },
    },
  },
  loc: {
    what: "a source position",
    doc: "Where in the author's source an instruction comes from.",
    keys: {
      file: { shape: STRING, doc: "that of the position before by default" },
      line: {
        shape: { is: "integer", min: 0n, max: 0x3f_ffffn },
        required: true,
        doc: "from 1; 0 is unknown",
      },
      column: { shape: { is: "integer", min: 0n, max: 0x3ffn }, doc: "from 1; 0, the default, is unknown" },
      text: { shape: STRING, doc: "text of that line" },
    },
  },
  core: {
    what: "a CO-RE relocation",
    doc: "A value that the loader computes from the types of the running kernel.",
    keys: {
      kind: {
        shape: { is: "word", words: Object.keys(CORE_KINDS) },
        required: true,
        doc: "what the loader computes, in libbpf's words",
      },
      type: { shape: STRING, required: true, doc: "C type that the access starts from" },
      access: { shape: STRING, doc: "member path or enumerator" },
    },
  },
  extern: {
    what: "an extern",
    doc: "A kernel function, variable or setting, or a name of another input.",
    keys: {
      name: { shape: STRING, required: true, doc: "the name" },
      section: {
        shape: { is: "word", words: [".ksyms", ".kconfig"] },
        doc: "none for a name of another input",
      },
      proto: { shape: STRING, doc: "C prototype of a function" },
      type: { shape: STRING, doc: "C type of a variable" },
      weak: { shape: { is: "boolean" }, doc: "may be missing at run time" },
      hidden: { shape: { is: "boolean" }, doc: "ELF visibility hidden" },
      tags: { shape: STRINGS, doc: "declaration tags" },
    },
  },
  order: {
    what: '"order"',
    doc: "The order of functions and variables in the object. What is not named follows in the listed order.",
    keys: {
      functions: { shape: STRINGS, doc: "names of programs and functions" },
      variables: { shape: STRINGS, doc: "names of maps, data and the license" },
    },
  },
};
