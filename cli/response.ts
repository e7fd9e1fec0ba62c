// Arguments that stand in a file: `@args.txt` is replaced by the words of args.txt, because a command line has a limit and
// a build system many files. Words are separated by white space; quotes and backslashes protect it. Source: GNU ld,
// "@file" (binutils manual, section 2.1).

import { readFileSync } from "node:fs";

/** Response files that name response files: a cycle would never end. */
const MAX_DEPTH = 16;

/** The arguments with those of response files in their places. An `@name` without such a file stays what it is. */
export function expandArguments(argv: readonly string[], depth = 0): string[] {
  return argv.flatMap((argument) => {
    const text = argument.startsWith("@") && depth < MAX_DEPTH ? readText(argument.slice(1)) : undefined;
    return text === undefined ? [argument] : expandArguments(wordsOf(text), depth + 1);
  });
}

/** An argument may begin with "@" and name no file. */
function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** As a shell would split it, without variables and patterns. */
function wordsOf(text: string): string[] {
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
  if (word !== undefined) words.push(word);
  return words;
}
