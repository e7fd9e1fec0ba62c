// Numbers of the ELF container, spelled as the specifications spell them. Sources: System V gABI, chapters
// "ELF Header", "Sections", "Symbol Table", "Relocation"; the BPF psABI (LLVM, llvm/BinaryFormat/ELF.h and
// ELFRelocs/BPF.def) for EM_BPF and R_BPF_*.

export const ELFCLASS64 = 2;
export const ELFDATA2LSB = 1;
export const ELFDATA2MSB = 2;
export const EV_CURRENT = 1;
export const ET_REL = 1;
export const EM_BPF = 247;

/** Bytes of Elf64_Ehdr, Elf64_Shdr, Elf64_Sym and Elf64_Rel. */
export const EHDR_SIZE = 64;
export const SHDR_SIZE = 64;
export const SYM_SIZE = 24;
export const REL_SIZE = 16;

/** sh_type of a section header (gABI, "Sections"). */
export const SHT_NULL = 0;
export const SHT_PROGBITS = 1;
export const SHT_SYMTAB = 2;
export const SHT_STRTAB = 3;
export const SHT_RELA = 4;
export const SHT_NOBITS = 8;
export const SHT_REL = 9;
/** The section indices of symbols that st_shndx is too narrow for. */
export const SHT_SYMTAB_SHNDX = 18;

/** sh_flags: what a loader may do with the section, and what a linker may. */
export const SHF_WRITE = 0x1;
export const SHF_ALLOC = 0x2;
export const SHF_EXECINSTR = 0x4;
export const SHF_MERGE = 0x10;
export const SHF_STRINGS = 0x20;
export const SHF_INFO_LINK = 0x40;

export const SHN_UNDEF = 0;
/** Section indices from here on are reserved; a file with more sections needs the extended form. */
export const SHN_LORESERVE = 0xff00;
export const SHN_ABS = 0xfff1;
/** Not yet placed: the linker makes room for it in .bss. */
export const SHN_COMMON = 0xfff2;

/** The upper four bits of st_info; what is not local another object can refer to. */
export const STB_LOCAL = 0;
export const STB_GLOBAL = 1;
export const STB_WEAK = 2;

/** The lower four bits of st_info. */
export const STT_NOTYPE = 0;
export const STT_OBJECT = 1;
export const STT_FUNC = 2;
export const STT_SECTION = 3;
export const STT_FILE = 4;

/** The lower two bits of st_other. A hidden symbol takes part in linking, but is not there for what comes after. */
export const STV_DEFAULT = 0;
export const STV_HIDDEN = 2;
export const STV_PROTECTED = 3;

/** ld_imm64: a 64-bit address in the two imm fields. */
export const R_BPF_64_64 = 1;
/** Data: an 8-byte address. */
export const R_BPF_64_ABS64 = 2;
/** Data: a 4-byte address. */
export const R_BPF_64_ABS32 = 3;
/** As R_BPF_64_ABS32, but for .BTF and .BTF.ext, where no loader resolves it. */
export const R_BPF_64_NODYLD32 = 4;
/** call: slots relative to the next instruction, in imm. */
export const R_BPF_64_32 = 10;
