// Rules that hold whoever wrote the Module: the JSON parser, the reader of objects, the linker. What a single
// instruction may be is asm/'s; whether a jump reaches its label is decided where distances are known, in object/.
// Sources: the kernel's verifier (check_subprogs: jumps stay inside their function, which ends in an exit or a jump)
// and the assembler's name space, in which sections and symbols meet (LLVM: "symbol is already defined").

import { formOf, type Insn, jumpDistance, slotsOf } from "../asm/index.js";
import { didYouMean, type Log, type Note } from "../base/index.js";
import type { DataVariable, Extern, Func, Label, MapVariable, Module, Tag } from "./module.js";
import { ARENA_SECTION, TEXT_SECTION } from "./sections.js";

/** Reports what no Module may be. */
export function checkModule(module: Module, log: Log): void {
  checkThings(module, log);
  for (const func of module.functions) checkFunction(func, log);
  checkExterns(module, log);
}

/** As `checkModule`, of a module whose functions are those of modules that were checked. */
export function checkLinked(module: Module, log: Log): void {
  checkThings(module, log);
  checkExterns(module, log);
}

function checkThings(module: Module, log: Log): void {
  checkNames(module, log);
  checkSections(module, log);
  checkArena(module, log);
  checkMapOrder(module, log);
  checkExceptionCallbacks(module, log);
  checkDuplicates(module, log);
}

type Named = Func | MapVariable | DataVariable | Extern;

/** What has a symbol: private constants have none, so two of them may share a name. */
function namesOf(module: Module): Named[] {
  return [...module.functions, ...module.variables, ...module.externs].filter(
    (thing) => !(thing.kind === "data" && thing.private),
  );
}

/** A symbol and a section of one name are one symbol to an assembler. Names with a dot are never written in code. */
export function checkNames(module: Module, log: Log): void {
  const sections = new Set([...module.functions, ...module.variables].map((thing) => thing.section));
  for (const thing of namesOf(module)) {
    if (!sections.has(thing.name) || thing.name.startsWith(".")) continue;
    log.error("ir/name-is-section", thing.at, { name: thing.name }, { hint: "choose another name" });
  }
}

/** A section is code or data: loaders look at the whole of it as one or the other. */
export function checkSections(module: Module, log: Log): void {
  const code = new Map(module.functions.map((func) => [func.section, func]));
  for (const { section, name, at } of module.variables) {
    const func = code.get(section);
    if (func === undefined) continue;
    const notes: Note[] = [{ message: `"${func.name}" has its code there`, at: func.at }];
    log.error("ir/mixed-section", at, { section, name }, { notes });
  }
}

/** enum bpf_map_type (include/uapi/linux/bpf.h). */
const BPF_MAP_TYPE_ARENA = 33;

/** Code finds the variables of an arena in the one arena that libbpf puts them in. */
export function checkArena(module: Module, log: Log): void {
  const arenas = module.variables.filter((variable) => variable.kind === "map" && isArena(variable));
  for (const { name, at } of arenas.slice(1)) {
    const notes: Note[] = [{ message: `"${arenas[0]!.name}" is the first`, at: arenas[0]!.at }];
    log.warn("ir/two-arenas", at, { name }, { notes });
  }
  if (arenas.length > 0 || !module.variables.some(({ section }) => section === ARENA_SECTION)) return;
  for (const { ref } of module.functions.flatMap(({ body }) => body)) {
    if (ref?.to.kind === "data" && ref.to.section === ARENA_SECTION) {
      log.warn("ir/no-arena", ref.at, { name: ref.to.name });
    }
  }
}

/** A map by its `__uint(type, BPF_MAP_TYPE_ARENA)`. */
function isArena(map: MapVariable): boolean {
  const type = map.definition.members.find(({ name }) => name === "type");
  return type?.kind === "uint" && type.value === BPF_MAP_TYPE_ARENA;
}

/** libbpf makes maps in the order of `.maps`, and fills each as soon as it is made (bpf_object__create_maps). */
export function checkMapOrder({ variables }: Module, log: Log): void {
  const made = new Set<unknown>();
  for (const variable of variables) {
    if (variable.kind !== "map") continue;
    made.add(variable);
    for (const ref of variable.init) {
      if (ref?.to.kind !== "map" || made.has(ref.to)) continue;
      const { name, at } = ref.to;
      const notes: Note[] = [{ message: `"${name}" stands here`, at }];
      const hint = `put "${name}" in front of it`;
      log.warn("ir/held-later", ref.at, { name: variable.name, held: name }, { notes, hint });
    }
  }
}

const EXCEPTION_CALLBACK = "exception_callback:";

/** libbpf looks for the function that catches a program's exceptions among the global ones of ".text". */
export function checkExceptionCallbacks(module: Module, log: Log): void {
  const known = new Map<string, Func>();
  for (const func of module.functions) {
    if (func.section === TEXT_SECTION && !known.has(func.name)) known.set(func.name, func);
  }
  const elsewhere = new Set(module.externs.filter(({ section }) => section === "").map(({ name }) => name));
  for (const func of module.functions) {
    for (const callback of exceptionCallbacksOf(func)) {
      const meant = known.get(callback);
      // Where it is another input's, a later link decides.
      const fault = meant === undefined && elsewhere.has(callback) ? undefined : faultOfCallback(meant);
      if (fault === undefined) continue;
      const hint = (): string => (meant === undefined ? didYouMean(callback, known.keys()) : "");
      log.warn("ir/exception-callback", func.at, { name: func.name, callback, fault }, { hint });
    }
  }
}

