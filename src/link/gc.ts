// Only what is needed: everything that a root reaches. Roots are what loaders look for by themselves: programs, maps (which
// user space may open by name), the license, and what `keep` names. Types need no pass: object/ writes only those that
// something mentions.

import type { Log } from "../base/index.js";
import { exceptionCallbacksOf, type Func, type Ref } from "../ir/index.js";
import type { Draft } from "./copy.js";
import { byName } from "./names.js";
import type { ReportDraft } from "./report.js";
import { isSingular, type Open, type Thing } from "./things.js";
import { reportUnknown } from "./unknown.js";

/** What counts as needed beside what programs reach. */
export interface GcOptions {
  readonly keep: readonly string[];
  /** Maps that nothing reaches go, too. */
  readonly maps: boolean;
}

/** Removes what no root reaches. A name to keep that is not there is an error in the log. */
export function collectGarbage(draft: Draft, options: GcOptions, report: ReportDraft, log: Log): void {
  const { functions, variables, externs } = draft;
  const things: Open<Thing>[] = [...functions, ...variables, ...externs];
  const roots = things.filter((thing) => isRoot(thing, options.maps));
  const names = byName(draft);
  for (const name of options.keep) {
    const thing = names.get(name);
    if (thing === undefined) reportUnknown(name, "--keep", names, log);
    else roots.push(thing);
  }
  const reached = reachable(roots, functions);
  const stays = (thing: Thing): boolean => {
    if (reached.has(thing)) return true;
    report.removed(thing, "nothing needs it");
    return false;
  };
  draft.functions = functions.filter(stays);
  draft.variables = variables.filter(stays);
  draft.externs = externs.filter(stays);
}

/** What a loader starts from. User space opens maps by name, so that they stay unless the caller knows better. */
function isRoot(thing: Thing, maps: boolean): boolean {
  switch (thing.kind) {
    case "func":
      return thing.section !== ".text";
    case "map":
      return !maps;
    case "data":
      return isSingular(thing) || /^\??\.struct_ops(\.link)?$/.test(thing.section);
    default:
      return false;
  }
}

/**
 * The roots and all that they refer to, each with the thing that it was first reached from. `functions`: all of the module,
 * among which programs name those that catch their exceptions.
 */
export function reachable(
  roots: Iterable<Thing>,
  functions: readonly Func[],
): ReadonlyMap<Thing, Thing | undefined> {
  const from = new Map<Thing, Thing | undefined>();
  const open: Thing[] = [];
  for (const root of roots) {
    if (!from.has(root)) open.push(root);
    from.set(root, undefined);
  }
  // First come, first served: the way that is kept is a shortest one.
  for (let next = 0; next < open.length; next++) {
    const thing = open[next]!;
    const needed = refsOfThing(thing).map(({ to }) => to);
    for (const to of [...needed, ...callbacksOf(thing, functions)]) {
      if (to.kind === "label" || to.kind === "jump_table" || from.has(to)) continue;
      from.set(to, thing);
      open.push(to);
    }
  }
  return from;
}

/** The exception callback that a declaration tag names (`exception_callback:NAME`): no relocation shows it. */
function callbacksOf(thing: Thing, functions: readonly Func[]): readonly Func[] {
  if (thing.kind !== "func" || thing.tags.length === 0) return [];
  const names = exceptionCallbacksOf(thing);
  return names.length === 0 ? [] : functions.filter(({ name }) => names.includes(name));
}

/** What a thing refers to, in the order in which it does; an extern refers to nothing. */
export function refsOfThing(thing: Thing): Ref[] {
  switch (thing.kind) {
    case "func":
      return thing.body.flatMap(({ ref }) => (ref === undefined ? [] : [ref]));
    case "map":
      return thing.init.flatMap((ref) => (ref === undefined ? [] : [ref]));
    case "data":
      return thing.pointers.map(({ ref }) => ref);
    default:
      return [];
  }
}
