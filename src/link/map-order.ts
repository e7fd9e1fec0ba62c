// Maps that hold maps from the start stand behind them: libbpf makes maps in the order of their places in `.maps`, and
// fills the slots of one as soon as it is made, when maps behind it are not there yet (libbpf.c,
// bpf_object__create_maps). In one input the author sees to that; over several, no author can.

import type { Draft } from "./copy.js";

type Variable = Draft["variables"][number];

/** The variables in their order, but each map behind those that its slots hold. */
export function orderMaps(variables: readonly Variable[]): Variable[] {
  const ordered = new Set<Variable>();
  const own = new Set(variables);
  for (const variable of variables) place(variable, own, ordered);
  return [...ordered];
}

/** The kernel takes no map of maps of maps, so that a map is placed right before the one that needs it, and no deeper. */
function place(variable: Variable, own: ReadonlySet<Variable>, ordered: Set<Variable>): void {
  for (const held of heldBy(variable)) {
    if (own.has(held) && held !== variable) ordered.add(held);
  }
  ordered.add(variable);
}

function heldBy(variable: Variable): Variable[] {
  if (variable.kind !== "map") return [];
  return variable.init.flatMap((ref) => (ref?.to.kind === "map" ? [ref.to] : []));
}
