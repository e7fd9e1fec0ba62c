// The IR as data: which objects there are, which keys each may have, and what may stand there. This is the one
// definition of the IR's form: validate.ts walks it, and `npm run generate` writes the JSON Schema for editors
// (schema/tsbpf-ir.schema.json) and the TypeScript types (document.generated.ts) from it. What the values mean, and
// how they hang together, is the business of the parse-*.ts files. docs/ir.md says it in prose.

import { FORMS } from "../asm/index.js";
import { CORE_KINDS } from "../btf/index.js";
import { MAP_FLAGS, MAP_TYPES } from "./enums.generated.js";
import { BTF_LAYOUTS } from "./module.js";
import { TAG_LIST, TYPE_OBJECTS } from "./schema-types.js";
import { SECTION_NAMES } from "./sections.generated.js";
import {
  ANY64,
  BOOLEAN,
  choice,
  integer,
  type KeyRule,
  type KeyShape,
  list,
  type ObjectName,
  type ObjectShape,
  object,
  record,
  S64,
  type Shape,
  STRING,
  STRINGS,
  U32,
  U64,
  word,
} from "./shape.js";

/** The kernel's spelling of a map type begins so; ours is the rest in lower case. */
export const MAP_TYPE_PREFIX = "BPF_MAP_TYPE_";

const MAP_TYPE: Shape = {
  is: "vocabulary",
  name: "mapType",
  words: Object.keys(MAP_TYPES).flatMap((name) => [name, MAP_TYPE_PREFIX + name.toUpperCase()]),
};
const MAP_FLAG: Shape = { is: "vocabulary", name: "mapFlag", words: Object.keys(MAP_FLAGS) };
const OPERATION: Shape = {
  is: "vocabulary",
  name: "operation",
  words: [...new Set(FORMS.map(({ op }) => op))],
};

/** Where the name of a hook follows, the slash says so. */
const SECTIONS = SECTION_NAMES.map(({ name, target }) => (target ? `${name}/` : name));

/** Members of a map's definition, in the words of libbpf's bpf_helpers.h. */
const MAP_MEMBERS: Readonly<Record<string, KeyShape>> = {
  type: {
    shape: choice(integer(1n, 0xffff_ffffn), MAP_TYPE),
    required: true,
    doc: 'the map type: "hash", "BPF_MAP_TYPE_HASH" or a number',
    examples: ["hash", "array", "ringbuf", "BPF_MAP_TYPE_PERF_EVENT_ARRAY"],
  },
  key: {
    shape: STRING,
    doc: "the C type of a key: __type(key, T)",
    examples: ["__u32", "struct event_key"],
  },
  value: {
    shape: STRING,
    doc: "the C type of a value: __type(value, T)",
    examples: ["__u64", "struct event", "char[16]"],
  },
  key_size: {
    shape: U32,
    doc: "bytes of a key, where it has no type: __uint(key_size, n)",
    examples: [4],
  },
  value_size: {
    shape: U32,
    doc: "bytes of a value, where it has no type: __uint(value_size, n)",
    examples: [4],
  },
  max_entries: {
    shape: U32,
    doc: "elements at most; of a ring buffer, bytes: __uint(max_entries, n)",
    examples: [1, 1024, "0x10000"],
  },
  map_flags: {
    shape: choice(U32, MAP_FLAG, list(choice(U32, MAP_FLAG))),
    doc: "a number, a flag's name, or a list of both: __uint(map_flags, n)",
    examples: ["BPF_F_NO_PREALLOC", ["BPF_F_RDONLY", "BPF_F_MMAPABLE"], 1],
  },
  numa_node: { shape: U32, doc: "NUMA node of the memory: __uint(numa_node, n)", examples: [0] },
  map_extra: {
    shape: choice(U64, object("ulong")),
    doc: "what it means depends on the type, as the address of an arena: __uint(map_extra, n), or __ulong for more than 32 bits",
    examples: [3, "0x100000000000"],
  },
};
const MAP_STRUCT: KeyShape = {
  shape: STRING,
  doc: "tag of the definition's struct; anonymous by default",
  examples: ["inner_map"],
};

