// Which of cilium/ebpf's test objects cannot be lifted, and why. Every other one must be.

import { basename } from "node:path";

export type Refusal = Readonly<{ code: string; reason: string }>;

/** By the name without byte order. */
export const REFUSED: Readonly<Record<string, Refusal>> = {
  iproute2_map_compat: {
    code: "object/legacy-definition",
    reason: "iproute2's struct bpf_elf_map has an id and a pinning, which BTF-defined maps do not say so",
  },
  invalid_btf_map_init: {
    code: "object/map-bytes",
    reason: "a map whose attributes are stored instead of declared, which the loaders refuse, too",
  },
};

/** Of the object `file`: "testdata/invalid_btf_map_init-el.elf". */
export function refusalOf(file: string): Refusal | undefined {
  return REFUSED[basename(file).replace(/-e[lb]\.elf$/, "")];
}
