// The kernel's helper functions: name, id, C prototype. An id is what `call` carries; it never changes in the kernel
// (enum bpf_func_id, include/uapi/linux/bpf.h), and no helper will be added: newer kernels offer kfuncs.

import { HELPER_NAMES, HELPER_PROTOS } from "./helpers.generated.js";

// Filled when the first helper is asked for.
let names: readonly string[] | undefined;
let ids: ReadonlyMap<string, number> | undefined;
let protos: readonly string[] | undefined;

/** All names in the order of their ids; id 0 is "bpf_unspec", which no program can call. */
export function helperNames(): readonly string[] {
  names ??= HELPER_NAMES.split(" ").map((name) => `bpf_${name}`);
  return names;
}

/** The id of "bpf_map_lookup_elem" and its like; `undefined` for a name that is no helper. */
export function helperId(name: string): number | undefined {
  ids ??= new Map(helperNames().map((known, id) => [known, id]));
  const id = ids.get(name);
  return id === 0 ? undefined : id;
}

/** The name of a helper; `undefined` for an id that this table does not know. */
export function helperName(id: number): string | undefined {
  return id === 0 ? undefined : helperNames()[id];
}

/** The C prototype of a helper, its name included, without a semicolon. */
export function helperProto(id: number): string | undefined {
  protos ??= HELPER_PROTOS.slice(1).split("\n");
  return protos[id] || undefined;
}
