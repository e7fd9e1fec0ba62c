// The public names of tsbpf. `buildObject` is the whole way from the text of an IR file to the bytes of an object;
// the verbs that it is made of are here too, and each room has a door of its own (tsbpf/asm, tsbpf/btf, tsbpf/elf).

import type { Cpu } from "./asm/index.js";
import { type Diagnostic, Log, type SourceText } from "./base/index.js";
import { writeElf } from "./elf/index.js";
import { parseModule } from "./ir/index.js";
import { checkByteOrder } from "./link/index.js";
import { assemble } from "./object/index.js";

export type { Cpu } from "./asm/index.js";
export {
  type Diagnostic,
  decodeUtf8Strict,
  diagnosticToJson,
  didYouMean,
  encodeUtf8,
  formatDiagnostic,
  Log,
  MAX_TEXT_LENGTH,
  type Place,
  type SourceText,
  terminalSafe,
} from "./base/index.js";
export { type ElfObject, readElf, writeElf } from "./elf/index.js";
export { diffFiles, dumpFile, type Inspected, type LiftedFile, liftFile } from "./inspect-files.js";
export {
  type IrCore,
  type IrData,
  type IrDocument,
  type IrEntry,
  type IrExtern,
  type IrFunction,
  type IrInner,
  type IrInteger,
  type IrLicense,
  type IrLoc,
  type IrMap,
  type IrMapFlag,
  type IrMapType,
  type IrOperation,
  type IrOrder,
  type IrProgram,
  type IrValue,
  type IrValues,
  type Module,
  type PrintOptions,
  parseModule,
  printModule,
} from "./ir/index.js";
export {
  explain,
  isArchive,
  isThinArchive,
  type LinkInput,
  type LinkOptions,
  type LinkReport,
  link,
  linkWithReport,
  printReport,
  readThinArchive,
  reportToJson,
} from "./link/index.js";
export { type InputFile, type LinkedFiles, type LinkFilesOptions, linkFiles } from "./link-files.js";
export { assemble, lift } from "./object/index.js";
export {
  type Change,
  type DiffOptions,
  type Dump,
  type DumpOptions,
  diffModules,
  dumpObject,
  filterDump,
  type Paint,
  printChanges,
  printDump,
  type Style,
} from "./report/index.js";

export interface BuildOptions {
  /** Byte order of the object; by default that which the document asks for, else `bpfel`. */
  readonly target?: "bpfel" | "bpfeb" | undefined;
  /** The newest instructions that may be used; without it all may, but a far `goto` is not rewritten. */
  readonly cpu?: Cpu | undefined;
  /** Line records, `true` by default. Function records are always written. */
  readonly lineInfo?: boolean | undefined;
}

export interface BuildResult {
  /** The object file; `undefined` where there is an error. */
  readonly bytes: Uint8Array | undefined;
  /** Errors and warnings in the order in which they were found. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Links the text of one IR file (docs/ir.md) into a BPF object. Mistakes in the input are diagnostics, never
 * exceptions. The same input and options give the same bytes.
 */
export function buildObject(source: SourceText, options: BuildOptions = {}): BuildResult {
  const log = new Log();
  const asked = options.target === undefined ? undefined : options.target === "bpfel";
  const module = parseModule(source, log, { little: asked, lineInfo: options.lineInfo ?? true });
  if (module === undefined || log.errorCount > 0) return { bytes: undefined, diagnostics: log.diagnostics };
  const little = asked ?? module.little ?? true;
  checkByteOrder([{ name: source.name, module, little: module.little }], little, log);
  if (log.errorCount > 0) return { bytes: undefined, diagnostics: log.diagnostics };
  // Beyond this point, every name is bound and every value fits.
  const object = assemble(module, { little, cpu: options.cpu }, log);
  if (object === undefined) return { bytes: undefined, diagnostics: log.diagnostics };
  return { bytes: writeElf(object), diagnostics: log.diagnostics };
}
