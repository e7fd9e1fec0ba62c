// Records that nobody has looked at: the words of .BTF in the order of this machine, each string as a number of a
// list of names. A table of the kernel's types has a hundred thousand members, and of the same tables in fifty objects
// nearly all are found to be known; as objects of JavaScript they would cost more than all else (types of many inputs
// are compared as words: link/type-keys.ts). table.ts decides which records are packed, unpack.ts makes objects of them.

import type { BtfStrings } from "./strings.js";

export interface PackedTypes {
  /** Records as shapes.ts tells; the words that have no meaning there are 0. */
  readonly words: Int32Array;
  /** By id: the index of the first word, or -1 for a record that says more than BTF can hold (limits.ts). */
  readonly starts: Int32Array;
  readonly names: NameList;
}

/** The names of a table by number; 0 is "". Two numbers may be the same text. */
export class NameList {
  readonly #strings: BtfStrings;
  /** In `#strings`, of those that were read. */
  readonly #offsets: readonly number[];
  readonly #added: string[] = [];
  readonly #numbers = new Map<string, number>();

  /** `offsets` are good ones of `strings`, the first of them 0. */
  constructor(strings: BtfStrings, offsets: readonly number[]) {
    this.#strings = strings;
    this.#offsets = offsets;
  }

  get size(): number {
    return this.#offsets.length + this.#added.length;
  }

  textOf(number: number): string {
    const offset = this.#offsets[number];
    return offset === undefined ? this.#added[number - this.#offsets.length]! : this.#strings.textAt(offset)!;
  }

  /** The number of a name that stands in no bytes. */
  intern(text: string): number {
    if (text === "") return 0;
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.size;
      this.#added.push(text);
      this.#numbers.set(text, number);
    }
    return number;
  }

  /** The offset of a name in `table`, which gets it where it has no equal one. */
  internIn(table: BtfStrings, number: number): number {
    const offset = this.#offsets[number];
    return offset === undefined ? table.intern(this.textOf(number)) : table.internFrom(this.#strings, offset);
  }
}

/** Appends words to a list that grows. */
export class WordWriter {
  #words: Int32Array;
  #pos: number;

  /** Writes behind `words`, into a copy of them. */
  constructor(words: Int32Array) {
    this.#words = words;
    this.#pos = words.length;
  }

  get pos(): number {
    return this.#pos;
  }

  u32(value: number): this {
    if (this.#pos === this.#words.length) {
      const grown = new Int32Array(Math.max(64, this.#pos * 2));
      grown.set(this.#words);
      this.#words = grown;
    }
    this.#words[this.#pos++] = value;
    return this;
  }

  /** What was written so far, with room behind it. */
  get words(): Int32Array {
    return this.#words;
  }
}
