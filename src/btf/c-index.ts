// Which names a C declaration declares, found without parsing it: a look over its tokens. With this, texts may use
// names that stand further on; the parser demands them by name (c-order.ts).
//
// The look errs on the generous side: a name too many costs one early parse of that declaration, and nothing else.

import type { Token } from "./c-lexer.js";

export interface DeclaredNames {
  /** Structs, unions and enums with a body, at any depth. */
  readonly tags: readonly string[];
  /** Typedef names and enumerators. */
  readonly ordinary: readonly string[];
}

/** The names of the declaration that the tokens from `start` to before `end` make. */
export function namesOf(tokens: readonly Token[], start: number, end: number): DeclaredNames {
  const tags: string[] = [];
  const ordinary: string[] = [];
  let typedef = false;
  for (let at = start; at < end; at++) {
    const { text, kind } = tokens[at]!;
    if (kind !== "name") continue;
    if (text === "typedef") typedef = true;
    if (text !== "struct" && text !== "union" && text !== "enum") continue;
    let behind = skipAttributes(tokens, at + 1);
    const tag = tokens[behind];
    if (tag?.kind === "name") behind += 1;
    // `enum e : type {` has its brace a few words on.
    if (text === "enum" && tokens[behind]?.text === ":") {
      do behind += 1;
      while (tokens[behind]?.kind === "name");
    }
    const brace = tokens[behind];
    if (brace?.text !== "{") continue;
    if (tag?.kind === "name") tags.push(tag.text);
    if (text === "enum") addEnumerators(tokens, behind, ordinary);
  }
  if (typedef) addTypedefNames(tokens, start, end, ordinary);
  return { tags, ordinary };
}

function skipAttributes(tokens: readonly Token[], from: number): number {
  let at = from;
  while (tokens[at]?.text.startsWith("__attribute") === true && tokens[at + 1]?.text === "(") {
    at = tokens[at + 1]!.close + 1;
  }
  return at;
}

/** Names behind `{` and behind each comma of the braces themselves. */
function addEnumerators(tokens: readonly Token[], open: number, names: string[]): void {
  const close = tokens[open]!.close;
  for (let at = open + 1; at < close; at++) {
    const token = tokens[at]!;
    const before = tokens[at - 1]!.text;
    if (token.kind === "name" && (at === open + 1 || before === ",")) names.push(token.text);
    if (token.close > at) at = token.close;
  }
}

/** What may stand behind the name that a declarator declares. */
const BEHIND_NAME: ReadonlySet<string> = new Set([",", ";", ")", "[", "(", ""]);

function addTypedefNames(tokens: readonly Token[], start: number, end: number, names: string[]): void {
  for (let at = start; at < end; at++) {
    const token = tokens[at]!;
    const before = tokens[at - 1];
    const after = tokens[at + 1]?.text ?? "";
    if (token.text === "{" || token.text === "[") at = token.close;
    else if (token.text.startsWith("__attribute")) at = Math.max(at, skipAttributes(tokens, at) - 1);
    else if (token.text === "(") {
      // Parameters stand behind a name or a parenthesis; `T (*name)` is a declarator all the same.
      const params = before?.text === ")" || (before?.kind === "name" && after !== "*" && after !== "(");
      if (params) at = token.close;
    } else if (token.kind === "name" && (BEHIND_NAME.has(after) || after.startsWith("__attribute"))) {
      // `T (*` is a type and its declarator.
      if (!(after === "(" && tokens[at + 2]?.text === "*")) names.push(token.text);
    }
  }
}
