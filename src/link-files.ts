// Files to one object: IR, objects and archives in, the bytes of an object out. The way of every input is parse or lift,
// then all are linked, and the result is laid out once. Which bytes are what is told by their first few; names are for
// messages only.

import type { Cpu } from "./asm/index.js";
import { type Code, type Diagnostic, Log } from "./base/index.js";
import { type ElfObject, isElf, readElf, writeElf } from "./elf/index.js";
import type { Module } from "./ir/index.js";
import {
  checkByteOrder,
  isArchive,
  isUntouched,
  type LinkInput,
  type LinkOptions,
  type LinkReport,
  link,
  linkWithReport,
  type PlacedSymbol,
  readArchive,
  selectMembers,
} from "./link/index.js";
import { assemble, lift } from "./object/index.js";
import { readIr } from "./read-ir.js";

export interface InputFile {
  /** What messages call it; of an IR file, the last part goes into its line info. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** As in an archive: linked only where another input needs it. */
  readonly member?: boolean | undefined;
  /** An archive of which all members are linked like other files, whether they are needed or not. */
  readonly wholeArchive?: boolean | undefined;
}

export interface LinkFilesOptions extends Omit<LinkOptions, "little"> {
  /** Byte order of the object; by default that of the first object, or else the first IR that asks for one, else `bpfel`. */
  readonly target?: "bpfel" | "bpfeb" | undefined;
  /** The newest instructions that may be used; without it all may, but a far `goto` is not rewritten. */
  readonly cpu?: Cpu | undefined;
  /** Line records, `true` by default. Function records are always written. */
  readonly lineInfo?: boolean | undefined;
  /** No line and no function records, where no CO-RE relocation needs .BTF.ext. */
  readonly stripDebug?: boolean | undefined;
  /** `false`: nobody will look at the report. */
  readonly report?: boolean | undefined;
  /** Called before each phase with its name, for whoever waits. */
  readonly progress?: ((phase: string) => void) | undefined;
}

export interface LinkedFiles {
  /** The object file; `undefined` where there is an error. */
  readonly bytes: Uint8Array | undefined;
  readonly module: Module | undefined;
  readonly report: LinkReport | undefined;
  /** Where the symbols of the object lie. */
  readonly placed: readonly PlacedSymbol[];
  /** Errors and warnings in the order in which they were found. */
  readonly diagnostics: readonly Diagnostic[];
}

