// Objects that cannot go through JSON and back, by maker and name, with the reason. Everything else that the tests of this
// folder try must come back with the same meaning.

export interface Refusal {
  /** What the error must say. */
  readonly says: RegExp;
  readonly reason: string;
}

const GCC_CORE: Refusal = {
  says: /^ir\/lossy: .*the operand is/,
  reason:
    "gcc 12 writes byte offsets of bit-fields as CO-RE records of the whole struct: libbpf refuses them at the same place",
};
const GCC_ENUM: Refusal = {
  says: /^object\/map-member: .*"map_extra"/,
  reason: "gcc 12 drops enumerators of 64 bits, so that the attribute has no value any more",
};
const WIDE_ENUM: Refusal = {
  says: /^ir\/lossy: /,
  reason:
    "an enum of 8 bytes whose enumerators have 4, from compilers without ENUM64, is none that C can spell",
};
const NOT_ASCII: Refusal = {
  says: /^ir\/lossy: .*character/,
  reason: "names beyond ASCII, which C declarations of the IR do not take",
};

const STALE: Refusal = {
  says: /^(btf\/bad-string-offset|elf\/relocation-outside): /,
  reason: "pahole replaces .BTF and leaves .BTF.ext and .rel.BTF, which speak of the strings of the old one",
};
const UNTYPED_MAP: Refusal = {
  says: /^object\/map-without-type: /,
  reason: "a map of the section .maps is defined by its BTF, of which there is none: no loader takes it",
};

/** Maker to name (without what tells its variants apart) to reason. */
export const REFUSED: Readonly<Record<string, Readonly<Record<string, Refusal>>>> = {
  "gcc 12": {
    "core-bits": GCC_CORE,
    "core-info": GCC_CORE,
    "51-core-bit-fields": GCC_CORE,
    "57-core-narrow-units": GCC_CORE,
    "66-core-bit-field-reads": GCC_CORE,
    "67-core-probed-bit-fields": GCC_CORE,
    "84-congestion-control": GCC_CORE,
    "86-core-old-cpu": GCC_CORE,
    "map-extra": GCC_ENUM,
    "43-arena": GCC_ENUM,
    "74-arena-globals": GCC_ENUM,
    "data-enum64": WIDE_ENUM,
    "08-values": WIDE_ENUM,
    "14-types": WIDE_ENUM,
    "60-ksym-variables": {
      says: /^ir\/lossy: .*"runqueues"/,
      reason: "binutils 2.40 adds an offset to the address of a kernel variable, which no loader takes",
    },
    "94-odd-types": {
      says: /^ir\/lossy: .*is void/,
      reason: "gcc 12 has no BTF for vectors, and makes members of type void",
    },
    utf8: NOT_ASCII,
  },
  "clang 14": { "data-enum64": WIDE_ENUM, "core-info": WIDE_ENUM, utf8: NOT_ASCII },
  "clang 13": { "data-enum64": WIDE_ENUM, "core-info": WIDE_ENUM, utf8: NOT_ASCII },
  "clang 16": { utf8: NOT_ASCII },
  "clang 22": { utf8: NOT_ASCII },
  rustc: {
    probe: {
      says: /^ir\/lossy: /,
      reason: "names of Rust, as Option<u32>, are no names of C",
    },
  },
  leftovers: {
    "common-both": STALE,
    "call-global-both": STALE,
    "code-memory-both": STALE,
    "data-plain-both": STALE,
    "map-hash-both": STALE,
    "map-hash-dwarf": UNTYPED_MAP,
    "map-hash-pahole": UNTYPED_MAP,
  },
  "cilium/ebpf": {
    iproute2_map_compat: {
      says: /^object\/legacy-definition: /,
      reason: "iproute2's struct bpf_elf_map has an id and a pinning, which BTF-defined maps do not say so",
    },
    invalid_btf_map_init: {
      says: /^object\/map-bytes: /,
      reason: "a map whose attributes are stored instead of declared, which the loaders refuse, too",
    },
    relocs: {
      says: /^ir\/lossy: .*needs a name/,
      reason: "CO-RE against anonymous types, which no kernel type can match",
    },
  },
};

const CALLED_BUILTIN =
  "gcc 12 calls __builtin_preserve_field_info, which nobody defines, with CO-RE records on the calls: no loader takes it";

/** What comes back changed, and why nobody loses by it. */
export const CHANGED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "the goldens": {
    "26-version": "its map of the section maps becomes a BTF-defined one, as libbpf 1.0 wants it",
  },
  leftovers: {
    "common-dwarf":
      "without BTF a static variable is bytes without a name, and the padding behind it may count as its own",
    "common-pahole": "pahole knows no static variables: they are bytes without a name",
  },
  "gcc 12": {
    "66-core-bit-field-reads": CALLED_BUILTIN,
    "67-core-probed-bit-fields": CALLED_BUILTIN,
    "30-module-order":
      "gcc has a VAR for the declaration of a variable beside that of its definition, which is the one that stays",
    "31-mergeable":
      "gcc leaves the undefined symbol __moddi3, to which nothing refers, and which libbpf would refuse",
  },
};
