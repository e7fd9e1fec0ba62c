// Arguments that stand in a file: `@args.txt` is replaced by the words of args.txt, because a command line has a limit and
// a build system many files. Words are separated by white space; quotes and backslashes protect it. Source: GNU ld,
// "@file" (binutils manual, section 2.1).

import { readFileSync } from "node:fs";

/** Response files that name response files: a cycle would never end. */
const MAX_DEPTH = 16;

/**
 * The arguments with those of response files in their places, or what is wrong with one of these files. An `@name` without
 * such a file stays what it is.
 */
export function expandArguments(argv: readonly string[], depth = 0): readonly string[] | string {
  const expanded: string[] = [];
  for (const argument of argv) {
    const text = argument.startsWith("@") ? readText(argument.slice(1)) : undefined;
    if (text === undefined) {
      expanded.push(argument);
      continue;
    }
    if (depth === MAX_DEPTH) return `response files name each other without an end: "${argument.slice(1)}"`;
    const words = wordsOf(text);
    if (words === undefined) return `a quote in the response file "${argument.slice(1)}" is not closed`;
    const more = expandArguments(words, depth + 1);
    if (typeof more === "string") return more;
    for (const word of more) expanded.push(word);
  }
  return expanded;
}

/** An argument may begin with "@" and name no file. */
function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** As a shell would split it, without variables and patterns; `undefined` where a quote has no end. */
function wordsOf(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === "\\" && i + 1 < text.length) word = (word ?? "") + text[++i]!;
    else if (quote !== "") {
      if (c === quote) quote = "";
      else word = (word ?? "") + c;
    } else if (c === '"' || c === "'") {
      quote = c;
      word ??= ""; // "" is a word
    } else if (/\s/.test(c)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + c;
  }
  if (quote !== "") return undefined;
  if (word !== undefined) words.push(word);
  return words;
}
