// How a diagnostic looks: on a terminal, and as JSON for editors and tools. The data is diagnostic.ts; which stream
// it goes to, and whether that has colours, is the CLI's.

import { type Diagnostic, type Severity, shortened } from "./diagnostic.js";
import { lineAndColumn, lineText, type Place, pointerOf, type TextPlace } from "./place.js";

export interface FormatOptions {
  /** ANSI escape sequences for severities, places and carets. */
  readonly color: boolean;
}

/** A diagnostic for `--error-format=json`: one flat object, without what does not apply. */
export interface DiagnosticJson extends PlaceJson {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly notes: readonly (PlaceJson & { readonly message: string })[];
  readonly hint?: string;
}

export interface PlaceJson {
  readonly file: string;
  /** RFC 6901; for places in a JSON text. */
  readonly pointer?: string;
  /** Line and column from 1, columns in UTF-16 units; the end is exclusive. */
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
  /** For places in the bytes of an object. */
  readonly section?: string;
  readonly offset?: number;
}

const BOLD = "1";
const RED = "1;31";
const GREEN = "1;32";
const MAGENTA = "1;35";
const CYAN = "1;36";

/** Columns of source text that are shown at most; more is cut around the caret. */
const MAX_SHOWN = 100;
/** Columns kept before the caret where the line must be cut. */
const CONTEXT = 40;

/**
 * The whole message, with its source line, notes and hint, and without a line end after it:
 *
 *     a.json:14:40: error: map "evnts" is not declared [ir/unknown-map]
 *       at /programs/0/code/3
 *        14 |   "r2 = evnts ll",
 *           |         ^^^^^
 *       note: a.json:3:16: "events" is declared here
 *       hint: did you mean "events"?
 */
export function formatDiagnostic(d: Diagnostic, options: FormatOptions): string {
  const paint = (style: string, text: string): string =>
    options.color ? `\x1b[${style}m${text}\x1b[0m` : text;
  const severity = paint(d.severity === "error" ? RED : MAGENTA, `${d.severity}:`);
  const lines = [`${paint(BOLD, `${placeName(d.at)}:`)} ${severity} ${printable(d.message)} [${d.code}]`];
  if (d.at.kind === "text") {
    const pointer = pointerOf(d.at);
    if (pointer !== "") lines.push(`  at ${printable(shortened(pointer))}`);
    lines.push(...excerpt(d.at, paint));
  }
  for (const note of d.notes) {
    lines.push(`  ${paint(CYAN, "note:")} ${placeName(note.at)}: ${printable(shortened(note.message))}`);
  }
  if (d.hint !== "") lines.push(`  ${paint(CYAN, "hint:")} ${printable(shortened(d.hint))}`);
  return lines.join("\n");
}

/** The same as data. */
export function diagnosticToJson(d: Diagnostic): DiagnosticJson {
  return {
    severity: d.severity,
    code: d.code,
    message: d.message,
    ...placeToJson(d.at),
    notes: d.notes.map((note) => ({ message: note.message, ...placeToJson(note.at) })),
    ...(d.hint === "" ? {} : { hint: d.hint }),
  };
}

function placeToJson(at: Place): PlaceJson {
  if (at.kind === "file") return { file: at.file };
  if (at.kind === "bytes") return { file: at.file, section: at.section, offset: at.offset };
  const start = lineAndColumn(at.source, at.start);
  const end = lineAndColumn(at.source, at.start + at.length);
  const pointer = pointerOf(at);
  return { file: at.source.name, pointer, ...start, endLine: end.line, endColumn: end.column };
}

function placeName(at: Place): string {
  if (at.kind === "file") return printable(at.file);
  if (at.kind === "bytes") {
    return printable(`${at.file}: ${shortened(at.section)}+0x${at.offset.toString(16)}`);
  }
  const { line, column } = lineAndColumn(at.source, at.start);
  return printable(`${at.source.name}:${line}:${column}`);
}

/** The source line and a line of carets below it; nothing where the line is empty. */
function excerpt(at: TextPlace, paint: (style: string, text: string) => string): string[] {
  const { line, column } = lineAndColumn(at.source, at.start);
  const text = lineText(at.source, line);
  if (text.trim() === "") return [];
  const caret = Math.min(column - 1, text.length);
  const from = text.length > MAX_SHOWN ? Math.max(0, Math.min(caret - CONTEXT, text.length - MAX_SHOWN)) : 0;
  const to = Math.min(text.length, from + MAX_SHOWN);
  const before = from > 0 ? "..." : "";
  const shown = text.slice(from, to);
  const carets = Math.max(1, Math.min(at.length, to - caret));
  // A tab under a tab keeps the caret in its column, whatever width the terminal gives to it.
  const pad = before.replace(/./g, " ") + text.slice(from, caret).replace(/[^\t]/g, " ");
  return [
    `${String(line).padStart(5)} | ${before}${oneColumnEach(shown)}${to < text.length ? "..." : ""}`,
    `      | ${pad}${paint(GREEN, "^".repeat(carets))}`,
  ];
}

/**
 * Characters that move the cursor, change the direction of text (Unicode TR 9) or cannot be seen: in a message they
 * could make a terminal show something else than what the file holds.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
const HARMFUL = /[\0-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/gu;

/** For messages: a harmful character becomes its escape. */
function printable(text: string): string {
  return text.replace(HARMFUL, escapeOf);
}

/** What begins like a style of ours (ECMA-48, SGR), and harmful characters. */
const STYLE_OR_HARMFUL = new RegExp(`\\u001b\\[[0-9;]*m|${HARMFUL.source}`, "gu");

/** For reports of many lines: line ends, tabs and styles stay, every other harmful character becomes its escape. */
export function terminalSafe(text: string): string {
  return text.replace(STYLE_OR_HARMFUL, (c) =>
    c === "\n" || c === "\t" || c.endsWith("m") ? c : escapeOf(c),
  );
}

function escapeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** For source lines: a harmful character becomes one replacement character, so that the carets stay in place. */
function oneColumnEach(text: string): string {
  return text.replace(HARMFUL, (c) => (c === "\t" ? c : "\ufffd"));
}
