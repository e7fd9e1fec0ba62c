// Which section names mean what to the loaders: the SEC() names of programs, and the sections that hold data. What
// is written into a section is object/'s business. Sources: libbpf's table (sections.generated.ts) and its rules for
// sections by name (src/libbpf.c, bpf_object__elf_collect); cilium/ebpf, elf_reader.go.

import { didYouMean, type JsonString, type Log } from "../base/index.js";
import { SECTION_NAMES } from "./sections.generated.js";

/** Where subprograms stand: libbpf copies them from here behind the programs that call them. */
export const TEXT_SECTION = ".text";
export const MAPS_SECTION = ".maps";
export const LICENSE_SECTION = "license";
/** Variables that a map of type arena holds. */
export const ARENA_SECTION = ".addr_space.1";

/** Warns where a loader will not know what to do with a program in this section. */
export function checkProgramSection(node: JsonString, log: Log): void {
  const section = node.value;
  // A leading "?" means: do not load by default.
  const name = section.startsWith("?") ? section.slice(1) : section;
  const slash = name.indexOf("/");
  const head = slash < 0 ? name : name.slice(0, slash);
  const match = SECTION_NAMES.find((known) => known.name === name || (known.suffix && known.name === head));
  if (holdsSubprograms(section)) {
    const hint = `write "${TEXT_SECTION}"; a link of several inputs puts all such sections into it`;
    log.warn("ir/split-text", node, { section }, { hint });
  } else if (match === undefined) {
    const base = SECTION_NAMES.find((known) => known.name === head);
    if (base === undefined)
      log.warn("ir/unknown-section", node, { section }, { hint: () => nearestSection(name, head) });
    else
      log.warn(
        "ir/section-suffix",
        node,
        { section, base: head },
        { hint: () => nearestSection(name, name) },
      );
  } else if (match.target && match.name === name) {
    log.warn("ir/section-without-target", node, { section }, { hint: `write "${section}/NAME"` });
  }
}

function nearestSection(name: string, head: string): string {
  const whole = didYouMean(
    name,
    SECTION_NAMES.map((known) => known.name),
  );
  if (whole !== "" || head === name) return whole;
  const suffixed = SECTION_NAMES.filter((known) => known.suffix).map(
    (known) => known.name + name.slice(head.length),
  );
  return didYouMean(name, suffixed);
}

/** Why a data variable cannot stand in this section, as a hint; `undefined` where it can. */
export function whyNoData(section: string): string | undefined {
  if (section === "") return "a section needs a name";
  if (section === MAPS_SECTION) return 'maps are declared under "maps"';
  if (section === LICENSE_SECTION) return 'the license is declared under "license"';
  if (section === ".ksyms" || section === ".kconfig")
    return 'names of the kernel are declared under "externs"';
  if (section === TEXT_SECTION) return "this section holds instructions";
  const made = /^\.(BTF|BTF\.ext|symtab|strtab|shstrtab|llvm_addrsig|rel.*|debug_.*)$/.test(section);
  if (made) return "the linker makes this section itself";
  return undefined;
}

/** A section that some loader turns into a map, or reads for itself. */
export function isDataSection(section: string): boolean {
  if (/^\.(data|rodata|bss)(\..*)?$/.test(section) || isStructOps(section)) return true;
  return section === ARENA_SECTION || section === "version";
}

/** Variables here are tables of functions for the kernel; with a "?" they are not loaded by default. */
export function isStructOps(section: string): boolean {
  return /^\??\.struct_ops(\.link)?$/.test(section);
}

/** Programs here are the functions of such tables (libbpf, collect_st_ops_relos). */
export function isStructOpsCode(section: string): boolean {
  return /^\??struct_ops(\.s)?(\/|$)/.test(section);
}

/** .bss and the sections named like it store nothing: all of their bytes are zero. */
export function isZeroSection(section: string): boolean {
  return section === ".bss" || section.startsWith(".bss.");
}

/** ".text", or a part of it that a link puts into it: what -ffunction-sections makes, and `cold`. */
export function holdsSubprograms(section: string): boolean {
  return section === TEXT_SECTION || section.startsWith(`${TEXT_SECTION}.`);
}

/** Why code cannot stand in this section, as a hint; `undefined` where it can. */
export function whyNoCode(section: string): string | undefined {
  if (section === TEXT_SECTION) return undefined;
  if (section === "") return "a section needs a name";
  const hint = whyNoData(section);
  if (hint !== undefined) return "this section holds something else";
  return isDataSection(section) ? "this section holds data" : undefined;
}
