// What compilers do otherwise when they lay out .BTF. A Module is written as clang 22 would; one that was lifted from the
// object of an older clang says so (Module.btf), and gets back the list of types that it had. Sources: LLVM's
// BTFDebug.cpp of the releases named here, held to what clang 10 to 22 make of test/corpus.

import type { BtfLayout } from "../ir/index.js";

/** The questions to which releases have different answers. */
export interface BtfRules {
  /** A struct behind a pointer in a struct becomes a forward declaration where nothing else mentions it. */
  readonly prunes: boolean;
  /** A pointer with a type tag is such a pointer, too. */
  readonly prunesTagged: boolean;
  /**
   * What brings the struct that pruning left open behind a type that is seen again: `never` a pointer, `always`, or
   * one that is not in a struct again (`outside`).
   */
  readonly secondSight: "never" | "always" | "outside";
  /**
   * Where the struct that defines a map stands: `first`, as every other struct does; `behind` the types of its members, or
   * only `behind-pointers`; or `inside-out`, where that holds of the structs in it, too.
   */
  readonly mapDefinitions: "first" | "behind" | "behind-pointers" | "inside-out";
  /** Constants of .rodata.str1.1 and .rodata.cst16 are listed there, and not under .rodata. */
  readonly listsMergeable: boolean;
  /** A constant without a name opens the DATASEC of .rodata, although it is not listed there. */
  readonly opensRodata: boolean;
  /** What lies in a mergeable section has a symbol, by which all refer to it: `.L.str`. */
  readonly mergeableSymbols: boolean;
  /** Four integers have the names that GNU's compilers give them: "long long unsigned int". */
  readonly longNames: boolean;
  /** Variables that are defined elsewhere, and have no section, are listed under `.extern`. */
  readonly listsExterns: boolean;
}

const CLANG_22: BtfRules = {
  prunes: true,
  prunesTagged: false,
  secondSight: "outside",
  mapDefinitions: "inside-out",
  listsMergeable: true,
  opensRodata: true,
  mergeableSymbols: false,
  longNames: false,
  listsExterns: false,
};
const CLANG_21: BtfRules = { ...CLANG_22, mapDefinitions: "behind-pointers" };
const CLANG_16: BtfRules = {
  ...CLANG_22,
  prunesTagged: true,
  secondSight: "always",
  mapDefinitions: "behind",
};
const CLANG_15: BtfRules = { ...CLANG_16, listsMergeable: false };
const CLANG_14: BtfRules = { ...CLANG_15, prunesTagged: false, secondSight: "never" };

const CLANG_13: BtfRules = { ...CLANG_14, longNames: true };
const CLANG_12: BtfRules = { ...CLANG_13, listsExterns: true };
const CLANG_11: BtfRules = { ...CLANG_12, opensRodata: false, mergeableSymbols: true };
const CLANG_10: BtfRules = { ...CLANG_11, mapDefinitions: "first" };

const RULES: Readonly<Record<BtfLayout, BtfRules>> = {
  "clang-10": CLANG_10,
  "clang-11": CLANG_11,
  "clang-12": CLANG_12,
  "clang-13": CLANG_13,
  "clang-14": CLANG_14,
  "clang-15": CLANG_15,
  "clang-16": CLANG_16,
  "clang-21": CLANG_21,
  complete: { ...CLANG_22, prunes: false },
};

/** The release with the most differences. */
export const OLDEST: BtfRules = CLANG_10;

/** The rules of a Module; clang 22's where it names none. */
export function rulesOf(layout: BtfLayout | undefined): BtfRules {
  return layout === undefined ? CLANG_22 : RULES[layout];
}

/** Where clang before 13 lists variables that are defined elsewhere, nobody says where. */
export const UNPLACED = ".extern";

/** The DATASEC of a variable: the name of its section, which older releases did not know for constants. */
export function datasecName(section: string, rules: BtfRules): string {
  return !rules.listsMergeable && /^\.rodata\.(str|cst)/.test(section) ? ".rodata" : section;
}

/** What C calls four integers, and what GNU's compilers and clang before 14 call them (CGDebugInfo, CreateType). */
const LONG_NAMES: readonly (readonly [string, string])[] = [
  ["long", "long int"],
  ["unsigned long", "long unsigned int"],
  ["long long", "long long int"],
  ["unsigned long long", "long long unsigned int"],
];
const TO_LONG: ReadonlyMap<string, string> = new Map(LONG_NAMES);
const FROM_LONG: ReadonlyMap<string, string> = new Map(LONG_NAMES.map(([short, long]) => [long, short]));

/** The name of an integer type, whichever name it came with. */
export function integerName(name: string, rules: BtfRules): string {
  return (rules.longNames ? TO_LONG : FROM_LONG).get(name) ?? name;
}

/** The DATASEC of a variable that is defined elsewhere; "" for none. */
export function externDatasec(section: string, rules: BtfRules): string {
  return section === "" && rules.listsExterns ? UNPLACED : section;
}