/** The names of the functions that catch the exceptions of this one: a tag refers to them, and no instruction. */
export function exceptionCallbacksOf({ tags }: Pick<Func, "tags">): string[] {
  return tags.flatMap(({ value, component }) =>
    component === -1 && value.startsWith(EXCEPTION_CALLBACK) ? [value.slice(EXCEPTION_CALLBACK.length)] : [],
  );
}

/** The tag that makes `callback` the one of a program. */
export function exceptionCallbackTag(callback: string): Tag {
  return { value: `${EXCEPTION_CALLBACK}${callback}`, component: -1 };
}

/** Why libbpf will not find the callback among the functions of ".text", for a message; `undefined` where it will. */
function faultOfCallback(func: Func | undefined): string | undefined {
  if (func === undefined) return 'no function of section ".text"';
  if (func.binding === "local") return "static";
  return func.hidden ? "hidden" : undefined;
}

/** Symbols that another object could see must be unique; two local ones of one name are two things. */
function checkDuplicates(module: Module, log: Log): void {
  const seen = new Map<string, Named>();
  for (const thing of namesOf(module)) {
    if ("binding" in thing && thing.binding === "local") continue;
    const before = seen.get(thing.name);
    if (before === undefined) {
      seen.set(thing.name, thing);
      continue;
    }
    const notes: Note[] = [{ message: `"${thing.name}" is declared here first`, at: before.at }];
    log.error("ir/duplicate-name", thing.at, { name: thing.name }, { notes });
  }
}

/** Reports what the body of a function cannot be. */
export function checkFunction(func: Func, log: Log): void {
  const { name, body } = func;
  const last = body.at(-1);
  if (last === undefined) {
    log.error("ir/empty-function", func.at, { name }, { hint: 'the shortest function is "exit"' });
    return;
  }
  if (!endsControl(last.insn)) {
    log.error("ir/falls-off-end", last.at, { name }, { hint: 'end it with "exit"' });
  }
  checkJumps(func, log);
}

/** Names here are the kernel's; others are those of other inputs. */
const KERNEL_SECTIONS: ReadonlySet<string> = new Set([".ksyms", ".kconfig"]);

/** Warns of each name of another input, where it is used first. */
export function checkExterns({ functions, variables, externs }: Module, log: Log): void {
  if (externs.length === 0 && !variables.some(({ kind }) => kind === "extern_variable")) return;
  const seen = new Set<Extern>();
  for (const { body } of functions) {
    for (const { ref } of body) {
      const to = ref?.to;
      if (to?.kind !== "extern_function" && to?.kind !== "extern_variable") continue;
      if (KERNEL_SECTIONS.has(to.section) || seen.has(to)) continue;
      seen.add(to);
      const hint = 'names of the kernel need the "section" .ksyms or .kconfig';
      log.warn("ir/unresolved-extern", ref!.at, { name: to.name }, { hint });
    }
  }
}

/** A call may be one that never returns: clang ends functions with one, where C says that nothing follows. */
function endsControl(insn: Insn): boolean {
  switch (formOf(insn)?.kind) {
    case "exit":
    case "goto":
    case "gotol":
    case "gotox":
    case "call":
    case "callx":
      return true;
    default:
      return false;
  }
}

function checkLabel(label: Label, end: number, log: Log): void {
  if (label.index < end) return;
  const hint = 'put an instruction behind it: "exit"';
  log.error("ir/label-at-end", label.at, { label: label.name }, { hint });
}

/** Labels need an instruction behind them; distances in slots must hit the beginning of one. */
function checkJumps(func: Func, log: Log): void {
  const { name, body } = func;
  for (const { targets } of func.jumpTables) {
    for (const label of new Set(targets)) checkLabel(label, body.length, log);
  }
  let slots: SlotMap | undefined;
  for (let index = 0; index < body.length; index++) {
    const { insn, ref, at } = body[index]!;
    if (ref !== undefined) {
      if (ref.to.kind === "label") checkLabel(ref.to, body.length, log);
      continue;
    }
    const distance = jumpDistance(insn);
    if (distance === undefined) continue;
    slots ??= slotMap(func);
    const slot = slots.starts[index]! + 1 + distance;
    if (slot < 0 || slot >= slots.count)
      log.error("ir/jump-target", at, { slot, name, last: slots.count - 1 });
    else if (slots.begins[slot] !== 1) log.error("ir/jump-into-wide", at, { slot, name });
  }
}

interface SlotMap {
  /** First slot of each statement. */
  readonly starts: Uint32Array;
  /** By slot: 1 where a statement begins. */
  readonly begins: Uint8Array;
  /** Slots of the whole function. */
  readonly count: number;
}

function slotMap({ body }: Func): SlotMap {
  const starts = new Uint32Array(body.length);
  const begins = new Uint8Array(body.length * 2); // no statement has more than two
  let count = 0;
  for (let i = 0; i < body.length; i++) {
    starts[i] = count;
    begins[count] = 1;
    count += slotsOf(body[i]!.insn);
  }
  return { starts, begins, count };
}
