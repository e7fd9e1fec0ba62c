// JSON as text for people: short objects and lists stay on one line, long ones get a line for each part, and lists
// that grow line by line (code, declarations, programs) always do, so that a change of one part changes one line.

/** A document to be printed. Maps are objects: they keep the order of keys, whatever the keys are. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | ReadonlyMap<string, JsonValue>
  | Tall;

/** A list with a line for each item, however short; `flat` items are never broken. */
export class Tall {
  readonly items: readonly JsonValue[];
  readonly flat: boolean;

  constructor(items: readonly JsonValue[], flat = false) {
    this.items = items;
    this.flat = flat;
  }
}

/** An object of the given keys in their order; those without a value are left out. */
export function members(
  entries: readonly (readonly [string, JsonValue | undefined])[],
): Map<string, JsonValue> {
  return new Map(entries.filter((entry): entry is readonly [string, JsonValue] => entry[1] !== undefined));
}

/** UTF-16 units that the text of a value takes at least; of an immense one, found without making the text. */
export function textSize(value: JsonValue): number {
  if (typeof value === "string") return value.length;
  let size = 4;
  if (value instanceof Map) for (const [key, part] of value) size += key.length + textSize(part);
  else if (value instanceof Tall) for (const item of value.items) size += textSize(item);
  else if (Array.isArray(value)) for (const item of value) size += textSize(item);
  return size;
}

/** Columns that a line takes at most, where it can be broken. */
const WIDTH = 110;

/** The text of a document, with a line end behind it. */
export function jsonText(value: JsonValue): string {
  return `${tallText(value, "")}\n`;
}

/** `value` from a line that is indented by `indent` on; `used` columns of that line are taken. */
function place(value: JsonValue, indent: string, used: number): string {
  const text = flatText(value);
  return text !== undefined && used + text.length <= WIDTH ? text : tallText(value, indent);
}

/** On one line; `undefined` where a part insists on lines of its own. */
export function flatText(value: JsonValue): string | undefined {
  if (value instanceof Tall) return value.items.length === 0 ? "[]" : undefined;
  if (value instanceof Map) {
    const parts: string[] = [];
    for (const [key, part] of value) {
      const text = flatText(part);
      if (text === undefined) return undefined;
      parts.push(`${JSON.stringify(key)}: ${text}`);
    }
    return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
  }
  if (Array.isArray(value)) {
    const parts: string[] = [];
    for (const item of value) {
      const text = flatText(item);
      if (text === undefined) return undefined;
      parts.push(text);
    }
    return `[${parts.join(", ")}]`;
  }
  return JSON.stringify(value);
}

/** On as many lines as it has parts; `indent` is that of the closing bracket. */
function tallText(value: JsonValue, indent: string): string {
  const inner = `${indent}  `;
  if (value instanceof Map) {
    const parts: string[] = [];
    for (const [key, part] of value) {
      const head = `${inner}${JSON.stringify(key)}: `;
      parts.push(head + place(part, inner, head.length + 1));
    }
    return parts.length === 0 ? "{}" : `{\n${parts.join(",\n")}\n${indent}}`;
  }
  if (value instanceof Tall) {
    if (value.items.length === 0) return "[]";
    const parts = value.items.map(
      (item) => inner + ((value.flat ? flatText(item) : undefined) ?? place(item, inner, inner.length + 1)),
    );
    return `[\n${parts.join(",\n")}\n${indent}]`;
  }
  if (Array.isArray(value)) return `[\n${filled(value, inner)}\n${indent}]`;
  return JSON.stringify(value);
}

/** Many short items on a line, as in a table of numbers. */
function filled(items: readonly JsonValue[], indent: string): string {
  const lines: string[] = [];
  let line = "";
  for (const [i, item] of items.entries()) {
    const text = place(item, indent, indent.length + 1) + (i < items.length - 1 ? "," : "");
    if (line !== "" && indent.length + line.length + 1 + text.length > WIDTH) {
      lines.push(indent + line);
      line = "";
    }
    line += line === "" ? text : ` ${text}`;
  }
  return [...lines, indent + line].join("\n");
}
