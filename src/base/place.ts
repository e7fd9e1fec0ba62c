// Where something stands: in a text that an author wrote, or in the bytes of an object. Places are cheap: line,
// column and JSON pointer are computed only when somebody looks.

/** One input text. `name` is what messages call it. */
export interface SourceText {
  readonly name: string;
  readonly text: string;
}

/**
 * A range of an input text (`start` and `length` in UTF-16 units) that is a node of a JSON document, or lies inside
 * one. The chain of parents and keys is its JSON pointer (RFC 6901).
 */
export interface TextPlace {
  readonly kind: "text";
  readonly source: SourceText;
  readonly parent: TextPlace | undefined;
  readonly key: string | number;
  readonly start: number;
  readonly length: number;
}

/** A byte of a section, or of the whole file where `section` is empty. */
export interface BytePlace {
  readonly kind: "bytes";
  readonly file: string;
  readonly section: string;
  readonly offset: number;
}

/** A file as a whole: it cannot be read, say. */
export interface FilePlace {
  readonly kind: "file";
  readonly file: string;
}

export type Place = TextPlace | BytePlace | FilePlace;

/** The first character of a place: the bracket that opens an object, for what is missing in it. */
export function firstCharacter({ source, parent, key, start }: TextPlace): TextPlace {
  return { kind: "text", source, parent, key, start, length: 1 };
}

/** The JSON pointer of a place; "" is the whole document. */
export function pointerOf(place: TextPlace): string {
  const keys: string[] = [];
  for (let at = place; at.parent !== undefined; at = at.parent) {
    keys.push(String(at.key).replaceAll("~", "~0").replaceAll("/", "~1"));
  }
  return keys
    .reverse()
    .map((key) => `/${key}`)
    .join("");
}

/** Where the lines of a text begin. Whoever asks about many places of one text keeps it. */
export interface LineIndex {
  readonly text: string;
  /** Offset of each line, and behind the last one the length of the text and one more. */
  readonly starts: Uint32Array;
  /** The line that was asked for last, from 0: a walk through a text asks for it or the next one. */
  last: number;
}

const lineIndices = new WeakMap<SourceText, LineIndex>();

/** The one index of a text. */
export function lineIndexOf(source: SourceText): LineIndex {
  let index = lineIndices.get(source);
  if (index === undefined) {
    const { text } = source;
    index = { text, starts: lineStarts(text), last: 0 };
    lineIndices.set(source, index);
  }
  return index;
}

function lineStarts(text: string): Uint32Array {
  let starts = new Uint32Array(64);
  let count = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    if (count + 1 === starts.length) {
      const grown = new Uint32Array(starts.length * 2);
      grown.set(starts);
      starts = grown;
    }
    starts[count++] = at + 1;
  }
  starts[count] = text.length + 1;
  return starts.subarray(0, count + 1);
}

/** The line of an offset, from 1. */
export function lineAt(index: LineIndex, offset: number): number {
  const { starts, last } = index;
  if (starts[last]! <= offset) {
    if (offset < starts[last + 1]!) return last + 1;
    if (last + 2 < starts.length && offset < starts[last + 2]!) {
      index.last = last + 1;
      return last + 2;
    }
  }
  let low = 0;
  let high = starts.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  index.last = low;
  return low + 1;
}

/** The column of an offset in its line, from 1; columns count UTF-16 units. */
export function columnIn(index: LineIndex, line: number, offset: number): number {
  return offset - index.starts[line - 1]! + 1;
}

/** The text of a line (counted from 1) without its line end; "" where there is no such line. */
export function textOfLine({ text, starts }: LineIndex, line: number): string {
  if (line < 1 || line >= starts.length) return "";
  const end = starts[line]! - 1;
  return text.slice(starts[line - 1]!, text.charCodeAt(end - 1) === 0x0d ? end - 1 : end); // \r
}

/** Line and column of an offset, both from 1. */
export function lineAndColumn(source: SourceText, offset: number): { line: number; column: number } {
  const index = lineIndexOf(source);
  const line = lineAt(index, offset);
  return { line, column: columnIn(index, line, offset) };
}

/** The text of a line (counted from 1) without its line end; "" where there is no such line. */
export function lineText(source: SourceText, line: number): string {
  return textOfLine(lineIndexOf(source), line);
}
