// The tokens of JSON with comments, as jsonc-parser finds them: RFC 8259, and comments as editors know them in JSONC. What
// it says of a token is put as kinds and two offsets, and trivia is stepped over.

import { createScanner, type JSONScanner } from "jsonc-parser";

/** Kinds of tokens. The first eight begin a value or are one. */
export const OPEN_BRACE = 1;
export const OPEN_BRACKET = 2;
export const STRING = 3;
/** A string with an escape in it: its text is not what stands between the quotes. */
export const ESCAPED = 4;
export const NUMBER = 5;
export const TRUE = 6;
export const FALSE = 7;
export const NULL = 8;
export const CLOSE_BRACE = 9;
export const CLOSE_BRACKET = 10;
export const COMMA = 11;
export const COLON = 12;
/** What is none of these. */
const UNKNOWN = 13;
/** A comment that does not end, which is nothing to a parser but an error. */
export const OPEN_COMMENT = 14;
export const END = 15;

/** What is wrong inside a token. */
export const NO_ERROR = 0;
export const UNCLOSED_COMMENT = 1;
export const UNCLOSED_STRING = 2;
export const BAD_NUMBER = 3;
/** A control character or an escape that does not exist. */
const BAD_CHARACTER = 4;

// The library's SyntaxKind and ScanError are `const enum`s, which an isolated module cannot name.
const LIBRARY_STRING = 10;
const FIRST_TRIVIA = 12;
const LAST_TRIVIA = 15;
/** Our kinds by SyntaxKind. */
const KINDS: readonly number[] = [
  UNKNOWN,
  OPEN_BRACE,
  CLOSE_BRACE,
  OPEN_BRACKET,
  CLOSE_BRACKET,
  COMMA,
  COLON,
  NULL,
  TRUE,
  FALSE,
  STRING,
  NUMBER,
  OPEN_COMMENT, // a line's, which never has an error
  OPEN_COMMENT,
  UNKNOWN,
  UNKNOWN,
  UNKNOWN,
  END,
];

/** A text, and the token that was found last in it. */
export interface Scanner {
  readonly library: JSONScanner;
  /** The end of the text. */
  readonly end: number;
  /** The range of the token: `pos` is behind it. */
  start: number;
  pos: number;
  error: number;
}

/** A scanner that stands at `start`. */
export function scannerOf(text: string, start: number): Scanner {
  const library = createScanner(text, false);
  library.setPosition(start);
  return { library, end: text.length, start, pos: start, error: NO_ERROR };
}

/** Finds the next token and returns its kind. */
export function scan(s: Scanner): number {
  const { library } = s;
  let kind: number;
  let error: number;
  do {
    kind = library.scan();
    error = library.getTokenError();
  } while (kind >= FIRST_TRIVIA && kind <= LAST_TRIVIA && error === NO_ERROR);
  // Behind a comment that the text breaks off in, the library stands past the end.
  s.start = Math.min(library.getTokenOffset(), s.end);
  s.pos = Math.min(library.getTokenOffset() + library.getTokenLength(), s.end);
  // ScanError has more kinds of bad characters than anybody asks for.
  s.error = Math.min(error, BAD_CHARACTER);
  if (kind === LIBRARY_STRING && library.getTokenValue().length !== s.pos - s.start - 2) return ESCAPED;
  return KINDS[kind] ?? UNKNOWN;
}
