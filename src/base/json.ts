// JSON with comments and trailing commas -> a document whose nodes are places. RFC 8259; the comments are those of
// JSONC as editors know it. Knows no key and no BPF: what may stand where is ir/schema.ts. What a node tells is
// json-node.ts.
//
// The scanner is jsonc-parser's (json-scan.ts). The parser above it is our own, because the tree needs what that library
// does not give: the place of every key, duplicate keys as errors, exact integers, and a depth limit that a document of a
// million brackets cannot break.

import type { Log } from "./diagnostic.js";
import {
  behind,
  HEAD_SIZE,
  type JsonNode,
  type JsonString,
  LEAF_SIZE,
  nodeAt,
  stringAt,
} from "./json-node.js";
import * as scan from "./json-scan.js";
import { MAX_JSON_DEPTH, MAX_JSON_VALUES, MAX_SYNTAX_ERRORS, MAX_TEXT_LENGTH } from "./limits.js";
import type { SourceText, TextPlace } from "./place.js";

/** One run of the parser over one text. */
interface Parser {
  readonly source: SourceText;
  readonly scanner: scan.Scanner;
  readonly log: Log;
  readonly errorsBefore: number;
  token: number;
  /** What was read so far, `used` numbers of it. */
  tape: Int32Array;
  used: number;
  /** How many values there were so far. */
  values: number;
  /** Of each open object and list: the key or index of the value that is read in it, and where it begins in the text. */
  readonly keys: (string | number)[];
  readonly starts: number[];
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
  const { text } = source;
  if (text.length > MAX_TEXT_LENGTH) {
    const whole: TextPlace = { kind: "text", source, parent: undefined, key: "", start: 0, length: 0 };
    log.error("json/too-large", whole, { limit: MAX_TEXT_LENGTH / 1024 / 1024 });
    return undefined;
  }
  const p: Parser = {
    source,
    scanner: scan.scannerOf(text, text.charCodeAt(0) === 0xfeff ? 1 : 0),
    log,
    errorsBefore: log.errorCount,
    token: scan.END,
    tape: new Int32Array(256),
    used: 0,
    values: 0,
    keys: [],
    starts: [],
    recovering: false,
    stopped: false,
  };
  advance(p);
  const whole = parseValue(p);
  if (whole && p.token !== scan.END) expected(p, "the end of the document");
  if (log.errorCount !== p.errorsBefore) return undefined;
  return nodeAt({ source, tape: p.tape }, 0, undefined, "");
}

