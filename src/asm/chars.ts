// The characters of the assembly syntax, by their codes: the parser compares numbers, and a name says which.

export const BANG = 0x21;
export const HASH = 0x23;
export const PERCENT = 0x25;
export const AMPERSAND = 0x26;
export const LPAREN = 0x28;
export const RPAREN = 0x29;
export const STAR = 0x2a;
export const PLUS = 0x2b;
export const COMMA = 0x2c;
export const MINUS = 0x2d;
export const SLASH = 0x2f;
export const ZERO = 0x30;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;
export const LESS = 0x3c;
export const EQUALS = 0x3d;
export const GREATER = 0x3e;
export const LBRACKET = 0x5b;
export const RBRACKET = 0x5d;
export const CARET = 0x5e;
export const LOWER_B = 0x62;
export const LOWER_R = 0x72;
export const LOWER_S = 0x73;
export const LOWER_W = 0x77;
export const LOWER_X = 0x78;
export const PIPE = 0x7c;

/** White space of ASCII: blank, tab, line ends, form feeds. */
export function isSpace(ch: number): boolean {
  return ch === 0x20 || (ch >= 0x09 && ch <= 0x0d);
}

/** A decimal digit. */
export function isDigit(ch: number): boolean {
  return ch >= ZERO && ch <= 0x39;
}

/** Letters, "_", "." and "$": what a name begins with. */
export function isNameStart(ch: number): boolean {
  return (
    (ch >= 0x61 && ch <= 0x7a) || (ch >= 0x41 && ch <= 0x5a) || ch === 0x5f || ch === 0x2e || ch === 0x24
  );
}

/** What a name goes on with. */
export function isNamePart(ch: number): boolean {
  return isNameStart(ch) || isDigit(ch);
}

/** The value of a digit in bases up to 16; 99 for everything else. */
export function digitOf(ch: number): number {
  if (isDigit(ch)) return ch - ZERO;
  const letter = ch | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : 99;
}

/** Words and operators of up to this many ASCII characters have a key. */
export const MAX_KEY_LENGTH = 4;

/** The number that stands for a short word or operator in a table: a byte for each character. */
export function keyOf(text: string): number {
  let key = 0;
  for (let i = 0; i < text.length; i++) key = (key << 8) | text.charCodeAt(i);
  return key;
}