const LINKAGE: KeyShape = {
  shape: word("global", "static", "weak", "hidden"),
  doc: "as in C: static is seen in this input alone, weak gives way to another definition, hidden is seen by all inputs of a link and nobody else",
  default: "global",
};
const ALIGN: KeyShape = {
  shape: integer(1n, 4096n),
  doc: "bytes, a power of two; that of the type by default",
  examples: [8, 64],
};
const SYMBOL: KeyShape = {
  shape: STRING,
  doc: "its name in the object, where that is no name for the document; what stands before a $ in the name by default",
  examples: ["core::fmt::write"],
};
const HIDDEN: KeyShape = {
  shape: BOOLEAN,
  doc: "ELF visibility hidden beside any linkage; with the global one, the linkage hidden says the same",
  default: false,
};
const TAGS: KeyShape = {
  shape: TAG_LIST,
  doc: "declaration tags (btf_decl_tag)",
  examples: [["contains:node:link"]],
};
const PARAM_TAGS: KeyShape = {
  shape: record(TAG_LIST),
  doc: "declaration tags of the parameters, by their names, or their numbers from 1 where they have none",
  examples: [{ ctx: ["arg:ctx"] }],
};
/** null is what lift prints of a function without BTF. */
const PROTO: Shape = choice(STRING, { is: "null" });
const CODE: KeyShape = {
  shape: choice(STRING, list(choice(STRING, object("entry")))),
  required: true,
  doc: "instructions, labels and source positions: a list of them, or one string of many lines",
  examples: [["r0 = 2", "exit"], "r0 = 0\nexit"],
};
/** What programs and subprograms have in common behind their prototypes. */
const FUNCTION_KEYS: Readonly<Record<string, KeyShape>> = {
  code: CODE,
  btf_linkage: { shape: word("static", "global"), doc: "that of BTF, where it is not what linkage says" },
  tags: {
    shape: TAG_LIST,
    doc: "declaration tags of the function",
    examples: [["exception_callback:on_throw"]],
  },
  param_tags: PARAM_TAGS,
  jump_tables: {
    shape: record(STRINGS),
    doc: "tables of labels for gotox, by their names",
    examples: [{ "BPF.JT.0.0": ["case_0", "case_1"] }],
  },
};

