// What only a dropped definition needed: the static functions, variables and literals of a weak function that lost, or of
// a copy that another one stands for. Nobody can ask for them by name, so that they go with it.

import type { JumpTable } from "../ir/index.js";
import type { Draft } from "./copy.js";
import { reachable, refsOfThing } from "./gc.js";
import type { ReportDraft } from "./report.js";
import { isShared, type Thing } from "./things.js";

/** Drops copies that `lost`, things of the inputs, needed and that nothing else needs. `copyOf` knows what things became. */
export function dropOrphans(
  draft: Draft,
  lost: readonly Thing[],
  copyOf: (thing: Thing) => Thing | JumpTable | undefined,
  report: ReportDraft,
): void {
  const candidates = new Set<unknown>();
  const seen = new Set<Thing>(lost);
  for (const thing of seen) {
    for (const { to } of refsOfThing(thing)) {
      if (to.kind === "label" || to.kind === "jump_table" || isShared(to) || to.kind === "map") continue;
      seen.add(to); // and so it is looked at, too
      candidates.add(copyOf(to));
    }
  }
  if (candidates.size === 0) return;
  const all: Thing[] = [...draft.functions, ...draft.variables, ...draft.externs];
  const needed = reachable(
    all.filter((thing) => !candidates.has(thing)),
    draft.functions,
  );
  const stays = (thing: Thing): boolean => {
    if (needed.has(thing)) return true;
    report.removed(thing, "only what is dropped needed it");
    return false;
  };
  draft.functions = draft.functions.filter(stays);
  draft.variables = draft.variables.filter(stays);
}
