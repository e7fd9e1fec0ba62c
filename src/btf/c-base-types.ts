// The spellings of C's base types (C11, section 6.7.2, paragraph 2): which words, in any order, are which type. The
// types themselves are records of c-scope.ts.

import type { BaseName } from "./c-scope.js";

/** Words of the base types, with the one spelling that BASE_TYPES counts. */
const BASE_WORDS: ReadonlyMap<string, string> = new Map([
  ["void", "void"],
  ["char", "char"],
  ["short", "short"],
  ["int", "int"],
  ["long", "long"],
  ["float", "float"],
  ["double", "double"],
  ["signed", "signed"],
  ["__signed", "signed"],
  ["__signed__", "signed"],
  ["unsigned", "unsigned"],
  ["_Bool", "_Bool"],
  ["__int128", "__int128"],
]);

/** Every legal set of words (C11 6.7.2, paragraph 2), sorted, and the type that it spells in DWARF. */
const BASE_TYPES: ReadonlyMap<string, BaseName | "void"> = new Map([
  ["void", "void"],
  ["_Bool", "_Bool"],
  ["char", "char"],
  ["char signed", "signed char"],
  ["char unsigned", "unsigned char"],
  ["short", "short"],
  ["short signed", "short"],
  ["int short", "short"],
  ["int short signed", "short"],
  ["short unsigned", "unsigned short"],
  ["int short unsigned", "unsigned short"],
  ["int", "int"],
  ["signed", "int"],
  ["int signed", "int"],
  ["unsigned", "unsigned int"],
  ["int unsigned", "unsigned int"],
  ["long", "long"],
  ["long signed", "long"],
  ["int long", "long"],
  ["int long signed", "long"],
  ["long unsigned", "unsigned long"],
  ["int long unsigned", "unsigned long"],
  ["long long", "long long"],
  ["long long signed", "long long"],
  ["int long long", "long long"],
  ["int long long signed", "long long"],
  ["long long unsigned", "unsigned long long"],
  ["int long long unsigned", "unsigned long long"],
  ["__int128", "__int128"],
  ["__int128 signed", "__int128"],
  ["__int128 unsigned", "unsigned __int128"],
  ["float", "float"],
  ["double", "double"],
  ["double long", "long double"],
]);

/** Whether a word can be part of the name of a base type; typedef names cannot. */
export function isBaseWord(word: string): boolean {
  return BASE_WORDS.has(word);
}

/** The type that the words spell together; `undefined` where no type is spelled like that. */
export function spelledType(words: readonly string[]): BaseName | "void" | undefined {
  return BASE_TYPES.get(plain(words).sort().join(" "));
}

/** Whether some type is spelled with all of these words, and perhaps more. */
export function mayBecomeType(words: readonly string[]): boolean {
  for (const legal of BASE_TYPES.keys()) {
    const left = legal.split(" ");
    const fits = plain(words).every((word) => {
      const found = left.indexOf(word);
      if (found >= 0) left.splice(found, 1);
      return found >= 0;
    });
    if (fits) return true;
  }
  return false;
}

/** The words in the one spelling that BASE_TYPES counts. */
function plain(words: readonly string[]): string[] {
  return words.map((word) => BASE_WORDS.get(word) ?? word);
}
