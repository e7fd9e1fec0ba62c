// Options of other linkers that people try first, and what stands in their place here. Sources: GNU ld's manual, section
// 2.1, and those of ld.lld and bpftool-gen(8).

const RELOCATABLE = "a BPF object is never linked further: loaders read it as it is";
const MEANT: readonly (readonly [option: RegExp, instead: string])[] = [
  [/^-[lL]/, "give an archive by its path: dir/libname.a"],
  [/^--?(library|library-path)$/, "give an archive by its path: dir/libname.a"],
  [/^(-\(|-\)|--(start|end)-group)$/, "leave it out: archives are searched until nothing is missing"],
  [/^(-i|--relocatable|-Ur)$/, "names that no input defines stay with -r"],
  [
    /^(--no-undefined|--unresolved-symbols|-z)$/,
    "leave it out: names that no input defines are errors; -r keeps them",
  ],
  [/^--(no-)?warn-unresolved-symbols$/, "names that no input defines stay with -r"],
  [
    /^(-u|--undefined|--require-defined)$/,
    "--whole-archive takes members of archives that nothing refers to",
  ],
  [/^--no-gc-sections$/, "leave it out: nothing is dropped without --gc-sections"],
  [
    /^(--print-gc-sections|-M|--print-map|-t|--trace|--verbose|--cref)$/,
    "-Map FILE says what came from where, and what was dropped",
  ],
  [/^-y/, "--trace-symbol NAME says who defines and who declares it"],
  [
    /^(-s|-x|-X|--strip-all|--discard-(all|locals))$/,
    "loaders need the symbols; -S leaves out source lines, and DWARF is never kept",
  ],
  [/^-g$/, "leave it out: source lines are kept without -S"],
  [/^(--defsym|-defsym)$/, "--set NAME=VALUE sets a variable, --rename OLD=NEW gives another name"],
  [/^--wrap$/, "--rename OLD=NEW gives another name"],
  [
    /^--(version-script|dynamic-list|retain-symbols-file|export-dynamic(-symbol)?|exclude-libs)$/,
    "--export NAME says which names stay visible",
  ],
  [
    /^--(allow-multiple-definition|icf)$/,
    "--fold-identical keeps one of several definitions that are the same",
  ],
  [/^(-EL|-EB|-m|-b|-A|--oformat|--format|--architecture)$/, "--target bpfel or bpfeb says the byte order"],
  [/^(-e|--entry)$/, "every program of the object is an entry"],
  [
    /^(-T|--script|--section-start|-Ttext|-Tdata|-Tbss)$/,
    "leave it out: loaders place everything themselves",
  ],
  [
    /^(-shared|--shared|-static|-pie|--pie|-Bstatic|-Bdynamic|--no-pie|-no-pie)$/,
    `leave it out: ${RELOCATABLE}`,
  ],
  [
    /^(-O\d?|-flto.*|-nostdlib|--build-id|--hash-style|--eh-frame-hdr|--no-rosegment|-n|-N)$/,
    "leave it out: it has no meaning for BPF",
  ],
  [/^-Wl,/, "give the options as they are, without -Wl,"],
  [/^-v$/, "-V prints the version"],
];

/** What to write instead of an option of another linker; `undefined` where it is none that is known. */
export function insteadOf(option: string): string | undefined {
  const name = option.replace(/=.*$/, "");
  return MEANT.find(([known]) => known.test(name))?.[1];
}
