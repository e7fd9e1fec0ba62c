// The tokens of JSON with comments: RFC 8259, and comments as editors know them in JSONC. One pass over the text, and
// no token is cut out of it: a token is a kind and two offsets.

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
export const UNKNOWN = 13;
/** A comment that does not end, which is nothing to a parser but an error. */
export const OPEN_COMMENT = 14;
export const END = 15;

/** What is wrong inside a token. */
export const NO_ERROR = 0;
export const UNCLOSED_COMMENT = 1;
export const UNCLOSED_STRING = 2;
export const BAD_NUMBER = 3;
/** A control character or an escape that does not exist. */
export const BAD_CHARACTER = 4;

/** A text, and the token that was found last in it. */
export interface Scanner {
  readonly text: string;
  /** The range of the token: `pos` is behind it. */
  start: number;
  pos: number;
  error: number;
}

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const PLUS = 0x2b;
const MINUS = 0x2d;
const DOT = 0x2e;
const SLASH = 0x2f;
const ZERO = 0x30;
const NINE = 0x39;
const UPPER_E = 0x45;
const BACKSLASH = 0x5c;
const LOWER_E = 0x65;
const LOWER_U = 0x75;

/** Finds the next token and returns its kind. */
export function scan(s: Scanner): number {
  const { text } = s;
  s.error = NO_ERROR;
  const start = skipSpace(s);
  s.start = start;
  s.pos = start + 1;
  if (start >= text.length) {
    s.pos = start;
    return END;
  }
  switch (text.charCodeAt(start)) {
    case QUOTE:
      return scanString(s);
    case 0x2c:
      return COMMA;
    case 0x3a:
      return COLON;
    case 0x7b:
      return OPEN_BRACE;
    case 0x7d:
      return CLOSE_BRACE;
    case 0x5b:
      return OPEN_BRACKET;
    case 0x5d:
      return CLOSE_BRACKET;
    case SLASH:
      // A comment that is closed was skipped.
      if (!text.startsWith("/*", start)) return UNKNOWN;
      s.pos = text.length;
      s.error = UNCLOSED_COMMENT;
      return OPEN_COMMENT;
    case MINUS:
      if (!isDigit(text.charCodeAt(start + 1))) return UNKNOWN;
      s.pos = start + 2;
      return scanNumber(s, text.charCodeAt(start + 1) === ZERO);
    default: {
      const ch = text.charCodeAt(start);
      return isDigit(ch) ? scanNumber(s, ch === ZERO) : scanWord(s);
    }
  }
}

/** The offset of what is no white space and no closed comment. */
function skipSpace({ text, pos }: Scanner): number {
  let at = pos;
  while (at < text.length) {
    const ch = text.charCodeAt(at);
    if (ch === SPACE || ch === LF || ch === CR || ch === TAB) {
      at++;
    } else if (ch === SLASH && text.startsWith("//", at)) {
      while (at < text.length && !isLineEnd(text.charCodeAt(at))) at++;
    } else if (ch === SLASH && text.startsWith("/*", at)) {
      const end = text.indexOf("*/", at + 2);
      if (end < 0) break;
      at = end + 2;
    } else {
      break;
    }
  }
  return at;
}

/** The rest of a string. One that ends with its line is an error there, so that the next line is read as it is meant. */
function scanString(s: Scanner): number {
  const { text } = s;
  let kind = STRING;
  let at = s.pos;
  for (; at < text.length; at++) {
    const ch = text.charCodeAt(at);
    if (ch === QUOTE) {
      s.pos = at + 1;
      return kind;
    }
    if (ch === BACKSLASH) {
      kind = ESCAPED;
      at += 1;
      if (at < text.length && !isEscape(text, at)) s.error = BAD_CHARACTER;
    } else if (ch < SPACE) {
      if (isLineEnd(ch)) break;
      s.error = BAD_CHARACTER;
    }
  }
  s.pos = Math.min(at, text.length);
  s.error = UNCLOSED_STRING;
  return kind;
}

/** Whether an escape goes on at `at`, behind its backslash. Its hexadecimal digits are taken for text. */
function isEscape(text: string, at: number): boolean {
  const ch = text.charCodeAt(at);
  if (ch === LOWER_U) return /^[0-9a-fA-F]{4}/.test(text.slice(at + 1, at + 5));
  return '"\\/bfnrt'.includes(text.charAt(at));
}

/** The rest of a number whose first digit was taken; behind a leading 0 no digit belongs to it. */
function scanNumber(s: Scanner, zero: boolean): number {
  if (!zero) skipDigits(s);
  if (s.text.charCodeAt(s.pos) === DOT) {
    s.pos++;
    if (!skipDigits(s)) {
      s.error = BAD_NUMBER;
      return NUMBER;
    }
  }
  const ch = s.text.charCodeAt(s.pos);
  if (ch !== LOWER_E && ch !== UPPER_E) return NUMBER;
  const sign = s.text.charCodeAt(s.pos + 1);
  s.pos += sign === PLUS || sign === MINUS ? 2 : 1;
  if (!skipDigits(s)) s.error = BAD_NUMBER;
  return NUMBER;
}

function skipDigits(s: Scanner): boolean {
  const before = s.pos;
  while (isDigit(s.text.charCodeAt(s.pos))) s.pos++;
  return s.pos > before;
}

/** A word, up to what can stand between values; whatever else there is, a single character at least. */
function scanWord(s: Scanner): number {
  const { text, start } = s;
  let at = start + 1;
  while (at < text.length && !isDelimiter(text.charCodeAt(at))) at++;
  s.pos = at;
  switch (text.slice(start, Math.min(at, start + 6))) {
    case "true":
      return TRUE;
    case "false":
      return FALSE;
    case "null":
      return NULL;
    default:
      return UNKNOWN;
  }
}

function isDelimiter(ch: number): boolean {
  switch (ch) {
    case SPACE:
    case TAB:
    case LF:
    case CR:
    case QUOTE:
    case SLASH:
    case 0x2c: // , : [ ] { }
    case 0x3a:
    case 0x5b:
    case 0x5d:
    case 0x7b:
    case 0x7d:
      return true;
    default:
      return false;
  }
}

function isDigit(ch: number): boolean {
  return ch >= ZERO && ch <= NINE;
}

function isLineEnd(ch: number): boolean {
  return ch === LF || ch === CR;
}
