// Files to what one wants to know of them: an object as IR, as text, or beside another. The way of bytes in, as
// link-files.ts is the way of bytes out. What a file is, is told by its first bytes.

import { type Diagnostic, Log, printingRoom, type Room } from "./base/index.js";
import { type ElfObject, isElf, readElf, writeElf } from "./elf/index.js";
import { type Module, parseModule, printModule } from "./ir/index.js";
import type { InputFile } from "./link-files.js";
import { assemble, type LiftedModule, lift, liftWithLayout } from "./object/index.js";
import { readIr } from "./read-ir.js";
import { type Change, type DiffOptions, type Dump, diffModules, dumpObject } from "./report/index.js";

export interface Inspected<T> {
  /** `undefined` where there is an error. */
  readonly result: T | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export interface LiftedFile {
  /** An IR document, in UTF-8 as everything else. */
  readonly text: string;
  /** What the object had and no loader reads. */
  readonly dropped: readonly string[];
  readonly little: boolean;
}

/**
 * Lifts an object into IR. It is linked again before it is given out. A document that means something else than the
 * Module it was printed of is an error; one that only makes another file has a warning.
 */
export function liftFile(file: InputFile): Inspected<LiftedFile> {
  const log = new Log();
  const read = readObject(file, log);
  const module = read && liftWithLayout(read, file.name, log);
  if (read === undefined || module === undefined) return { result: undefined, diagnostics: log.diagnostics };
  const { little } = read;
  const room = printingRoom(file.bytes.length);
  let deep = false;
  const tooDeep = (): void => {
    deep = true;
  };
  const text = printModule(module, { little, room, tooDeep });
  if (isTooLong(room, file, "the IR", log)) return { result: undefined, diagnostics: log.diagnostics };
  if (deep) log.error("ir/type-too-deep", { kind: "file", file: file.name }, { file: file.name });
  else checkSame(file, module, text, little, log);
  if (log.errorCount > 0) return { result: undefined, diagnostics: log.diagnostics };
  return { result: { text, dropped: module.dropped, little }, diagnostics: log.diagnostics };
}

/** The object of the printed document must be that of the Module. */
function checkSame(file: InputFile, module: LiftedModule, text: string, little: boolean, log: Log): void {
  const trial = new Log();
  const at = { kind: "file", file: file.name } as const;
  const again = parseModule({ name: file.name, text }, trial);
  // A type of megabytes for a variable of a few bytes: nobody needs to see the other object.
  const grown = again && grownVariable(module, again);
  if (grown !== undefined) {
    const reason = `variable "${grown}" cannot be said in C and JSON`;
    log.error("ir/lossy", at, { file: file.name, reason });
    return;
  }
  const object =
    again && trial.errorCount === 0 ? assemble(again, { little, cpu: undefined }, trial) : undefined;
  const wanted = assemble(module, { little, cpu: undefined }, log);
  if (wanted === undefined) return;
  const side = (one: Module): { module: Module; little: boolean } => ({ module: one, little });
  if (object !== undefined && equal(writeElf(object), writeElf(wanted))) return;
  const wrong = trial.diagnostics.find(({ severity }) => severity === "error");
  const [change] = again === undefined || object === undefined ? [] : diffModules(side(module), side(again));
  if (object !== undefined && change === undefined) {
    log.warn("ir/not-identical", at, { file: file.name });
  } else {
    const reason = wrong?.message ?? `${change?.thing} "${change?.name}" cannot be said in C and JSON`;
    log.error("ir/lossy", at, { file: file.name, reason });
  }
}

/** The first variable that has more bytes in `again` than in `module`. */
function grownVariable(module: Module, again: Module): string | undefined {
  const sizes = new Map<string, number>();
  for (const one of module.variables) if (one.kind === "data") sizes.set(one.name, one.bytes.length);
  return again.variables.find(
    (one) => one.kind === "data" && !one.private && one.bytes.length > (sizes.get(one.name) ?? Infinity),
  )?.name;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Everything that can be shown of an object, or of the object that an IR file makes. */
export function dumpFile(file: InputFile): Inspected<Dump> {
  const log = new Log();
  const object = readAny(file, log);
  if (object === undefined) return { result: undefined, diagnostics: log.diagnostics };
  const room = printingRoom(file.bytes.length);
  const dump = dumpObject(object, file.name, log, room);
  const result = isTooLong(room, file, "a dump", log) ? undefined : dump;
  return { result, diagnostics: log.diagnostics };
}

/** Says so where a file would become far more text than anybody made it of. */
function isTooLong(room: Room, { name, bytes }: InputFile, what: string, log: Log): boolean {
  if (room.left >= 0) return false;
  log.error(
    "ir/too-long",
    { kind: "file", file: name },
    { what, file: name, limit: printingRoom(bytes.length).left },
  );
  return true;
}

/**
 * What two files, IR or objects, do not have in common. An IR file counts as the object that it makes; but where both
 * are IR, a function without source positions has none, for its own lines are those of the file.
 */
export function diffFiles(
  a: InputFile,
  b: InputFile,
  options: DiffOptions = {},
): Inspected<readonly Change[]> {
  const log = new Log();
  const ownLines = isElf(a.bytes) || isElf(b.bytes);
  const sides = [a, b].flatMap((file) => {
    const object = readAny(file, log, ownLines);
    const module = object && lift(object, file.name, log);
    return object === undefined || module === undefined ? [] : [{ module, little: object.little }];
  });
  const [first, second] = sides;
  if (first === undefined || second === undefined || log.errorCount > 0) {
    return { result: undefined, diagnostics: log.diagnostics };
  }
  // Both are printed, and some of it twice.
  const room = printingRoom(2 * (a.bytes.length + b.bytes.length));
  const changes = diffModules(first, second, { ...options, room });
  const larger = a.bytes.length > b.bytes.length ? a : b;
  const result = isTooLong(room, larger, "a comparison", log) ? undefined : changes;
  return { result, diagnostics: log.diagnostics };
}

function readObject({ name, bytes }: InputFile, log: Log): ElfObject | undefined {
  return readElf(bytes, name, log);
}

function readAny(file: InputFile, log: Log, ownLines = true): ElfObject | undefined {
  if (isElf(file.bytes)) return readObject(file, log);
  const errors = log.errorCount;
  const module = readIr(file, log, { lineInfo: ownLines });
  if (module === undefined || log.errorCount > errors) return undefined;
  const object = assemble(module, { little: module.little ?? true, cpu: undefined }, log);
  // A Module knows no order of headers and no bytes: the file does.
  return object && readElf(writeElf(object), file.name, log);
}
