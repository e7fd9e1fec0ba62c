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

/** What a token may be, in the order of trying: `.5` is a number, `...` is longer than `.`, `/*` is no operator. */
const PATTERNS: readonly (readonly [Token["kind"] | "space", RegExp])[] = [
  // Letters of any language (C23 6.4.2.1); the dollar sign is clang's and gcc's.
  ["name", /[\p{XID_Start}_$][\p{XID_Continue}$]*/uy],
  ["space", /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)/y],
  ["number", /\.?\d(?:[eEpP][+-]|[\w.])*/y],
  ["punct", /\.\.\.|<<|>>|<=|>=|==|!=|&&|\|\||\/(?!\*)|[-+*%&|^~!<>=?:;,.()[\]{}]/y],
  ["char", /'(?:[^'\\\n]|\\.)*'/y],
  ["string", /"(?:[^"\\\n]|\\.)*"/y],
];

const CLOSING: ReadonlyMap<string, string> = new Map([
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
]);

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
    const start = at;
    const found = PATTERNS.find(([, pattern]) => {
      pattern.lastIndex = start;
      return pattern.test(text);
    });
    if (found === undefined) return end(badCharacter(text, at));
    const [kind, pattern] = found;
    at = pattern.lastIndex;
    if (kind === "space") continue;
    const token: Token = { kind, text: text.slice(start, at), start, close: 0 };
    if (kind === "punct") {
      if (CLOSING.has(token.text)) open.push(token);
      else if (token.text === ")" || token.text === "]" || token.text === "}") {
        const opening = open.pop();
        if (opening === undefined) return end(error("btf/c-unopened", { closing: token.text }, start, 1));
        if (CLOSING.get(opening.text) !== token.text) {
          return end(error("btf/c-unclosed", { opening: opening.text }, opening.start, 1));
        }
        opening.close = tokens.length;
      }
    }
    tokens.push(token);
  }
  const left = open.pop();
  return end(left === undefined ? undefined : error("btf/c-unclosed", { opening: left.text }, left.start, 1));
}

/** Names what stands there: an open comment or string, a preprocessor directive, or a character that C does not have. */
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
