// The words of ELF and of the BPF psABI for what stands as numbers in an object.

import {
  R_BPF_64_32,
  R_BPF_64_64,
  R_BPF_64_ABS32,
  R_BPF_64_ABS64,
  R_BPF_64_NODYLD32,
  SHF_ALLOC,
  SHF_EXECINSTR,
  SHF_MERGE,
  SHF_STRINGS,
  SHF_WRITE,
  SHT_NOBITS,
  SHT_PROGBITS,
  STB_GLOBAL,
  STB_LOCAL,
  STB_WEAK,
  STT_FILE,
  STT_FUNC,
  STT_NOTYPE,
  STT_OBJECT,
  STT_SECTION,
  STV_DEFAULT,
  STV_HIDDEN,
} from "../elf/index.js";

// gABI, "Symbol Table": ST_BIND, ST_TYPE and ST_VISIBILITY. What BPF has no use for goes by its number.
const BINDINGS = new Map([
  [STB_LOCAL, "local"],
  [STB_GLOBAL, "global"],
  [STB_WEAK, "weak"],
]);
const SYMBOL_TYPES = new Map([
  [STT_NOTYPE, "none"],
  [STT_OBJECT, "object"],
  [STT_FUNC, "func"],
  [STT_SECTION, "section"],
  [STT_FILE, "file"],
]);
const VISIBILITIES = new Map([
  [STV_DEFAULT, "default"],
  [STV_HIDDEN, "hidden"],
]);
// gABI, "Section Header"; a section of another type is shown with its number, as no loader reads it.
const SECTION_TYPES = new Map([
  [SHT_PROGBITS, "progbits"],
  [SHT_NOBITS, "nobits"],
]);
// BPF psABI, "Relocation Types" (LLVM, ELFRelocs/BPF.def).
const RELOCATIONS = new Map([
  [R_BPF_64_64, "R_BPF_64_64"],
  [R_BPF_64_ABS64, "R_BPF_64_ABS64"],
  [R_BPF_64_ABS32, "R_BPF_64_ABS32"],
  [R_BPF_64_NODYLD32, "R_BPF_64_NODYLD32"],
  [R_BPF_64_32, "R_BPF_64_32"],
]);
const FLAGS: readonly (readonly [number, string])[] = [
  [SHF_WRITE, "W"],
  [SHF_ALLOC, "A"],
  [SHF_EXECINSTR, "X"],
  [SHF_MERGE, "M"],
  [SHF_STRINGS, "S"],
];

/** The number itself where the spec has no word for it; so in all of these. */
export function bindingName(binding: number): string {
  return BINDINGS.get(binding) ?? String(binding);
}

/** STT_*. */
export function symbolTypeName(type: number): string {
  return SYMBOL_TYPES.get(type) ?? String(type);
}

/** STV_*. */
export function visibilityName(visibility: number): string {
  return VISIBILITIES.get(visibility) ?? String(visibility);
}

/** SHT_*; as a hexadecimal number where it is another, because those of tools begin at 0x60000000 (SHT_LOOS). */
export function sectionTypeName(type: number): string {
  return SECTION_TYPES.get(type) ?? `0x${type.toString(16)}`;
}

/** R_BPF_*. */
export function relocationName(type: number): string {
  return RELOCATIONS.get(type) ?? `type ${type}`;
}

/** One letter a flag, as readelf has them. */
export function flagLetters(flags: number): string {
  return FLAGS.map(([bit, letter]) => ((flags & bit) === 0 ? "" : letter)).join("");
}
