// The part of schema.ts that gives types as the records of BTF, for what C cannot spell (btf.rst, section 2). Fields have
// the names that `bpftool --json btf dump` gives them; which of them a kind has is said in parse-types.ts.

import {
  ANY64,
  BOOLEAN,
  choice,
  integer,
  type KeyShape,
  list,
  type ObjectName,
  type ObjectShape,
  object,
  type Shape,
  STRING,
  U32,
  word,
} from "./shape.js";

/** A declaration tag, or (kernel 6.15) an attribute of another name in its place. */
const TAG: Shape = choice(STRING, object("tag"));
export const TAG_LIST: Shape = list(TAG);

const TYPE_TAGS: KeyShape = { shape: TAG_LIST, doc: "declaration tags (btf_decl_tag)", examples: [["user"]] };
/** Bytes. Alignments beyond a page are nobody's. */
const ALIGN: Shape = integer(1n, 4096n);
/** 8 bits in an int, and in a member (btf.rst 2.2.1 and 2.2.4). */
const U8: Shape = integer(0n, 0xffn);

export const TYPE_OBJECTS: Readonly<
  Record<Extract<ObjectName, "type" | "member" | "param" | "enumerator" | "tag">, ObjectShape>
> = {
  type: {
    what: "a type",
    doc: "A type as its record in BTF, for what C cannot spell.",
    keys: {
      id: {
        shape: STRING,
        required: true,
        doc: 'what C text calls it: a name that begins with "$"',
        examples: ["$Option_u32"],
      },
      kind: {
        shape: word(
          "int",
          "ptr",
          "array",
          "struct",
          "union",
          "enum",
          "enum64",
          "fwd",
          "typedef",
          "volatile",
          "const",
          "restrict",
          "func_proto",
          "float",
          "type_tag",
        ),
        required: true,
        doc: "BTF_KIND_*",
      },
      name: { shape: STRING, doc: "its name in BTF, which may be any text", examples: ["Option<u32>"] },
      size: { shape: U32, doc: "bytes", examples: [8] },
      type: {
        shape: STRING,
        doc: "C type that it refers to; of an array, that of its elements",
        examples: ["__u32"],
      },
      members: { shape: list(object("member")), doc: "members of a struct or union, in any order" },
      align: {
        shape: ALIGN,
        doc: "bytes, where a struct is aligned to more than its members",
        examples: [16],
      },
      values: { shape: list(object("enumerator")), doc: "enumerators" },
      signed: { shape: BOOLEAN, doc: "the enumerators have a sign", default: false },
      encoding: { shape: word("unsigned", "signed", "char", "bool"), doc: "of an int", default: "unsigned" },
      nr_bits: { shape: U8, doc: "bits of an int; all of its bytes by default", examples: [7] },
      bits_offset: { shape: U8, doc: "first bit of an int", default: 0 },
      nr_elems: { shape: U32, doc: "elements of an array", examples: [4] },
      ret_type: { shape: STRING, doc: "C type that a function returns", default: "void" },
      params: { shape: list(object("param")), doc: "parameters of a function" },
      fwd_kind: {
        shape: word("struct", "union"),
        doc: "what is declared, and not defined",
        default: "struct",
      },
      attribute: { shape: BOOLEAN, doc: "a type tag is another attribute than btf_type_tag", default: false },
      tags: TYPE_TAGS,
    },
    examples: [
      {
        id: "$Option_u32",
        kind: "struct",
        name: "Option<u32>",
        size: 8,
        members: [
          { name: "value", type: "__u32", bits_offset: 32 },
          { name: "tag", type: "__u32", bits_offset: 0 },
        ],
      },
    ],
  },
  member: {
    what: "a member",
    doc: "A member of a struct or union.",
    keys: {
      name: { shape: STRING, doc: "its name; none by default" },
      type: { shape: STRING, required: true, doc: "its C type", examples: ["__u32"] },
      bits_offset: { shape: U32, required: true, doc: "bits from the start of the struct", examples: [32] },
      bitfield_size: { shape: U8, doc: "bits of a bit-field", examples: [3] },
      tags: TYPE_TAGS,
    },
  },
  param: {
    what: "a parameter",
    doc: "A parameter of a function type.",
    keys: {
      name: { shape: STRING, doc: "its name; none by default" },
      type: {
        shape: STRING,
        required: true,
        doc: 'its C type; "void" without a name stands for "..."',
        examples: ["void *"],
      },
    },
  },
  enumerator: {
    what: "an enumerator",
    doc: "An enumerator.",
    keys: {
      name: { shape: STRING, required: true, doc: "its name", examples: ["Some"] },
      val: { shape: ANY64, required: true, doc: "its value", examples: [1] },
    },
  },
  tag: {
    what: "a tag",
    doc: "A declaration tag that says more than its text.",
    keys: {
      name: { shape: STRING, required: true, doc: "the text" },
      attribute: { shape: BOOLEAN, doc: "it is another attribute than btf_decl_tag", default: false },
    },
  },
};