export const OBJECTS: Readonly<Record<ObjectName, ObjectShape>> = {
  document: {
    what: "the document",
    doc: "One module: the programs of one object file, and what they use.",
    keys: {
      $schema: { shape: STRING, doc: "the schema of this document, for editors; the linker ignores it" },
      target: {
        shape: word("bpfel", "bpfeb"),
        doc: "byte order of the object; by default that of the link, which is bpfel where nothing says otherwise",
      },
      license: {
        shape: choice(STRING, object("license"), { is: "null" }),
        required: true,
        doc: "the license of the programs, as the kernel reads it; null leaves it out, and most kernels refuse the programs then",
        examples: ["GPL", "Dual BSD/GPL"],
      },
      types: {
        shape: list(choice(STRING, object("type"))),
        doc: "C declarations, one or more in a string, and records of BTF for what C cannot say",
        examples: [["struct event { __u32 pid; char comm[16]; };", "enum mode { OFF, ON = 7 };"]],
      },
      maps: { shape: list(object("map")), doc: "BTF-defined maps" },
      data: { shape: list(object("data")), doc: "global variables and constants" },
      programs: { shape: list(object("program")), doc: "entry points, which loaders attach" },
      functions: { shape: list(object("function")), doc: "subprograms" },
      externs: { shape: list(object("extern")), doc: "names that the kernel, or another input, defines" },
      order: { shape: object("order"), doc: "another order than the listed one" },
      btf: {
        shape: word(...BTF_LAYOUTS),
        doc: "how .BTF is laid out where not as by clang 22: as by an older release, or with every struct complete",
        examples: ["clang-14"],
      },
    },
    examples: [{ license: "GPL", programs: [{ name: "pass", section: "xdp", code: ["r0 = 2", "exit"] }] }],
  },
  ...TYPE_OBJECTS,
  license: {
    what: "a license",
    doc: "The license with the variable that holds it.",
    keys: {
      name: { shape: STRING, doc: "name of the variable", default: "_license" },
      value: { shape: STRING, required: true, doc: "the license text", examples: ["GPL"] },
      type: {
        shape: STRING,
        doc: "C type of the variable; by default char[n], as long as the text and its NUL",
        examples: ["const char[4]"],
      },
      linkage: LINKAGE,
      hidden: HIDDEN,
      symbol: SYMBOL,
      align: ALIGN,
      tags: TAGS,
    },
  },
  map: {
    what: "a map",
    doc: "A map. The members of its definition stand in the order of the keys.",
    keys: {
      name: { shape: STRING, required: true, doc: "name of the variable", examples: ["counters"] },
      ...MAP_MEMBERS,
      pinning: {
        shape: choice(integer(0n, 0x7fff_ffffn), word("none", "by_name")),
        doc: "by_name: the loader pins the map under its name in the BPF file system: __uint(pinning, n)",
      },
      values: {
        shape: object("values"),
        doc: "what the slots of a program array or a map of maps hold; the last member",
      },
      struct: MAP_STRUCT,
      linkage: LINKAGE,
      hidden: HIDDEN,
      symbol: SYMBOL,
      tags: TAGS,
    },
    examples: [{ name: "counters", type: "array", key: "__u32", value: "__u64", max_entries: 256 }],
  },
  ulong: {
    what: "a number of 64 bits",
    doc: "__ulong(map_extra, n) also where 32 bits would do.",
    keys: {
      ulong: { shape: U64, required: true, doc: "the number", examples: [0] },
      wide: { shape: BOOLEAN, doc: "64 bits, although 32 would do", default: false },
      name: {
        shape: STRING,
        doc: "the enumerator; by default __unique_valueN, as bpf_helpers.h counts them",
        examples: ["__unique_value7"],
      },
    },
  },
  values: {
    what: '"values"',
    doc: "The slots of a program array or a map of maps: __array(values, T).",
    keys: {
      of: {
        shape: choice(STRING, object("inner")),
        required: true,
        doc: "a C function type, or the definition of the inner maps",
        examples: ["int (void *)", { type: "array", key: "__u32", value: "__u64", max_entries: 1 }],
      },
      init: {
        shape: list(choice(STRING, { is: "null" })),
        doc: "names of programs or maps, by slot; null leaves a slot empty",
        examples: [["first", null, "third"]],
      },
    },
  },
  inner: {
    what: "an inner map definition",
    doc: "What the maps inside a map of maps look like.",
    keys: { ...MAP_MEMBERS, struct: MAP_STRUCT },
  },
  data: {
    what: "a variable",
    doc: "A global variable or constant.",
    keys: {
      name: { shape: STRING, required: true, doc: "name of the variable", examples: ["limit"] },
      section: {
        shape: STRING,
        doc: "by default .rodata for a const type, .bss without a value or with zero, .data otherwise",
        examples: [".rodata", ".data", ".bss", ".data.config", ".addr_space.1", ".struct_ops.link"],
      },
      type: {
        shape: STRING,
        doc: "C type; char[] takes its length from the value",
        examples: ["__u32", "const char[]", "struct config"],
      },
      value: {
        shape: { is: "any" },
        doc: "the initial value: a number, a string, a boolean, an enumerator's name, a list, an object by member, or bytes in hexadecimal; what is not given is zero",
        examples: [
          1000,
          "0xffffffffffffffff",
          "text",
          true,
          [1, 2, 3],
          { pid: 1 },
          { hex: "01 02 ff" },
          null,
        ],
      },
      linkage: {
        shape: word("global", "static", "weak", "hidden", "private"),
        doc: "who sees the name; private is a constant without a symbol",
        default: "global",
      },
      hidden: HIDDEN,
      symbol: SYMBOL,
      mergeable: {
        shape: BOOLEAN,
        doc: "in a section given by name: as LLVM places constants whose address does not matter",
        default: false,
      },
      size: {
        shape: integer(1n, 0xffff_ffffn),
        doc: "bytes of storage, where a compiler kept less or more than the type has; the value is then in hexadecimal",
        examples: [8],
      },
      align: ALIGN,
      tags: TAGS,
    },
    examples: [{ name: "limit", type: "const volatile __u32", value: 1000 }],
  },
  program: {
    what: "a program",
    doc: "An entry point that a loader attaches.",
    keys: {
      name: { shape: STRING, required: true, doc: "name of the function", examples: ["handle_exec"] },
      section: {
        shape: STRING,
        required: true,
        doc: "libbpf's SEC() name: what the program is attached to",
        examples: ["tp/syscalls/sys_enter_read", "kprobe/do_unlinkat", "?fentry/do_unlinkat", ...SECTIONS],
      },
      proto: {
        shape: PROTO,
        doc: "C prototype; int NAME(void *ctx) by default, null where nobody knows it",
        examples: ["int prog(struct xdp_md *ctx)"],
      },
      linkage: { shape: word("global", "weak"), doc: LINKAGE.doc, default: "global" },
      hidden: HIDDEN,
      symbol: SYMBOL,
      ...FUNCTION_KEYS,
    },
    examples: [{ name: "pass", section: "xdp", code: ["r0 = 2", "exit"] }],
  },
  function: {
    what: "a function",
    doc: "A subprogram.",
    keys: {
      name: { shape: STRING, required: true, doc: "name of the function", examples: ["add"] },
      section: { shape: STRING, doc: "where the code stands", default: ".text" },
      proto: {
        shape: PROTO,
        required: true,
        doc: "C prototype, in which every parameter has a name; or null where nobody knows it",
        examples: ["long add(long a, long b)"],
      },
      linkage: LINKAGE,
      hidden: HIDDEN,
      symbol: SYMBOL,
      ...FUNCTION_KEYS,
    },
    examples: [{ name: "add", proto: "long add(long a, long b)", code: ["r0 = r1", "r0 += r2", "exit"] }],
  },
  entry: {
    what: "a code entry",
    doc: "An instruction with more than its text, an instruction as data, a label, or a source position.",
    keys: {
      insn: { shape: STRING, doc: "an instruction as text", examples: ["r1 = 0"] },
      label: {
        shape: STRING,
        doc: "a label before this instruction, or before what follows",
        examples: ["out"],
      },
      loc: {
        shape: object("loc"),
        doc: "source position of this instruction, or of what follows",
      },
      core: { shape: object("core"), doc: "CO-RE relocation of this instruction" },
      op: {
        shape: OPERATION,
        doc: "an instruction as data, by its name",
        examples: ["add64", "ldxw", "call"],
      },
      dst: { shape: STRING, doc: "destination register", examples: ["r0", "w1"] },
      src: { shape: STRING, doc: "source register", examples: ["r1", "r10"] },
      off: { shape: S64, doc: "offset: bytes of memory, slots of a jump", examples: [-8] },
      imm: { shape: ANY64, doc: "immediate", examples: [1, "0xffffffffffffffff"] },
      target: { shape: STRING, doc: "label that a jump goes to", examples: ["out"] },
      ref: {
        shape: STRING,
        doc: "what a call calls, or whose address is loaded",
        examples: ["bpf_map_lookup_elem", "counters"],
      },
      addend: { shape: S64, doc: "bytes behind the start of that", examples: [4] },
    },
    rules: [
      { rule: "exclude", a: "insn", b: "op" },
      ...["dst", "src", "off", "imm", "target", "ref"].map(
        (key): KeyRule => ({ rule: "need", key, oneOf: ["op"] }),
      ),
      { rule: "need", key: "addend", oneOf: ["ref"] },
      { rule: "need", key: "core", oneOf: ["insn", "op"] },
      { rule: "some", oneOf: ["insn", "op", "label", "loc"] },
    ],
    examples: [
      { insn: "r1 = 0", core: { kind: "field_byte_offset", type: "struct task_struct", access: "pid" } },
      { op: "add64", dst: "r1", imm: 4 },
      { label: "out" },
      { loc: { file: "./prog.c", line: 12 } },
    ],
  },
  loc: {
    what: "a source position",
    doc: "Where in the author's source an instruction comes from.",
    keys: {
      file: { shape: STRING, doc: "that of the position before by default", examples: ["./prog.c"] },
      // 22 and 10 bits in .BTF.ext (btf.rst, 3.3: BPF_LINE_INFO_LINE_NUM and _LINE_COL).
      line: { shape: integer(0n, 0x3f_ffffn), required: true, doc: "from 1; 0 is unknown", examples: [12] },
      column: { shape: integer(0n, 0x3ffn), doc: "from 1; 0 is unknown", default: 0 },
      text: {
        shape: STRING,
        doc: "text of that line; what was given before for this line, or empty, by default",
        examples: ["  return 0;"],
      },
    },
    examples: [{ file: "./prog.c", line: 12, column: 3, text: "  return 0;" }],
  },
  core: {
    what: "a CO-RE relocation",
    doc: "A value that the loader computes from the types of the running kernel.",
    keys: {
      kind: {
        shape: word(...Object.keys(CORE_KINDS)),
        required: true,
        doc: "what the loader computes, in libbpf's words",
      },
      type: {
        shape: STRING,
        required: true,
        doc: "C type that the access starts from",
        examples: ["struct task_struct", "enum bpf_func_id"],
      },
      access: {
        shape: STRING,
        doc: "member path, enumerator, or libbpf's access string",
        examples: ["pid", "comm[3]", "BPF_FUNC_trace_printk", "0:3:2"],
      },
      as_given: {
        shape: BOOLEAN,
        doc: "the operand and a numeric access stay as they are given, whatever the type says; for objects of other compilers",
        default: false,
      },
    },
    examples: [{ kind: "field_byte_offset", type: "struct task_struct", access: "pid" }],
  },
  extern: {
    what: "an extern",
    doc: "A kernel function, variable or setting, or a name of another input.",
    keys: {
      name: { shape: STRING, required: true, doc: "the name", examples: ["bpf_task_acquire", "CONFIG_HZ"] },
      section: {
        shape: STRING,
        doc: "`.maps` for a map of another input; that of its data, or none, for its other names",
        examples: [".ksyms", ".kconfig", ".maps", ".data.config"],
      },
      proto: {
        shape: STRING,
        doc: "C prototype of a function",
        examples: ["void bpf_task_release(struct task_struct *p)"],
      },
      type: {
        shape: STRING,
        doc: 'C type of a variable; "void" for one without a type',
        examples: ["unsigned int", "void"],
      },
      weak: { shape: BOOLEAN, doc: "may be missing at run time", default: false },
      hidden: { shape: BOOLEAN, doc: "ELF visibility hidden", default: false },
      symbol: SYMBOL,
      tags: TAGS,
      param_tags: PARAM_TAGS,
    },
    rules: [
      { rule: "exclude", a: "proto", b: "type" },
      { rule: "some", oneOf: ["proto", "type"] },
    ],
    examples: [{ name: "CONFIG_HZ", section: ".kconfig", type: "int" }],
  },
  order: {
    what: '"order"',
    doc: "The order of functions and variables in the object. What is not named follows in the listed order.",
    keys: {
      functions: { shape: STRINGS, doc: "names of programs and functions", examples: [["main", "helper"]] },
      variables: {
        shape: STRINGS,
        doc: "names of maps, data, the license, and externs that are variables",
        examples: [["limit", "_license"]],
      },
    },
  },
};
