// Objects that cannot go through JSON and back, by maker and name, with the reason. Everything else that the tests of this
// folder try must come back with the same meaning.

export interface Refusal {
  /** What the error must say. */
  readonly says: RegExp;
  readonly reason: string;
}

const GCC_ENUM: Refusal = {
  says: /^object\/map-member: .*"map_extra"/,
  reason: "gcc 12 drops enumerators of 64 bits, so that the attribute has no value any more",
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
    "map-counter": GCC_ENUM,
    "map-extra": GCC_ENUM,
    "43-arena": GCC_ENUM,
    "74-arena-globals": GCC_ENUM,
    "60-ksym-variables": {
      says: /"runqueues"/,
      reason: "binutils 2.40 adds an offset to the address of a kernel variable, which no loader takes",
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
