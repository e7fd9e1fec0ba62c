// C text to tokens (C11, section 6.4): what declarations of types are made of. Positions are UTF-16 offsets in the
// text. Brackets are matched here, once, so that a parser may jump over what they hold.

import type { CError } from "./c-cursor.js";

export interface Token {
  readonly kind: "name" | "number" | "char" | "string" | "punct" | "end";
  /** As written. */
  readonly text: string;
  readonly start: number;
  /** For an opening bracket the index of the token that closes it, else 0. */
  close: number;
}

/** Longest first, so that `<<` is not read as two `<`. */
const TOKEN =
  /(?<space>\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<name>[A-Za-z_$][\w$]*)|(?<number>\.?\d(?:[eEpP][+-]|[\w.])*)|(?<char>'(?:[^'\\\n]|\\.)*')|(?<string>"(?:[^"\\\n]|\\.)*")|(?<punct>\.\.\.|<<|>>|<=|>=|==|!=|&&|\|\||\/(?!\*)|[-+*%&|^~!<>=?:;,.()[\]{}])/y;

const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/**
 * The tokens of `text`; the last one is "end". Errors (a character that C does not have, a bracket without its
 * partner) end the list early: what comes behind them has no sure meaning.
 */
export function lex(text: string): { tokens: Token[]; error: CError | undefined } {
  const tokens: Token[] = [];
  const open: Token[] = [];
  const end = (error?: CError): { tokens: Token[]; error: CError | undefined } => {
    tokens.push({ kind: "end", text: "", start: text.length, close: 0 });
    return { tokens, error };
  };
  for (let at = 0; at < text.length; ) {
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(text)?.groups;
    if (groups === undefined) return end(badCharacter(text, at));
    const { space, name, number, char, string, punct } = groups;
    const found = space ?? name ?? number ?? char ?? string ?? punct ?? "";
    if (space === undefined) {
      const kind =
        name !== undefined
          ? "name"
          : number !== undefined
            ? "number"
            : char !== undefined
              ? "char"
              : "string";
      const token: Token = { kind: punct === undefined ? kind : "punct", text: found, start: at, close: 0 };
      if (punct !== undefined && CLOSING[punct] !== undefined) open.push(token);
      if (punct === ")" || punct === "]" || punct === "}") {
        const opening = open.pop();
        if (opening === undefined) return end(error("btf/c-unopened", { closing: punct }, at, 1));
        if (CLOSING[opening.text] !== punct) {
          return end(error("btf/c-unclosed", { opening: opening.text }, opening.start, 1));
        }
        opening.close = tokens.length;
      }
      tokens.push(token);
    }
    at += found.length;
  }
  const left = open.pop();
  return end(left === undefined ? undefined : error("btf/c-unclosed", { opening: left.text }, left.start, 1));
}

function badCharacter(text: string, at: number): CError {
  const two = text.slice(at, at + 2);
  if (two === "/*") return error("btf/c-unclosed", { opening: "/*" }, at, 2);
  const first = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (first === '"' || first === "'") return error("btf/c-unclosed", { opening: first }, at, 1);
  if (first === "#") {
    const line = /#[^\n]*/y;
    line.lastIndex = at;
    const directive = line.exec(text)?.[0].trimEnd() ?? first;
    return error("btf/c-unsupported", { what: "a preprocessor directive" }, at, directive.length);
  }
  return error("btf/c-bad-character", { text: first }, at, first.length);
}

function error(code: CError["code"], args: CError["args"], start: number, length: number): CError {
  return { code, args, start, length, hint: "", text: 0 };
}
