// What compilers do otherwise when they lay out .BTF. A Module is written as clang 22 would; one that was lifted from the
// object of an older clang says so (Module.btf), and gets back the list of types that it had. Sources: LLVM's
// BTFDebug.cpp of the releases named here, held to what clang 14, 15, 16 and 19 make of test/corpus.

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
  /** A map definition stands behind the types in it; otherwise before them, as every other struct does. */
  readonly mapsInsideOut: boolean;
  /** Constants of .rodata.str1.1 and .rodata.cst16 are listed there, and not under .rodata. */
  readonly listsMergeable: boolean;
}

const CLANG_22: BtfRules = {
  prunes: true,
  prunesTagged: false,
  secondSight: "outside",
  mapsInsideOut: true,
  listsMergeable: true,
};
const CLANG_16: BtfRules = {
  ...CLANG_22,
  prunesTagged: true,
  secondSight: "always",
  mapsInsideOut: false,
};
const CLANG_15: BtfRules = { ...CLANG_16, listsMergeable: false };
const CLANG_14: BtfRules = { ...CLANG_15, prunesTagged: false, secondSight: "never" };

const RULES: Readonly<Record<BtfLayout, BtfRules>> = {
  "clang-14": CLANG_14,
  "clang-15": CLANG_15,
  "clang-16": CLANG_16,
  complete: { ...CLANG_22, prunes: false },
};

/** The rules of a Module; clang 22's where it names none. */
export function rulesOf(layout: BtfLayout | undefined): BtfRules {
  return layout === undefined ? CLANG_22 : RULES[layout];
}

/** The DATASEC of a variable: the name of its section, which older releases did not know for constants. */
export function datasecName(section: string, rules: BtfRules): string {
  return !rules.listsMergeable && /^\.rodata\.(str|cst)/.test(section) ? ".rodata" : section;
}
