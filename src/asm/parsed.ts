// What the text of one line says. The parser makes it, ir/ turns the names in it into things.

import type { TextError } from "./cursor.js";
import type { Insn } from "./instruction.js";

/** `name:`. `start` and `length` are UTF-16 units of the line and cover the name. */
export interface LabelText {
  readonly name: string;
  readonly start: number;
  readonly length: number;
}

/** A name where a number could stand. The field that it stands for holds 0. */
export interface SymbolText {
  /** The target of a jump, what a call calls, or the address that ld_imm64 loads. */
  readonly role: "jump" | "call" | "address";
  readonly name: string;
  /** Bytes beyond the symbol: `r1 = msg + 4 ll`. 0 for jumps and calls. */
  readonly addend: number;
  readonly start: number;
  readonly length: number;
}

export interface ParsedText {
  readonly labels: readonly LabelText[];
  /** `undefined` on a line without an instruction. */
  readonly insn: Insn | undefined;
  readonly symbol: SymbolText | undefined;
  /** The place of the instruction, without labels and comments. */
  readonly start: number;
  readonly length: number;
  readonly error: undefined;
}

export type ParsedLine = ParsedText | { readonly error: TextError };
