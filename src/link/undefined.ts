// Names that nobody defines. A strong one is an error that lists who refers to it. A weak one is 0, as ELF says: no
// loader does that for names which are not the kernel's (libbpf fails to open the object), so it happens here. Its
// address becomes 0, and a call becomes one that the verifier refuses if it can be reached, which a program that asks
// for the address first does not let happen; one that does not ask is warned of. libbpf and cilium/ebpf treat missing weak
// kfuncs in the same way.

import { OPCODE, withFields } from "../asm/index.js";
import { append, didYouMean, type Log, type Note } from "../base/index.js";
import type { Extern, Func, Ref, Statement } from "../ir/index.js";
import type { Draft } from "./copy.js";
import type { ReportDraft } from "./report.js";
import { isExtern, isOfKernel, type LinkInput, type Thing, thingsOf } from "./things.js";

/** "bad call": no helper has this number. cilium/ebpf reads numbers of up to 28 bits (asm/func.go). */
const POISONED_CALL = 0x0bad_ca11;
/** Referrers that a message shows; there may be thousands. */
const MAX_NOTES = 5;

/** A reference, and what it stands in. */
interface Use {
  readonly ref: Ref;
  readonly by: Thing;
}

/** Drops externs that nothing refers to, and settles or reports those that nobody defines. */
export function settleExterns(
  draft: Draft,
  inputs: readonly LinkInput[],
  allowUndefined: boolean,
  report: ReportDraft,
  log: Log,
): void {
  const externs = [...draft.variables.filter(isExtern), ...draft.externs];
  if (externs.length === 0) return;
  const uses = usesOfExterns(draft);
  const drop = new Set<Thing>();
  const missing: { readonly extern: Extern; readonly uses: readonly Use[] }[] = [];
  let zeros = false;
  for (const extern of externs) {
    const list = uses.get(extern);
    if (list === undefined) {
      drop.add(extern);
      report.removed(extern, "nothing refers to it");
    } else if (isOfKernel(extern) || allowUndefined) {
      // The loader, or the next link, knows more.
    } else if (extern.weak) {
      drop.add(extern);
      zeros = true;
      report.removed(extern, "weak, and no input defines it: its address is 0");
    } else {
      missing.push({ extern, uses: list });
    }
  }
  for (const { extern, uses } of missing) reportMissing(extern, uses, inputs, report, log);
  if (zeros) {
    for (const func of draft.functions) warnOfCalls(func, drop, report, log);
    zeroRefs(draft, drop);
  }
  draft.variables = draft.variables.filter((thing) => !drop.has(thing));
  draft.externs = draft.externs.filter((thing) => !drop.has(thing));
}

/** Declarations cost nothing until somebody refers to them: headers are full of them. */
function usesOfExterns({ functions, variables }: Draft): ReadonlyMap<Thing, readonly Use[]> {
  const uses = new Map<Thing, Use[]>();
  const add = (ref: Ref | undefined, by: Thing): void => {
    if (ref?.to.kind !== "extern_function" && ref?.to.kind !== "extern_variable") return;
    append(uses, ref.to, { ref, by });
  };
  for (const func of functions) for (const { ref } of func.body) add(ref, func);
  for (const variable of variables) {
    if (variable.kind === "data") for (const { ref } of variable.pointers) add(ref, variable);
    if (variable.kind === "map") for (const ref of variable.init) add(ref, variable);
  }
  return uses;
}

/** One error a name, at its first use, with some of the others as notes. */
function reportMissing(
  extern: Extern,
  uses: readonly Use[],
  inputs: readonly LinkInput[],
  report: ReportDraft,
  log: Log,
): void {
  const { name } = extern;
  const [first, ...others] = uses;
  const users = [...new Set(others.map(({ by }) => by))].filter((by) => by !== first!.by);
  const notes: Note[] = users.slice(0, MAX_NOTES).map((by) => ({
    message: `"${by.name}" refers to it, too`,
    at: others.find((use) => use.by === by)!.ref.at,
  }));
  if (users.length > MAX_NOTES) {
    notes.push({ message: `${users.length - MAX_NOTES} more refer to it`, at: extern.at });
  }
  notes.push({ message: `"${name}" is declared here`, at: extern.at });
  const args = { name, by: first!.by.name, file: report.inputOf(first!.by) };
  log.error("link/undefined", first!.ref.at, args, { notes, hint: () => nearMiss(name, inputs) });
}

/** A static thing of that very name, or a name that a slip could have meant. */
function nearMiss(name: string, inputs: readonly LinkInput[]): string {
  const names = new Set<string>();
  for (const { name: file, module } of inputs) {
    for (const thing of thingsOf(module)) {
      if (isExtern(thing)) continue;
      if (thing.name === name && thing.binding === "local") return `"${name}" is static in "${file}"`;
      names.add(thing.name);
    }
  }
  return didYouMean(name, names);
}

/** A function that calls a weak one that is missing, and never asks for its address, can only be refused. */
function warnOfCalls(func: Func, gone: ReadonlySet<Thing>, report: ReportDraft, log: Log): void {
  const asked = new Set<unknown>();
  const called = new Map<Extern, Ref>();
  for (const { insn, ref } of func.body) {
    if (ref === undefined || ref.to.kind !== "extern_function" || !gone.has(ref.to)) continue;
    if (insn.opcode !== OPCODE.call) asked.add(ref.to);
    else if (!called.has(ref.to)) called.set(ref.to, ref);
  }
  for (const [extern, ref] of called) {
    if (asked.has(extern)) continue;
    const { name } = extern;
    const hint = `call it only where its address is not 0: if (${name}) ${name}()`;
    log.warn("link/weak-call", ref.at, { name, by: func.name, file: report.inputOf(func) }, { hint });
  }
}

/** Makes the address of each weak name that is missing 0. */
function zeroRefs(draft: Draft, gone: ReadonlySet<Thing>): void {
  const isGone = (ref: Ref | undefined): boolean => ref !== undefined && gone.has(ref.to as Thing);
  for (const func of draft.functions) {
    if (func.body.some(({ ref }) => isGone(ref))) zeroBody(func, isGone);
  }
  for (const variable of draft.variables) {
    if (variable.kind === "data") variable.pointers = variable.pointers.filter(({ ref }) => !isGone(ref));
    if (variable.kind === "map") variable.init = variable.init.map((ref) => (isGone(ref) ? undefined : ref));
  }
}

/** In code, an address is an ld_imm64 of the addend alone, and a call one that cannot be verified. */
function zeroBody(func: { body: Func["body"] }, isGone: (ref: Ref | undefined) => boolean): void {
  func.body = func.body.map((statement): Statement => {
    const { insn, ref } = statement;
    if (ref === undefined || !isGone(ref)) return statement;
    const settled =
      insn.opcode === OPCODE.call
        ? withFields(insn, { src: 0, imm: POISONED_CALL })
        : withFields(insn, { src: 0, imm: ref.addend });
    return { ...statement, insn: settled, ref: undefined };
  });
}
