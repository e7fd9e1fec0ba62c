// Module[] -> Module. Everything is decided by name and by identity; nothing has a position yet, so that nothing is
// ever moved, patched or counted again: object/ lays the result out once.
//
//   1. names are resolved, and every declaration is held against what it means (resolve.ts, duplicates.ts, agree.ts,
//      license.ts)
//   2. types become one table (types.ts), and what stays is copied (copy.ts)
//   3. static names are kept apart (names.ts), externs that nobody defines are settled (undefined.ts)
//   4. what the caller asks for: only what is needed, other names, other values (gc.ts, edit.ts, set.ts)

import type { Log } from "../base/index.js";
import { checkLinked, type Module } from "../ir/index.js";
import { checkAgreement } from "./agree.js";
import { copyThings, type Draft } from "./copy.js";
import { checkDuplicates } from "./duplicates.js";
import { exportOnly, rename } from "./edit.js";
import { collectGarbage } from "./gc.js";
import { checkSingular } from "./license.js";
import { orderMaps } from "./map-order.js";
import { separateNames } from "./names.js";
import { checkRefs } from "./refs.js";
import { type LinkReport, ReportDraft } from "./report.js";
import { resolveNames } from "./resolve.js";
import { setValue } from "./set.js";
import { shareTails } from "./tails.js";
import type { LinkInput } from "./things.js";
import { TypeMerger } from "./types.js";
import { settleExterns } from "./undefined.js";

export interface LinkOptions {
  /** Names that no input defines stay externs, for a later link. Without it they are errors. */
  readonly allowUndefined?: boolean;
  /** Where two inputs define the same map, constant or function, one stands for both. Without it that is an error. */
  readonly foldIdentical?: boolean;
  /** Types that only nearly agree (arrays of another length, integers of another sign, structs behind pointers) are errors. */
  readonly strictTypes?: boolean;
  /** Drops functions, data and externs that no program needs. */
  readonly gcSections?: boolean;
  /** With `gcSections`: drops maps that nothing mentions, too. */
  readonly gcMaps?: boolean;
  /** What `gcSections` keeps, with all that it needs. */
  readonly keep?: readonly string[];
  /** Old name, new name. */
  readonly rename?: readonly (readonly [string, string])[];
  /** The only subprograms and variables that stay global; the others become static. Programs and maps are not concerned. */
  readonly exports?: readonly string[];
  /** Initial values: `config.level`, `7`. */
  readonly set?: readonly (readonly [string, string])[];
  /** Byte order of the result; little by default. */
  readonly little?: boolean;
}

export interface Linked {
  readonly module: Module;
  readonly report: LinkReport;
}

/**
 * Links modules into one. The result is `undefined` where an error went to the log. The order of the inputs is the
 * order of what they bring; beyond that it decides only which of several weak definitions counts. One module without
 * options is returned as it is. The modules were checked, as those are that were parsed or lifted.
 */
export function link(inputs: readonly LinkInput[], options: LinkOptions, log: Log): Module | undefined {
  return run(inputs, options, log)?.module;
}

/** As `link`, and what it did. */
export function linkWithReport(
  inputs: readonly LinkInput[],
  options: LinkOptions,
  log: Log,
): Linked | undefined {
  const linked = run(inputs, options, log);
  return linked && { module: linked.module, report: linked.report.finish(linked.draft) };
}

function run(
  inputs: readonly LinkInput[],
  options: LinkOptions,
  log: Log,
): { readonly module: Module; readonly draft: Draft; readonly report: ReportDraft } | undefined {
  const errors = log.errorCount;
  const failed = (): boolean => log.errorCount > errors;
  const [first] = inputs;
  if (first === undefined) return undefined;
  checkByteOrder(inputs, options.little ?? true, log);
  checkSingular(inputs, log);
  const resolutions = resolveNames(inputs, log);
  if (failed()) return undefined;
  // Beyond this point, every name has one meaning.

  const merger = new TypeMerger(inputs.map(({ module }) => module.types));
  for (const resolution of resolutions.values()) {
    checkDuplicates(resolution, inputs, merger, options.foldIdentical ?? false, log);
  }
  if (failed()) return undefined;
  for (const resolution of resolutions.values()) {
    checkAgreement(resolution, inputs, merger, options.strictTypes ?? false, log);
  }
  if (failed()) return undefined;
  // Beyond this point, all inputs mean the same by it.

  const report = new ReportDraft(inputs);
  const allowUndefined = options.allowUndefined ?? false;
  const draft = copyThings({ inputs, resolutions, merger, final: !allowUndefined, report, log });
  shareTails(draft, report);
  separateNames(draft);
  draft.variables = orderMaps(draft.variables);
  if (!allowUndefined) showMaps(draft);
  if (options.gcSections) {
    collectGarbage(draft, { keep: options.keep ?? [], maps: options.gcMaps ?? false }, report, log);
  }
  if (!isUntouched(inputs, options)) checkRefs(draft, log);
  settleExterns(draft, inputs, allowUndefined, report, log);
  for (const [path, value] of options.set ?? []) {
    setValue(draft, merger.types, path, value, options.little ?? true, log);
  }
  if (options.exports !== undefined) exportOnly(draft, options.exports, log);
  for (const [from, to] of options.rename ?? []) rename(draft, from, to, log);
  if (failed()) return undefined;

  const module: Module = { types: merger.types, ...draft, at: first.module.at };
  if (isUntouched(inputs, options)) return { module: first.module, draft, report };
  checkLinked(module, log);
  return failed() ? undefined : { module, draft, report };
}

/**
 * libbpf refuses maps that are static or hidden, and cilium/ebpf weak ones, too: loaders and user space look maps up by
 * name. What the binding was for is done once names are resolved, so that the maps of a finished object are all global.
 */
function showMaps({ variables }: Draft): void {
  for (const variable of variables) {
    if (variable.kind !== "map") continue;
    variable.binding = "global";
    variable.hidden = false;
  }
}

/** One input, and nothing to be done to it: the result is that very module. */
export function isUntouched(inputs: readonly LinkInput[], options: LinkOptions): boolean {
  const edits = [options.rename, options.exports, options.set].some(
    (list) => list !== undefined && list.length > 0,
  );
  return inputs.length === 1 && !edits && options.gcSections !== true;
}

/** Reports inputs of another byte order than that of the result: data has one, and code will have. */
export function checkByteOrder(inputs: readonly LinkInput[], little: boolean, log: Log): void {
  const like = inputs.find(({ little: own }) => own === little);
  for (const { name, module, little: own } of inputs) {
    if (own === undefined || own === little) continue;
    const args = { file: name, order: own ? "little" : "big", wanted: little ? "little" : "big" };
    const hint =
      like === undefined
        ? `link with --target ${own ? "bpfel" : "bpfeb"}`
        : `the data of "${like.name}" is ${args.wanted}-endian: compile all inputs with one --target`;
    log.error("link/byte-order", module.at, args, { hint });
  }
}
