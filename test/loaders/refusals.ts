// What loaders refuse of the golden cases and examples, and why. Nearly all of it is a form that clang writes just so for
// the same C: the golden cases hold every form, loaders or not. A refusal that no line here explains fails the test, and
// so does a line that no longer happens; which objects it befalls stands in docs/loaders.md, which the test compares.

import type { Loader } from "./verdicts.js";

export type Refusal = Readonly<{
  loaders: readonly Loader[];
  /** In what the loader says. */
  says: RegExp;
  /** A clause for docs/loaders.md. */
  reason: string;
}>;

const LIBBPF = ["libbpf-debian", "libbpf-newest"] as const;

export const REFUSALS: readonly Refusal[] = [
  {
    loaders: [...LIBBPF, "cilium"],
    says: /unsupported map linkage static|erroneous static qualifier on map definition/,
    reason: "a static map",
  },
  {
    loaders: ["aya-obj"],
    says: /^assertion `left == right` failed/,
    reason:
      "a static map: code reaches it through its section, where aya expects none but data (an assertion of its debug builds; release builds take any map of that section)",
  },
  {
    loaders: LIBBPF,
    says: /program '\w+' is static and not supported/,
    reason: "a static function outside `.text`",
  },
  {
    loaders: LIBBPF,
    says: /bad call relo against/,
    reason: "a call into another section than `.text`",
  },
  {
    loaders: LIBBPF,
    says: /legacy map definitions in 'maps' section/,
    reason: "a section called `maps`, the old place of map definitions",
  },
  {
    loaders: ["libbpf-debian", "cilium"],
    says: /attr 'map_extra': expected PTR, got enum64|reference to "counter" in section \S+: not supported/,
    reason: "an arena: the 64-bit `map_extra` and the section `.addr_space.1` came with libbpf 1.5",
  },
  {
    loaders: ["libbpf-debian", "cilium"],
    says: /BPF\.JT\.\d/,
    reason: "a jump table (`gotox`, 2025)",
  },
  {
    loaders: ["cilium"],
    says: /got '\.struct_ops' section/,
    reason: "`.struct_ops`: only `.struct_ops.link`",
  },
  {
    loaders: [...LIBBPF, "cilium"],
    says: /bad map relo against|reference to "\w+" in section \S+: not supported/,
    reason:
      "a variable in a section whose name is none of `.data`, `.rodata`, `.bss` and their `.NAME` forms",
  },
  {
    loaders: ["libbpf-debian"],
    says: /endianness mismatch/,
    reason: "the other byte order: libbpf opens it since 1.5",
  },
  {
    loaders: ["aya-obj"],
    says: /^BTF error: error parsing BTF header/,
    reason: "the other byte order: aya reads the header of BTF in that of the machine",
  },
  {
    loaders: ["cilium"],
    says: /unrecognized field numa_node in BTF map definition/,
    reason: "`numa_node` in a map definition",
  },
  {
    loaders: ["cilium"],
    says: /initializing BTF map definitions: not supported/,
    reason:
      "static maps among the initial values: their places stand in the bytes of `.maps`, which must be zero",
  },
  {
    loaders: ["cilium"],
    says: /expected \w+ to be \*Void/,
    reason: "a variable of the kernel with a type: `extern const void` only",
  },
  {
    loaders: ["aya-obj"],
    says: /Unable to determine the size of section `\.kconfig`/,
    reason: "`.kconfig`, which aya does not know",
  },
  {
    loaders: ["aya-obj"],
    says: /^BTF error: invalid BTF relocation kind/,
    reason: "a CO-RE relocation of the kind 12, whether a type matches",
  },
  {
    loaders: ["aya-obj"],
    says: /^invalid license/,
    reason: "a license with more than one NUL behind it",
  },
  {
    loaders: ["aya-obj"],
    says: /^BTF error: unexpected BTF type id/,
    reason: "a program array with initial programs: aya takes the `values` of a map for an inner map",
  },
  {
    loaders: ["aya-obj"],
    says: /^invalid program section/,
    reason: "a section name that aya does not know: it wants `classifier` for `tc`, and one of its own list",
  },
];

/** The place in REFUSALS of what `loader` said of an object, or -1. */
export function refusalIndex(loader: Loader, said: string): number {
  return REFUSALS.findIndex(({ loaders, says }) => loaders.includes(loader) && says.test(said));
}
