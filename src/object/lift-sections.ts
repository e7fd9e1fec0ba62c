// What each section is for, by the names, types and flags that compilers and loaders agree on (libbpf,
// bpf_object__elf_collect). What carries no meaning for a loader is left out here, by name; what would mean something
// and has no place in a Module is refused.

import { MAX_DATA_SIZE } from "../base/index.js";
import { type ElfSection, SHF_EXECINSTR, SHT_NOBITS, SHT_PROGBITS, STT_FILE } from "../elf/index.js";
import { type LiftContext, placeIn, type Survey } from "./lift-context.js";

/** SHT_NOTE, SHT_GROUP, and the ranges of the system and of tools (gABI, "Sections"): SHT_LLVM_*, SHT_GNU_*. */
const SHT_NOTE = 7;
const SHT_GROUP = 17;
const SHT_LOOS = 0x60000000;

/** Debug information of other formats, and remarks of tools: what `strip -g` removes, and a little more. */
const REMARKS = /^\.(debug_.*|zdebug_.*|llvm_addrsig|llvm\..*|comment|note\..*|note|eh_frame|gnu\..*)$/;

/** Sections whose bytes say something. */
const STORED: ReadonlySet<string> = new Set([".BTF", ".BTF.ext", ".jumptables", ".maps", "maps"]);

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
      if (name !== ".jumptables" && section.relocations.length > 0) dropped.push(`section .rel${name}`);
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
  for (const symbol of object.symbols) {
    if (symbol.type === STT_FILE) dropped.push(`symbol ${symbol.name} (a file name)`);
  }
  return {
    code,
    data,
    jumpTables: named.get(".jumptables"),
    btf: named.get(".BTF"),
    btfExt: named.get(".BTF.ext"),
  };
}