/** An input that was read, with what is wrong with it. */
interface Read {
  readonly input: LinkInput | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** A file, or a member of an archive. */
interface Piece extends InputFile {
  readonly member: boolean;
}

/**
 * Links files into a BPF object. Mistakes in the inputs are diagnostics, never exceptions. The same inputs and options
 * give the same bytes.
 */
export function linkFiles(files: readonly InputFile[], options: LinkFilesOptions = {}): LinkedFiles {
  const progress = options.progress ?? (() => {});
  const log = new Log();
  const failed = (diagnostics: readonly Diagnostic[]): LinkedFiles => ({
    bytes: undefined,
    module: undefined,
    report: undefined,
    placed: [],
    diagnostics,
  });
  const pieces = piecesOf(files, log);
  if (log.errorCount > 0) return failed(log.diagnostics);
  const whole = pieces.length === 1 && files.length === 1 && pieces[0]?.member === false;

  const { read, little } = readPieces(pieces, options, progress);
  const reads = read.filter((_, i) => pieces[i]?.member === false);
  const members = read.filter((_, i) => pieces[i]?.member === true);
  // What another input may mend is judged when all are one; of one file, it was said when it was read.
  const alone = whole && options.allowUndefined !== true;
  const known = (reads: readonly Read[]): Diagnostic[] =>
    reads.flatMap(({ diagnostics }) => (alone ? diagnostics : diagnostics.filter(isFinal)));
  if (hasErrors(known(reads))) return failed(known(reads));
  const first = reads.flatMap(({ input }) => input ?? []);
  const candidates = members.flatMap(({ input }) => input ?? []);
  const chosen = new Set(candidates.length === 0 ? [] : selectMembers(first, candidates));
  const inputs = [...first, ...candidates.filter((candidate) => chosen.has(candidate))];
  const taken = members.filter(({ input }) => input !== undefined && chosen.has(input));
  const before = known([...reads, ...taken]);
  if (inputs.length === 0) {
    const all = files.every(({ wholeArchive }) => wholeArchive === true);
    const hint = all ? "" : "--whole-archive in front of an archive takes all of them";
    log.error("link/only-archives", { kind: "file", file: files[0]?.name ?? "" }, {}, { hint });
    return failed([...before, ...log.diagnostics]);
  }

  progress("linking");
  const linked = linkOrKeep(inputs, { ...options, little }, whole, log);
  const after = (): readonly Diagnostic[] =>
    whole || options.allowUndefined === true ? log.diagnostics.filter(isFinal) : log.diagnostics;
  if (linked === undefined) {
    return failed([...before, ...after(), ...known(brokenOf(members))]);
  }
  progress("writing");
  const object = assemble(linked.module, { little, cpu: options.cpu, stripDebug: options.stripDebug }, log);
  if (object === undefined) return failed([...before, ...after()]);
  return {
    bytes: writeElf(object),
    ...linked,
    placed: placedSymbols(object),
    diagnostics: [...before, ...after()],
  };
}

/** Of members that could not be read, and of which one may define what is missing: the first few. */
function brokenOf(members: readonly Read[]): Read[] {
  const broken = members.filter(({ input }) => input === undefined);
  const shown = broken.slice(0, MAX_BROKEN);
  const [next] = broken.slice(MAX_BROKEN);
  if (next === undefined) return shown;
  const log = new Log();
  log.error("link/broken-members", next.diagnostics[0]!.at, { count: broken.length - MAX_BROKEN });
  return [...shown, { input: undefined, diagnostics: log.diagnostics }];
}

/** Members of archives of which messages tell that they cannot be read; a library of another machine has thousands. */
const MAX_BROKEN = 3;

/** A single file without a wish is left as it is, with the warnings that it has had so far. */
function linkOrKeep(
  inputs: readonly LinkInput[],
  options: LinkOptions & LinkFilesOptions,
  whole: boolean,
  log: Log,
): { module: Module; report: LinkReport | undefined } | undefined {
  const [only] = inputs;
  const settled = whole ? { ...options, allowUndefined: true } : options;
  if (options.report !== false) return linkWithReport(inputs, settled, log);
  const untouched = whole && only !== undefined && isUntouched(inputs, options);
  if (untouched) {
    const errors = log.errorCount;
    checkByteOrder(inputs, options.little ?? true, log);
    return log.errorCount > errors ? undefined : { module: only.module, report: undefined };
  }
  const module = link(inputs, settled, log);
  return module && { module, report: undefined };
}

/** Warnings about what an input lacks, and what another, or the link itself, may bring. */
const MENDABLE: ReadonlySet<Code> = new Set<Code>([
  "ir/unresolved-extern",
  "ir/no-arena",
  "ir/two-arenas",
  "ir/exception-callback",
  "ir/map-linkage",
  "ir/split-text",
  "ir/held-later",
  "object/variable-without-type",
  "object/extern-without-type",
]);

function isFinal({ code }: Diagnostic): boolean {
  return !MENDABLE.has(code);
}

function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

/** The files, and in place of each archive its members. */
function piecesOf(files: readonly InputFile[], log: Log): Piece[] {
  return files.flatMap((file): Piece[] => {
    if (!isArchive(file.bytes)) return [{ ...file, member: file.member === true }];
    const members = readArchive(file.bytes, file.name, log) ?? [];
    const member = file.wholeArchive !== true;
    return members.map(({ name, bytes }) => ({ name: `${file.name}(${name})`, bytes, member }));
  });
}

/** ELF gABI, figure 4-4: EI_DATA is byte 5, and 2 is ELFDATA2MSB. */
const EI_DATA = 5;
const ELFDATA2MSB = 2;

/** The byte order of the object, where it is known before the inputs are read. */
function askedOrder(pieces: readonly Piece[], target: "bpfel" | "bpfeb" | undefined): boolean | undefined {
  if (target !== undefined) return target === "bpfel";
  const object = pieces.find(({ bytes }) => isElf(bytes));
  return object && object.bytes[EI_DATA] !== ELFDATA2MSB;
}

/** All inputs, read for one byte order. */
function readPieces(
  pieces: readonly Piece[],
  options: LinkFilesOptions,
  progress: (phase: string) => void,
): { readonly read: readonly Read[]; readonly little: boolean } {
  const lineInfo = options.lineInfo !== false && options.stripDebug !== true;
  const asked = askedOrder(pieces, options.target);
  const read = pieces.map((piece) => {
    progress(`reading ${piece.name}`);
    return readPiece(piece, asked, lineInfo);
  });
  const little = asked ?? read.find(({ input }) => input?.little !== undefined)?.input?.little ?? true;
  if (little || asked !== undefined) return { read, little };
  // What does not say its order was taken for little-endian so far.
  return {
    read: read.map((one, i) =>
      one.input?.little === undefined ? readPiece(pieces[i]!, little, lineInfo) : one,
    ),
    little,
  };
}

function readPiece(piece: Piece, little: boolean | undefined, lineInfo: boolean): Read {
  const log = new Log();
  const input = isElf(piece.bytes)
    ? readObject(piece, lineInfo, log)
    : readDocument(piece, little, lineInfo, log);
  return { input: log.errorCount > 0 ? undefined : input, diagnostics: log.diagnostics };
}

function readObject({ name, bytes }: Piece, lineInfo: boolean, log: Log): LinkInput | undefined {
  const object = readElf(bytes, name, log);
  const module = object && lift(object, name, log);
  if (object === undefined || module === undefined) return undefined;
  return { name, module: lineInfo ? module : withoutLines(module), little: object.little };
}

function readDocument(
  piece: Piece,
  little: boolean | undefined,
  lineInfo: boolean,
  log: Log,
): LinkInput | undefined {
  const module = readIr(piece, log, { little, lineInfo });
  return module && { name: piece.name, module, little: module.little };
}

/** The module of an object without its line records; the things in it stay the same ones. */
function withoutLines(module: Module): Module {
  for (const func of module.functions) {
    // Just lifted, and nobody else has it yet.
    const { body } = func as { body: Module["functions"][number]["body"] };
    (func as { body: typeof body }).body = body.map((statement) => ({ ...statement, line: undefined }));
  }
  return module;
}

function placedSymbols({ symbols }: ElfObject): PlacedSymbol[] {
  return symbols.flatMap(({ name, section, value }) =>
    section === undefined || name === "" ? [] : [{ name, section: section.name, offset: value }],
  );
}
