// The door of elf/: the object model, its layout and its bytes. Knows ELF and the BPF psABI; no loader, no BTF.

export * from "./constants.js";
export { countHeaders } from "./layout.js";
export type { ElfObject, ElfRelocation, ElfRelocationRun, ElfSection, ElfSymbol } from "./object.js";
export { isElf, readElf } from "./read.js";
export { buildStrings, type ElfStrings } from "./strtab.js";
export { symbolsBySection } from "./symbols.js";
export { writeElf } from "./write.js";
