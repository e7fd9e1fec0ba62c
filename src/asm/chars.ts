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
