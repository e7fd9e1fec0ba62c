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

const lineStarts = new WeakMap<SourceText, number[]>();

function lineStartsOf(source: SourceText): number[] {
  let starts = lineStarts.get(source);
  if (starts === undefined) {
    starts = [0];
    for (let at = source.text.indexOf("\n"); at >= 0; at = source.text.indexOf("\n", at + 1))
      starts.push(at + 1);
    lineStarts.set(source, starts);
  }
  return starts;
}

/** Line and column of an offset, both from 1; columns count UTF-16 units. */
export function lineAndColumn(source: SourceText, offset: number): { line: number; column: number } {
  const starts = lineStartsOf(source);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - starts[low]! + 1 };
}

/** The text of a line (counted from 1) without its line end; "" where there is no such line. */
export function lineText(source: SourceText, line: number): string {
  const starts = lineStartsOf(source);
  const start = starts[line - 1];
  if (start === undefined) return "";
  const end = starts[line] === undefined ? source.text.length : starts[line]! - 1;
  return source.text.slice(start, source.text[end - 1] === "\r" ? end - 1 : end);
}
