// Where an instruction stands in the IR file: as a place for messages, and as the source line that the verifier's log
// shows where the author gives none. There is one for each instruction, so it holds numbers only; what they mean is
// reckoned when somebody looks.

import {
  columnIn,
  type LineIndex,
  lineAt,
  lineIndexOf,
  type SourceText,
  type TextPlace,
  textOfLine,
} from "../base/index.js";
import type { SourceLine } from "./module.js";

/** A line of source text that is longer says nothing to a reader of the verifier's log: see `text`. */
const MAX_LINE_TEXT = 512;
/** 22 and 10 bits (btf.rst, section 3.3: BPF_LINE_INFO_LINE_NUM, _LINE_COL). */
const MAX_LINE = 0x3f_ffff;
const MAX_COLUMN = 0x3ff;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** What neighbouring instructions share. */
export interface CodeOrigin {
  readonly source: SourceText;
  /** `undefined` where nobody will ask for all lines, because there will be no line info. */
  readonly lines: LineIndex | undefined;
  /** The list, object or entry that holds the code. */
  readonly parent: TextPlace | undefined;
  /** The name of the source for line info; `undefined` where there will be none. */
  readonly file: string | undefined;
}

export class CodePlace implements TextPlace, SourceLine {
  readonly #origin: CodeOrigin;
  readonly key: string | number;
  /** Of the place: that of the string which holds the instruction, or in a string of many lines that of the instruction. */
  readonly start: number;
  /** The instruction itself. */
  readonly #from: number;
  readonly #to: number;

  constructor(origin: CodeOrigin, key: string | number, start: number, from: number, to: number) {
    this.#origin = origin;
    this.key = key;
    this.start = start;
    this.#from = from;
    this.#to = to;
  }

  get kind(): "text" {
    return "text";
  }

  get source(): SourceText {
    return this.#origin.source;
  }

  get parent(): TextPlace | undefined {
    return this.#origin.parent;
  }

  /** No instruction begins with a quote: the place that does is a string, and ends with one. */
  get length(): number {
    const { text } = this.#origin.source;
    let end = this.#to;
    if (text.charCodeAt(this.start) === QUOTE) {
      while (text.charCodeAt(end) !== QUOTE) end += text.charCodeAt(end) === BACKSLASH ? 2 : 1;
      end += 1;
    }
    return end - this.start;
  }

  get file(): string {
    return this.#origin.file ?? "";
  }

  /** A line or column beyond its field is 0, which readers take for unknown. */
  get line(): number {
    const line = lineAt(this.#lines, this.#from);
    return line <= MAX_LINE ? line : 0;
  }

  get column(): number {
    const lines = this.#lines;
    const column = columnIn(lines, lineAt(lines, this.#from), this.#from);
    return column <= MAX_COLUMN ? column : 0;
  }

  /** The author's line; of one that is too long (JSON without line ends, say) only the instruction. */
  get text(): string {
    const lines = this.#lines;
    const whole = textOfLine(lines, lineAt(lines, this.#from));
    return whole.length <= MAX_LINE_TEXT ? whole : lines.text.slice(this.#from, this.#to);
  }

  get #lines(): LineIndex {
    return this.#origin.lines ?? lineIndexOf(this.#origin.source);
  }
}
