// JSON with comments and trailing commas -> a tree whose nodes are places. RFC 8259; the comments are those of
// JSONC as editors know it. Knows no key and no BPF: what may stand where is ir/schema.ts.
//
// The scanner is jsonc-parser's. The parser above it is our own, because the tree needs what that library does not
// give: the place of every key, duplicate keys as errors, exact integers, and a depth limit that a document of a
// million brackets cannot break.

import { createScanner, type JSONScanner } from "jsonc-parser";
import type { Log } from "./diagnostic.js";
import { MAX_JSON_DEPTH, MAX_JSON_VALUES, MAX_SYNTAX_ERRORS, MAX_TEXT_LENGTH } from "./limits.js";
import type { SourceText, TextPlace } from "./place.js";

/** A value of the document. It is its own place; strings lie between their quotes. */
export type JsonNode = JsonObject | JsonArray | JsonString | JsonNumber | JsonBoolean | JsonNull;

export interface JsonObject extends TextPlace {
  readonly json: "object";
  /** In the order of the text. */
  readonly members: ReadonlyMap<string, JsonMember>;
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
}

export interface JsonString extends TextPlace {
  readonly json: "string";
  /** Without quotes and escapes. */
  readonly value: string;
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

// The library's SyntaxKind and ScanError are `const enum`s, which an isolated module cannot name.
const OPEN_BRACE = 1;
const CLOSE_BRACE = 2;
const OPEN_BRACKET = 3;
const CLOSE_BRACKET = 4;
const COMMA = 5;
const COLON = 6;
const NULL = 7;
const TRUE = 8;
const FALSE = 9;
const STRING = 10;
const NUMBER = 11;
const FIRST_TRIVIA = 12;
const LAST_TRIVIA = 15;
const END = 17;
const UNCLOSED_COMMENT = 1;
const UNCLOSED_STRING = 2;
const BAD_NUMBER = 3;

/** One run of the parser over one text. `depth` counts open objects and lists. */
interface Parser {
  readonly source: SourceText;
  readonly scanner: JSONScanner;
  readonly log: Log;
  readonly errorsBefore: number;
  token: number;
  depth: number;
  /** How many there were so far. */
  values: number;
  /** After an error: what stands before the next comma would only be a second message about the same slip. */
  recovering: boolean;
  /** Set when going on makes no sense; the token is then END for good. */
  stopped: boolean;
}

/**
 * Reads a whole document. Every error goes to the log, with the codes `json/...`; `undefined` is returned exactly
 * where there was one. A byte order mark is skipped.
 */
export function parseJson(source: SourceText, log: Log): JsonNode | undefined {
  const whole: TextPlace = { kind: "text", source, parent: undefined, key: "", start: 0, length: 0 };
  if (source.text.length > MAX_TEXT_LENGTH) {
    log.error("json/too-large", whole, { limit: MAX_TEXT_LENGTH / 1024 / 1024 });
    return undefined;
  }
  const scanner = createScanner(source.text, false);
  if (source.text.charCodeAt(0) === 0xfeff) scanner.setPosition(1);
  const p: Parser = {
    source,
    scanner,
    log,
    errorsBefore: log.errorCount,
    token: END,
    depth: 0,
    values: 0,
    recovering: false,
    stopped: false,
  };
  advance(p);
  const root = parseValue(p, undefined, "");
  if (root !== undefined && p.token !== END) expected(p, "the end of the document");
  return log.errorCount === p.errorsBefore ? root : undefined;
}

/** The range `start`, `length` of the decoded string, as a place in the source. */
export function placeInString(node: JsonString, start: number, length: number): TextPlace {
  if (hasEscapes(node)) return placesInString(node)(start, length);
  const { source, parent, key } = node;
  return { kind: "text", source, parent, key, start: node.start + 1 + start, length };
}

/** Whether offsets in the string are not simply offsets in its source. */
function hasEscapes(node: JsonString): boolean {
  return node.length !== node.value.length + 2;
}

/**
 * As `placeInString`, for many ranges of one string whose starts ascend: escapes take more room in the source than in
 * the string, so a string that has some is walked, and this walk goes on where the last range began.
 */
export function placesInString(node: JsonString): (start: number, length: number) => TextPlace {
  const { source, parent, key } = node;
  let index = 0;
  let at = node.start + 1;
  return (start, length) => {
    if (start < index) {
      index = 0;
      at = node.start + 1;
    }
    for (; index < start; index++) at += unitLength(source.text, at);
    let end = at;
    for (let i = 0; i < length; i++) end += unitLength(source.text, end);
    return { kind: "text", source, parent, key, start: at, length: end - at };
  };
}

/** Source characters of the one UTF-16 unit that is written at `at`: `a`, `\n` or `A`. */
function unitLength(text: string, at: number): number {
  if (text[at] !== "\\") return 1;
  return text[at + 1] === "u" ? 6 : 2;
}

function parseValue(p: Parser, parent: TextPlace | undefined, key: string | number): JsonNode | undefined {
  const { source, scanner, token } = p;
  const start = scanner.getTokenOffset();
  const length = scanner.getTokenLength();
  p.values += 1;
  if (p.values > MAX_JSON_VALUES && !p.stopped) {
    p.log.error("json/too-many-values", here(p, parent, key), { limit: MAX_JSON_VALUES / 1024 / 1024 });
    stop(p);
    return undefined;
  }
  // Each literal spells all fields in one order: a document can have millions of nodes, and this keeps them fast.
  switch (token) {
    case STRING: {
      const value = scanner.getTokenValue();
      const node: JsonString = { kind: "text", source, parent, key, start, length, json: "string", value };
      if (hasEscapes(node)) checkSurrogates(p, node);
      advance(p);
      return node;
    }
    case NUMBER: {
      const text = scanner.getTokenValue();
      const value = Number(text);
      const node: JsonNumber = { kind: "text", source, parent, key, start, length, json: "number", value };
      checkNumber(p, node, text);
      advance(p);
      return node;
    }
    case TRUE:
    case FALSE:
      advance(p);
      return { kind: "text", source, parent, key, start, length, json: "boolean", value: token === TRUE };
    case NULL:
      advance(p);
      return { kind: "text", source, parent, key, start, length, json: "null" };
    case OPEN_BRACE: {
      const members = new Map<string, JsonMember>();
      const node: JsonObject = { kind: "text", source, parent, key, start, length, json: "object", members };
      return enter(p, node) ? parseObject(p, node, members) : undefined;
    }
    case OPEN_BRACKET: {
      const items: JsonNode[] = [];
      const node: JsonArray = { kind: "text", source, parent, key, start, length, json: "array", items };
      return enter(p, node) ? parseArray(p, node, items) : undefined;
    }
    default:
      expected(p, "a value");
      return undefined;
  }
}

/** An integer that a double would round is refused: an address or a mask that is off by one bit helps nobody. */
function checkNumber(p: Parser, node: JsonNumber, text: string): void {
  if (/[.eE]/.test(text)) {
    if (!Number.isFinite(node.value)) p.log.error("json/number-too-large", node, { text });
  } else if (!Number.isSafeInteger(node.value)) {
    p.log.error("json/inexact-number", node, { text }, { hint: `write it as a string: "${text}"` });
  }
}

/** Nodes as the parser builds them: a list or object knows its length only at its end. */
type Building<T> = { -readonly [K in keyof T]: T[K] };

function parseObject(p: Parser, node: Building<JsonObject>, members: Map<string, JsonMember>): JsonNode {
  while (p.token !== CLOSE_BRACE && p.token !== END) {
    if (p.token === STRING) parseMember(p, node, members);
    else expected(p, 'a key in double quotes or "}"');
    separator(p, CLOSE_BRACE, '"," or "}"');
  }
  return leave(p, node, CLOSE_BRACE);
}

function parseMember(p: Parser, node: JsonObject, members: Map<string, JsonMember>): void {
  const key = p.scanner.getTokenValue();
  const at = here(p, node, key);
  advance(p);
  if (p.token !== COLON) {
    expected(p, '":"');
    return;
  }
  advance(p);
  const value = parseValue(p, node, key);
  const before = members.get(key);
  if (before !== undefined) {
    const notes = [{ message: `"${key}" is given here first`, at: before.at }];
    p.log.error("json/duplicate-key", at, { key }, { notes });
  } else if (value !== undefined) {
    members.set(key, { key, at, value });
  }
}

function parseArray(p: Parser, node: Building<JsonArray>, items: JsonNode[]): JsonNode {
  while (p.token !== CLOSE_BRACKET && p.token !== END) {
    const item = parseValue(p, node, items.length);
    if (item !== undefined) items.push(item);
    separator(p, CLOSE_BRACKET, '"," or "]"');
  }
  return leave(p, node, CLOSE_BRACKET);
}

/** Steps into a list or object; false where that is one level too many, which ends the parse. */
function enter(p: Parser, at: TextPlace): boolean {
  if (p.depth === MAX_JSON_DEPTH) {
    p.log.error("json/too-deep", { ...at, parent: undefined }, { limit: MAX_JSON_DEPTH });
    stop(p);
    return false;
  }
  p.depth += 1;
  advance(p);
  return true;
}

/** Steps out. A missing bracket is reported at the one that opens, and only where nothing else is wrong. */
function leave(p: Parser, node: Building<JsonObject | JsonArray>, close: number): JsonNode {
  p.depth -= 1;
  if (p.token === close) {
    node.length = p.scanner.getTokenOffset() + 1 - node.start;
    advance(p);
  } else if (!p.stopped && p.log.errorCount === p.errorsBefore) {
    const opening = close === CLOSE_BRACE ? "{" : "[";
    p.log.error("json/unclosed", { ...node, length: 1 }, { opening });
    stop(p);
  }
  return node;
}

/** Goes over the comma between two elements, or up to the end of the list, whatever stands in between. */
function separator(p: Parser, close: number, what: string): void {
  if (p.token !== COMMA && p.token !== close && p.token !== END) {
    if (!p.recovering) expected(p, what);
    skipElement(p, close);
  }
  p.recovering = false;
  if (p.token === COMMA) advance(p);
}

/** Steps over the rest of an element, brackets inside it included, so that one slip gives one message. */
function skipElement(p: Parser, close: number): void {
  let open = 0;
  while (p.token !== END) {
    if (open === 0 && (p.token === COMMA || p.token === close)) return;
    if (p.token === OPEN_BRACE || p.token === OPEN_BRACKET) open += 1;
    else if (open > 0 && (p.token === CLOSE_BRACE || p.token === CLOSE_BRACKET)) open -= 1;
    advance(p);
  }
}

/** Reports the current token, and steps over it unless it closes or separates something. */
function expected(p: Parser, what: string): void {
  if (p.stopped) return;
  p.recovering = true;
  const at = here(p, undefined, "");
  const text = p.scanner.getTokenValue() || p.source.text.slice(at.start, at.start + at.length);
  const shown = p.token === STRING ? `a string` : `"${text.length > 20 ? `${text.slice(0, 20)}...` : text}"`;
  const hint = text.startsWith("'") ? "strings stand in double quotes" : undefined;
  p.log.error(
    "json/syntax",
    at,
    { expected: what, found: p.token === END ? "the end of the text" : shown },
    { hint },
  );
  if (p.token === END || p.log.errorCount - p.errorsBefore >= MAX_SYNTAX_ERRORS) stop(p);
  else if (p.token !== COMMA && p.token !== CLOSE_BRACE && p.token !== CLOSE_BRACKET) advance(p);
}

/** Ends the parse: from here on every token is the end, and every loop runs out. */
function stop(p: Parser): void {
  p.stopped = true;
  p.token = END;
}

function here(p: Parser, parent: TextPlace | undefined, key: string | number): TextPlace {
  const start = p.scanner.getTokenOffset();
  return { kind: "text", source: p.source, parent, key, start, length: p.scanner.getTokenLength() };
}

/** Moves to the next token that is no space and no comment; what is wrong inside a token is reported here. */
function advance(p: Parser): void {
  if (p.stopped) return;
  let token: number;
  do {
    token = p.scanner.scan();
    if (p.scanner.getTokenError() !== 0) reportToken(p, token);
  } while (token >= FIRST_TRIVIA && token <= LAST_TRIVIA);
  p.token = token;
}

function reportToken(p: Parser, token: number): void {
  const at = here(p, undefined, "");
  const text = p.source.text.slice(at.start, at.start + at.length);
  const error: number = p.scanner.getTokenError();
  if (error === UNCLOSED_COMMENT) p.log.error("json/unclosed-comment", { ...at, length: 2 }, {});
  else if (error === UNCLOSED_STRING) p.log.error("json/unclosed-string", at, {});
  else if (error === BAD_NUMBER) p.log.error("json/bad-number", at, { text });
  else if (token === STRING) reportCharacter(p, at, text);
}

/** The scanner says only that a string is wrong: this finds the first character of it that is. */
function reportCharacter(p: Parser, token: TextPlace, text: string): void {
  for (let i = 1; i < text.length; i++) {
    if (text.charCodeAt(i) < 0x20) {
      const code = `U+${text.charCodeAt(i).toString(16).toUpperCase().padStart(4, "0")}`;
      p.log.error("json/control-character", { ...token, start: token.start + i, length: 1 }, { code });
      return;
    }
    if (text[i] !== "\\") continue;
    const known = /^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(text.slice(i, i + 6));
    if (known === null) {
      const wrong = text.slice(i, i + 2);
      p.log.error("json/bad-escape", { ...token, start: token.start + i, length: 2 }, { text: wrong });
      return;
    }
    i += known[0].length - 1;
  }
}

/** Half of a surrogate pair, which only an escape can write, has no UTF-8 form. */
function checkSurrogates(p: Parser, node: JsonString): void {
  const half = /\p{Surrogate}/u.exec(node.value);
  if (half === null) return;
  const text = `\\u${half[0].charCodeAt(0).toString(16)}`;
  p.log.error("json/half-surrogate", placeInString(node, half.index, 1), { text });
}