/** The range `start`, `length` of the decoded string, as a place in the source. */
export function placeInString(node: JsonString, start: number, length: number): TextPlace {
  if (node.escaped) return placesInString(node)(start, length);
  const { source, parent, key } = node;
  return { kind: "text", source, parent, key, start: node.start + 1 + start, length };
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

const BACKSLASH = 0x5c;

/** Source characters of the one UTF-16 unit that is written at `at`: `a`, `\n` or `\u0041`. */
function unitLength(text: string, at: number): number {
  if (text.charCodeAt(at) !== BACKSLASH) return 1;
  return text[at + 1] === "u" ? 6 : 2;
}

/** Reads a value onto the tape; false where there is none, which was reported. */
function parseValue(p: Parser): boolean {
  const { token, scanner } = p;
  p.values += 1;
  if (p.values > MAX_JSON_VALUES && !p.stopped) {
    p.log.error("json/too-many-values", tokenPlace(p), { limit: MAX_JSON_VALUES / 1024 / 1024 });
    stop(p);
    return false;
  }
  const index = p.used;
  switch (token) {
    case scan.OPEN_BRACE:
    case scan.OPEN_BRACKET: {
      put(p, token, scanner.start, scanner.pos);
      if (!enter(p)) return false;
      if (token === scan.OPEN_BRACE) parseObject(p, index);
      else parseArray(p);
      leave(p, index, token === scan.OPEN_BRACE ? scan.CLOSE_BRACE : scan.CLOSE_BRACKET);
      return true;
    }
    case scan.STRING:
    case scan.ESCAPED:
    case scan.NUMBER:
    case scan.TRUE:
    case scan.FALSE:
    case scan.NULL:
      put(p, token, scanner.start, scanner.pos);
      break;
    default:
      expected(p, "a value");
      return false;
  }
  if (scanner.error === scan.NO_ERROR) {
    if (token === scan.ESCAPED) checkSurrogates(p, index);
    else if (token === scan.NUMBER) checkNumber(p);
  }
  advance(p);
  return true;
}

/** Appends a value to the tape; the head of an object or list keeps a fourth number free. */
function put(p: Parser, kind: number, start: number, end: number): void {
  if (p.used + HEAD_SIZE > p.tape.length) {
    const grown = new Int32Array(p.tape.length * 2);
    grown.set(p.tape);
    p.tape = grown;
  }
  const { tape } = p;
  tape[p.used++] = kind;
  tape[p.used++] = start;
  tape[p.used++] = end;
  if (kind === scan.OPEN_BRACE || kind === scan.OPEN_BRACKET) p.used++;
}

/** An integer that a double would round is refused: an address or a mask that is off by one bit helps nobody. */
function checkNumber(p: Parser): void {
  const text = tokenText(p);
  const value = Number(text);
  if (Number.isSafeInteger(value)) return;
  if (/[.eE]/.test(text)) {
    if (!Number.isFinite(value)) p.log.error("json/number-too-large", tokenPlace(p), { text });
  } else {
    p.log.error("json/inexact-number", tokenPlace(p), { text }, { hint: `write it as a string: "${text}"` });
  }
}

/** The keys of an object so far: of a few a list is searched, which is faster than making a set. */
interface Keys {
  readonly list: string[];
  set: Set<string> | undefined;
}

const MAX_LISTED_KEYS = 16;

/** False where it was there before. */
function addKey(keys: Keys, key: string): boolean {
  if (keys.set === undefined ? keys.list.includes(key) : keys.set.has(key)) return false;
  if (keys.set !== undefined) keys.set.add(key);
  else if (keys.list.push(key) > MAX_LISTED_KEYS) keys.set = new Set(keys.list);
  return true;
}

function parseObject(p: Parser, head: number): void {
  const keys: Keys = { list: [], set: undefined };
  while (p.token !== scan.CLOSE_BRACE && p.token !== scan.END) {
    if (p.token === scan.STRING || p.token === scan.ESCAPED) parseMember(p, head, keys);
    else expected(p, 'a key in double quotes or "}"');
    separator(p, scan.CLOSE_BRACE, '"," or "}"');
  }
}

function parseMember(p: Parser, head: number, keys: Keys): void {
  const { scanner } = p;
  const { start, pos } = scanner;
  const index = p.used;
  // The text of a key with errors is shown in no message.
  put(p, scanner.error === scan.NO_ERROR ? p.token : scan.STRING, start, pos);
  const key = stringAt(p, index);
  p.keys[p.keys.length - 1] = key;
  advance(p);
  if (p.token === scan.COLON) {
    advance(p);
    if (parseValue(p)) {
      if (!addKey(keys, key)) reportDuplicate(p, head, key, start, pos - start);
      return;
    }
  } else {
    expected(p, '":"');
  }
  p.used = index; // a key without a value
}

function reportDuplicate(p: Parser, head: number, key: string, start: number, length: number): void {
  let first = head + HEAD_SIZE;
  while (stringAt(p, first) !== key) first = behind(p.tape, first + LEAF_SIZE);
  const [from, to] = [p.tape[first + 1]!, p.tape[first + 2]!];
  const notes = [{ message: `"${key}" is given here first`, at: placeOf(p, from, to - from) }];
  p.log.error("json/duplicate-key", placeOf(p, start, length), { key }, { notes });
}

function parseArray(p: Parser): void {
  const depth = p.keys.length - 1;
  let count = 0;
  while (p.token !== scan.CLOSE_BRACKET && p.token !== scan.END) {
    p.keys[depth] = count;
    if (parseValue(p)) count++;
    separator(p, scan.CLOSE_BRACKET, '"," or "]"');
  }
}

/** Steps into a list or object; false where that is one level too many, which ends the parse. */
function enter(p: Parser): boolean {
  if (p.keys.length === MAX_JSON_DEPTH) {
    p.log.error("json/too-deep", bareTokenPlace(p), { limit: MAX_JSON_DEPTH });
    stop(p);
    return false;
  }
  p.starts.push(p.scanner.start);
  p.keys.push("");
  advance(p);
  return true;
}

/** Steps out. A missing bracket is reported at the one that opens, and only where nothing else is wrong. */
function leave(p: Parser, head: number, close: number): void {
  p.keys.pop();
  const start = p.starts.pop()!;
  p.tape[head + 3] = p.used;
  if (p.token === close) {
    p.tape[head + 2] = p.scanner.pos;
    advance(p);
  } else if (!p.stopped && p.log.errorCount === p.errorsBefore) {
    const opening = close === scan.CLOSE_BRACE ? "{" : "[";
    p.log.error("json/unclosed", placeOf(p, start, 1), { opening });
    stop(p);
  }
}

/** Goes over the comma between two elements, or up to the end of the list, whatever stands in between. */
function separator(p: Parser, close: number, what: string): void {
  if (p.token !== scan.COMMA && p.token !== close && p.token !== scan.END) {
    if (!p.recovering) expected(p, what);
    skipElement(p, close);
  }
  p.recovering = false;
  if (p.token === scan.COMMA) advance(p);
}

/** Steps over the rest of an element, brackets inside it included, so that one slip gives one message. */
function skipElement(p: Parser, close: number): void {
  let open = 0;
  while (p.token !== scan.END) {
    if (open === 0 && (p.token === scan.COMMA || p.token === close)) return;
    if (p.token === scan.OPEN_BRACE || p.token === scan.OPEN_BRACKET) open += 1;
    else if (open > 0 && (p.token === scan.CLOSE_BRACE || p.token === scan.CLOSE_BRACKET)) open -= 1;
    advance(p);
  }
}

/** Reports the current token, and steps over it unless it closes or separates something. */
function expected(p: Parser, what: string): void {
  if (p.stopped) return;
  p.recovering = true;
  const { token } = p;
  const text = tokenText(p);
  const quoted = `"${text.length > 20 ? `${text.slice(0, 20)}...` : text}"`;
  const shown = token === scan.STRING || token === scan.ESCAPED ? "a string" : quoted;
  const hint = text.startsWith("'")
    ? "strings stand in double quotes"
    : p.used === 0 && token !== scan.END
      ? 'the document is a JSON object, which begins with "{"'
      : undefined;
  const found = token === scan.END ? "the end of the text" : shown;
  p.log.error("json/syntax", bareTokenPlace(p), { expected: what, found }, { hint });
  if (token === scan.END || p.log.errorCount - p.errorsBefore >= MAX_SYNTAX_ERRORS) stop(p);
  else if (token !== scan.COMMA && token !== scan.CLOSE_BRACE && token !== scan.CLOSE_BRACKET) advance(p);
}

/** Ends the parse: from here on every token is the end, and every loop runs out. */
function stop(p: Parser): void {
  p.stopped = true;
  p.token = scan.END;
}

/** A range of the text as a place inside the objects and lists that are open. */
function placeOf(p: Parser, start: number, length: number): TextPlace {
  const { source, keys, starts } = p;
  let parent: TextPlace | undefined;
  for (const [i, start] of starts.entries()) {
    parent = { kind: "text", source, parent, key: keys[i - 1] ?? "", start, length: 1 };
  }
  return { kind: "text", source, parent, key: keys.at(-1) ?? "", start, length };
}

/** The current token as the value that is being read. */
function tokenPlace(p: Parser): TextPlace {
  return placeOf(p, p.scanner.start, p.scanner.pos - p.scanner.start);
}

/** The current token where nobody knows what it was meant to be. */
function bareTokenPlace({ source, scanner: { start, pos } }: Parser): TextPlace {
  return { kind: "text", source, parent: undefined, key: "", start, length: pos - start };
}

function tokenText({ source, scanner: { start, pos } }: Parser): string {
  return source.text.slice(start, pos);
}

/** Moves to the next token; what is wrong inside a token is reported here. */
function advance(p: Parser): void {
  if (p.stopped) return;
  do {
    p.token = scan.scan(p.scanner);
    if (p.scanner.error !== scan.NO_ERROR) reportToken(p);
  } while (p.token === scan.OPEN_COMMENT);
}

function reportToken(p: Parser): void {
  const at = bareTokenPlace(p);
  switch (p.scanner.error) {
    case scan.UNCLOSED_COMMENT:
      p.log.error("json/unclosed-comment", { ...at, length: 2 }, {});
      return;
    case scan.UNCLOSED_STRING:
      p.log.error("json/unclosed-string", at, {});
      return;
    case scan.BAD_NUMBER:
      p.log.error("json/bad-number", at, { text: tokenText(p) });
      return;
    default:
      reportCharacter(p, at, tokenText(p));
  }
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
function checkSurrogates(p: Parser, index: number): void {
  const half = /\p{Surrogate}/u.exec(stringAt(p, index));
  if (half === null) return;
  const text = `\\u${half[0].charCodeAt(0).toString(16)}`;
  const { parent, key } = tokenPlace(p);
  const node = nodeAt(p, index, parent, key) as JsonString;
  p.log.error("json/half-surrogate", placeInString(node, half.index, 1), { text });
}
