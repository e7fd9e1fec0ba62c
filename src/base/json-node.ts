// The values of a JSON document that was read: what a node tells, and how it finds it. Of a document there is only the
// text and a list of numbers (the tape); a node is a window on both that somebody asked for. A document of a million
// strings has no million nodes, but for those that somebody keeps.
//
//   a string, number, boolean or null   kind, start, end
//   an object or list                   kind, start, end, index behind its last value; then its values
//   a member of an object               its key, then its value

import { ESCAPED, FALSE, NUMBER, OPEN_BRACE, OPEN_BRACKET, STRING, TRUE } from "./json-scan.js";
import type { SourceText, TextPlace } from "./place.js";

/** A value of the document. It is its own place; strings lie between their quotes. */
export type JsonNode = JsonObject | JsonArray | JsonString | JsonNumber | JsonBoolean | JsonNull;

export interface JsonObject extends TextPlace {
  readonly json: "object";
  /** In the order of the text. */
  readonly members: ReadonlyMap<string, JsonMember>;
  /** The value of a key; without a map of all members where there are few. */
  get(key: string): JsonNode | undefined;
}

export interface JsonMember {
  readonly key: string;
  /** The key itself, with its quotes. */
  readonly at: TextPlace;
  readonly value: JsonNode;
}

export interface JsonArray extends TextPlace {
  readonly json: "array";
  readonly items: readonly JsonNode[];
  /** Visits the items in order, without a list of them: for lists that can have a million. */
  each(visit: (item: JsonNode) => void): void;
  /** The same without the strings that have no escapes: for those who have nothing to say about text. */
  eachButText(visit: (item: JsonNode) => void): void;
}

export interface JsonString extends TextPlace {
  readonly json: "string";
  /** Without quotes and escapes. */
  readonly value: string;
  /** Whether there are escapes: offsets in the string are not simply offsets in its source then. */
  readonly escaped: boolean;
}

export interface JsonNumber extends TextPlace {
  readonly json: "number";
  /** Exact where it is an integer. */
  readonly value: number;
}

export interface JsonBoolean extends TextPlace {
  readonly json: "boolean";
  readonly value: boolean;
}

export interface JsonNull extends TextPlace {
  readonly json: "null";
}

/** What the parser leaves. */
export interface JsonDocument {
  readonly source: SourceText;
  readonly tape: Int32Array;
}

/** Numbers on the tape for a string, number, boolean or null, and for the head of an object or list. */
export const LEAF_SIZE = 3;
export const HEAD_SIZE = 4;

/** The node of the value at an index of the tape. */
export function nodeAt(
  document: JsonDocument,
  index: number,
  parent: TextPlace | undefined,
  key: string | number,
): JsonNode {
  return new View(document, index, parent, key) as JsonNode;
}

/** The text of the string at an index of the tape. */
export function stringAt({ source, tape }: JsonDocument, index: number): string {
  const [start, end] = [tape[index + 1]!, tape[index + 2]!];
  // The parser has seen that it is a string without errors.
  if (tape[index] === ESCAPED) return JSON.parse(source.text.slice(start, end)) as string;
  return source.text.slice(start + 1, end - 1);
}

/** The index of the value behind the one at `index`. */
export function behind(tape: Int32Array, index: number): number {
  const kind = tape[index];
  return kind === OPEN_BRACE || kind === OPEN_BRACKET ? tape[index + 3]! : index + LEAF_SIZE;
}

/** An object whose values take more numbers than this gets a map when a key is looked up. */
const MAX_SEARCHED = 128;

/** All kinds of nodes are one class, so that whoever reads them meets one shape; what is asked for depends on `json`. */
class View implements TextPlace {
  readonly #document: JsonDocument;
  readonly #index: number;
  readonly parent: TextPlace | undefined;
  readonly key: string | number;
  /** `items` or `members`, once somebody asked for them. */
  #children: readonly JsonNode[] | ReadonlyMap<string, JsonMember> | undefined;

