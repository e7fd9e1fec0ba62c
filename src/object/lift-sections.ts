// What each section is for, by the names, types and flags that compilers and loaders agree on (libbpf,
// bpf_object__elf_collect). What carries no meaning for a loader is left out here, by name; what would mean something
// and has no place in a Module is refused.

import { alignUp, MAX_DATA_SIZE } from "../base/index.js";
import {
  type ElfSection,
  type ElfSymbol,
  SHF_ALLOC,
  SHF_EXECINSTR,
  SHF_WRITE,
  SHT_NOBITS,
  SHT_PROGBITS,
  STT_FILE,
  STT_OBJECT,
} from "../elf/index.js";
import { type LiftContext, placeIn, type Survey } from "./lift-context.js";

/** SHT_NOTE, SHT_GROUP, and the ranges of the system and of tools (gABI, "Sections"): SHT_LLVM_*, SHT_GNU_*. */
const SHT_NOTE = 7;
const SHT_GROUP = 17;
const SHT_LOOS = 0x60000000;

/** Debug information of other formats, and remarks of tools: what `strip -g` removes, and a little more. */
const REMARKS = /^\.(debug_.*|zdebug_.*|llvm_addrsig|llvm\..*|comment|note\..*|note|eh_frame|gnu\..*)$/;

/** Sections whose bytes say something. */
const STORED: ReadonlySet<string> = new Set([".BTF", ".BTF.ext", ".jumptables", ".maps", "maps"]);

/** Sorts the sections of an object; what is wrong with one goes to the log. */
export function surveySections(cx: LiftContext): Survey {
  const { object, log, dropped } = cx;
  const code: ElfSection[] = [];
  const data: ElfSection[] = [];
  const named = new Map<string, ElfSection>();
  const codeNames = new Set<string>();
  let dataSize = 0;
  for (const section of object.sections) {
    const { name, type, flags, size } = section;
    const executable = (flags & SHF_EXECINSTR) !== 0;
    if (REMARKS.test(name) || type === SHT_NOTE || type === SHT_GROUP || type >= SHT_LOOS) {
      dropped.push(`section ${name}`);
    } else if (name === ".BTF.base") {
      // Types of a kernel module, which stand on those of the kernel (libbpf, btf__distill_base).
      log.error("object/split-btf", placeIn(cx, section, 0), { section: name });
    } else if (executable && type === SHT_NOBITS) {
      log.error("object/no-code", placeIn(cx, section, 0), { section: name, size });
    } else if (type !== SHT_PROGBITS && (type !== SHT_NOBITS || executable || STORED.has(name))) {
      log.error("object/section-type", placeIn(cx, section, 0), { section: name, type });
    } else if (executable) {
      // Records of .BTF.ext, and libbpf, know code sections by name alone.
      if (codeNames.has(name) && size > 0)
        log.error("object/two-sections", placeIn(cx, section, 0), { section: name });
      codeNames.add(name);
      code.push(section);
    } else if (name === ".BTF" || name === ".BTF.ext" || name === ".jumptables") {
      if (named.has(name)) log.error("object/two-sections", placeIn(cx, section, 0), { section: name });
      named.set(name, section);
      if (name !== ".jumptables" && (section.relocationCount ?? 0) > 0) dropped.push(`section .rel${name}`);
    } else {
      data.push(section);
      // A section that stores nothing costs its author nothing, whatever size it claims.
      dataSize += size;
      if (dataSize > MAX_DATA_SIZE) {
        log.error("ir/data-too-large", placeIn(cx, section, 0), { limit: MAX_DATA_SIZE / 1024 / 1024 });
        break;
      }
    }
  }
  const common = placeCommon(cx, data);
  for (const symbol of object.symbols) {
    if (symbol.type === STT_FILE) dropped.push(`symbol ${symbol.name} (a file name)`);
  }
  return {
    code,
    data,
    jumpTables: named.get(".jumptables"),
    btf: named.get(".BTF"),
    btfExt: named.get(".BTF.ext"),
    common,
  };
}

/** Common symbols (gABI, SHN_COMMON: st_value is an alignment) get a second .bss, as a static linker would give them. */
function placeCommon(cx: LiftContext, data: ElfSection[]): ReadonlyMap<ElfSymbol, ElfSymbol> {
  const placed = new Map<ElfSymbol, ElfSymbol>();
  const symbols = cx.object.symbols.filter(({ reserved }) => reserved === "common");
  if (symbols.length === 0) return placed;
  const aligns = symbols.map(({ value }) => (Number.isInteger(Math.log2(value)) ? value : 1));
  const starts: number[] = [];
  let size = 0;
  for (const [i, symbol] of symbols.entries()) {
    starts.push(alignUp(size, aligns[i]!));
    size = starts[i]! + symbol.size;
  }
  if (size > MAX_DATA_SIZE) {
    const at = { kind: "bytes", file: cx.file, section: "", offset: 0 } as const;
    cx.log.error("ir/data-too-large", at, { limit: MAX_DATA_SIZE / 1024 / 1024 });
    return placed;
  }
  const [flags, align] = [SHF_ALLOC | SHF_WRITE, aligns.reduce((a, b) => Math.max(a, b))];
  const bytes = new Uint8Array(0);
  const section = { name: ".bss", type: SHT_NOBITS, flags, align, entsize: 0, size, bytes, relocations: [] };
  data.push(section);
  for (const [i, { name, binding, visibility, size: own }] of symbols.entries()) {
    const symbol = { name, binding, type: STT_OBJECT, visibility, section, value: starts[i]!, size: own };
    placed.set(symbols[i]!, symbol);
  }
  return placed;
}
