// What loaders refuse of the golden cases and examples, and why. Nearly all of it is a form that clang writes just so for
// the same C: the golden cases hold every form, loaders or not. A refusal that no line here explains fails the test, and
// so does a line that no longer happens; which objects it befalls stands in docs/loaders.md, which the test compares.

import type { Loader } from "./verdicts.js";

export type Refusal = Readonly<{
  /** Of one or two words, for the cells of docs/loaders.md. */
  name: string;
  loaders: readonly Loader[];
  /** In what the loader says. */
  says: RegExp;
  /** A clause for the list below its table. */
  reason: string;
}>;

const LIBBPF = ["libbpf-debian", "libbpf-newest"] as const;

export const REFUSALS: readonly Refusal[] = [
  {
    name: "static-map",
    loaders: [...LIBBPF, "cilium"],
    says: /unsupported map linkage static|erroneous static qualifier on map definition/,
    reason: "a static map",
  },
  {
    name: "static-map-by-section",
    loaders: ["aya-obj"],
    says: /^assertion `left == right` failed/,
    reason:
      "a static map: code reaches it through its section, where aya expects none but data (an assertion of its debug builds; release builds take any map of that section)",
  },
  {
    name: "static-program",
    loaders: LIBBPF,
    says: /program '\w+' is static and not supported/,
    reason: "a static function outside `.text`",
  },
  {
    name: "call-across-sections",
    loaders: LIBBPF,
    says: /bad call relo against/,
    reason: "a call into another section than `.text`",
  },
  {
    name: "legacy-maps",
    loaders: LIBBPF,
    says: /legacy map definitions in 'maps' section/,
    reason: "a section called `maps`, the old place of map definitions",
  },
  {
    name: "arena",
    loaders: ["libbpf-debian"],
    says: /attr 'map_extra': expected PTR, got enum64/,
    reason: "an arena: its 64-bit `map_extra` came with libbpf 1.4",
  },
  {
    name: "jump-table",
    loaders: ["libbpf-debian", "cilium"],
    says: /BPF\.JT\.\d/,
    reason: "a jump table (`gotox`, 2025)",
  },
  {
    name: "struct-ops",
    loaders: ["cilium"],
    says: /got '\.struct_ops' section/,
    reason: "`.struct_ops`: only `.struct_ops.link`",
  },
  {
    name: "data-section-name",
    loaders: [...LIBBPF, "cilium"],
    says: /bad map relo against|reference to "\w*" in section \S+: not supported/,
    reason:
      "a variable in a section whose name is none of `.data`, `.rodata`, `.bss` and their `.NAME` forms (cilium/ebpf knows no form of `.bss`, and not `.addr_space.1` of arenas)",
  },
  {
    name: "byte-order",
    loaders: ["libbpf-debian"],
    says: /endianness mismatch/,
    reason: "the other byte order: libbpf opens it since 1.5",
  },
  {
    name: "byte-order-of-btf",
    loaders: ["aya-obj"],
    says: /^BTF error: error parsing BTF header/,
    reason: "the other byte order: aya reads the header of BTF in that of the machine",
  },
  {
    name: "numa-node",
    loaders: ["cilium"],
    says: /unrecognized field numa_node in BTF map definition/,
    reason: "`numa_node` in a map definition",
  },
  {
    name: "static-inner-map",
    loaders: ["cilium"],
    says: /initializing BTF map definitions: not supported/,
    reason:
      "static maps among the initial values: their places stand in the bytes of `.maps`, which must be zero",
  },
  {
    name: "typed-ksym",
    loaders: ["cilium"],
    says: /expected \w+ to be \*Void/,
    reason: "a variable of the kernel with a type: `extern const void` only",
  },
  {
    name: "weak-setting",
    loaders: ["cilium"],
    says: /unsupported binding: STB_WEAK/,
    reason: "a weak variable of `.kconfig`",
  },
  {
    name: "unlinked",
    loaders: LIBBPF,
    says: /failed to find BTF for extern '\w+' \[\d+\] section/,
    reason: "a variable that another input of the link defines",
  },
  {
    name: "kernel-names",
    loaders: ["aya-obj"],
    says: /Unable to determine the size of section `\.(kconfig|ksyms)`/,
    reason: "`.kconfig` and `.ksyms`, sections of BTF alone: aya looks for their sizes in the file",
  },
  {
    name: "core-type-match",
    loaders: ["aya-obj"],
    says: /^BTF error: invalid BTF relocation kind/,
    reason: "a CO-RE relocation of the kind 12, whether a type matches",
  },
  {
    name: "license",
    loaders: ["aya-obj"],
    says: /^invalid license/,
    reason: "a license with more than one NUL behind it",
  },
  {
    name: "prog-array-values",
    loaders: ["aya-obj"],
    says: /^BTF error: unexpected BTF type id/,
    reason: "a program array with initial programs: aya takes the `values` of a map for an inner map",
  },
  {
    name: "section-name",
    loaders: ["aya-obj"],
    says: /^invalid program section/,
    reason: "a section name that aya does not know: it wants `classifier` for `tc`, and one of its own list",
  },
];

/** The known refusal that explains what `loader` said of an object. */
export function findRefusal(loader: Loader, said: string): Refusal | undefined {
  return REFUSALS.find(({ loaders, says }) => loaders.includes(loader) && says.test(said));
}