  constructor(document: JsonDocument, index: number, parent: TextPlace | undefined, key: string | number) {
    this.#document = document;
    this.#index = index;
    this.parent = parent;
    this.key = key;
    this.#children = undefined;
  }

  get kind(): "text" {
    return "text";
  }

  get source(): SourceText {
    return this.#document.source;
  }

  get start(): number {
    return this.#document.tape[this.#index + 1]!;
  }

  get length(): number {
    const { tape } = this.#document;
    return tape[this.#index + 2]! - tape[this.#index + 1]!;
  }

  get json(): JsonNode["json"] {
    switch (this.#document.tape[this.#index]) {
      case OPEN_BRACE:
        return "object";
      case OPEN_BRACKET:
        return "array";
      case STRING:
      case ESCAPED:
        return "string";
      case NUMBER:
        return "number";
      case TRUE:
      case FALSE:
        return "boolean";
      default:
        return "null";
    }
  }

  get escaped(): boolean {
    return this.#document.tape[this.#index] === ESCAPED;
  }

  get value(): string | number | boolean | undefined {
    const { source, tape } = this.#document;
    switch (tape[this.#index]) {
      case STRING:
      case ESCAPED:
        return stringAt(this.#document, this.#index);
      case NUMBER:
        return Number(source.text.slice(this.start, this.start + this.length));
      case TRUE:
        return true;
      case FALSE:
        return false;
      default:
        return undefined;
    }
  }

  get items(): readonly JsonNode[] {
    if (this.#children === undefined) {
      const items: JsonNode[] = [];
      this.each((item) => items.push(item));
      this.#children = items;
    }
    return this.#children as readonly JsonNode[];
  }

  each(visit: (item: JsonNode) => void): void {
    this.#each(visit, 0);
  }

  eachButText(visit: (item: JsonNode) => void): void {
    this.#each(visit, STRING);
  }

  /** Visits the items but those of the kind `left`. */
  #each(visit: (item: JsonNode) => void, left: number): void {
    const { tape } = this.#document;
    const end = tape[this.#index + 3]!;
    const parent = this as TextPlace;
    let count = 0;
    for (let at = this.#index + HEAD_SIZE; at < end; at = behind(tape, at), count++) {
      if (tape[at] !== left) visit(nodeAt(this.#document, at, parent, count));
    }
  }

  get members(): ReadonlyMap<string, JsonMember> {
    if (this.#children === undefined) {
      const { tape } = this.#document;
      const members = new Map<string, JsonMember>();
      const end = tape[this.#index + 3]!;
      for (let at = this.#index + HEAD_SIZE; at < end; at = behind(tape, at + LEAF_SIZE)) {
        const key = stringAt(this.#document, at);
        const value = nodeAt(this.#document, at + LEAF_SIZE, this as TextPlace, key);
        members.set(key, { key, at: nodeAt(this.#document, at, this as TextPlace, key), value });
      }
      this.#children = members;
    }
    return this.#children as ReadonlyMap<string, JsonMember>;
  }

  get(key: string): JsonNode | undefined {
    const { tape } = this.#document;
    const end = tape[this.#index + 3]!;
    if (this.#children !== undefined || end - this.#index > MAX_SEARCHED) return this.members.get(key)?.value;
    for (let at = this.#index + HEAD_SIZE; at < end; at = behind(tape, at + LEAF_SIZE)) {
      if (this.#isKey(at, key)) return nodeAt(this.#document, at + LEAF_SIZE, this as TextPlace, key);
    }
    return undefined;
  }

  #isKey(at: number, key: string): boolean {
    const { source, tape } = this.#document;
    if (tape[at] === ESCAPED) return stringAt(this.#document, at) === key;
    const start = tape[at + 1]! + 1;
    return tape[at + 2]! - 1 - start === key.length && source.text.startsWith(key, start);
  }
}
