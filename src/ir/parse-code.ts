// The code of one function -> statements. A line of text is asm/'s; here labels and names become references, and
// source positions become line records. All things of the module are declared when this runs, so that only labels
// can be met before they are defined.

import { type Insn, insnFromMnemonic, type NamedInsn, parseLine, withFields } from "../asm/index.js";
import {
  assert,
  firstCharacter,
  type JsonNode,
  type JsonObject,
  type JsonString,
  lineIndexOf,
  MAX_ERRORS,
  MAX_INSTRUCTIONS,
  type Place,
  placesInString,
  type TextPlace,
} from "../base/index.js";
import { bindAddress, bindCall } from "./bind.js";
import { type CodeOrigin, CodePlace } from "./code-place.js";
import { type Context, suggest } from "./context.js";
import { booleanField, field, integerField, objectField, stringField, stringsField } from "./fields.js";
import type { Func, Label, Ref, SourceLine, Statement } from "./module.js";
import { fillCore, parseCore } from "./parse-core.js";

type SymbolOf = NonNullable<Extract<NamedInsn, { error: undefined }>["symbol"]>;

/** A body under construction. */
interface Body {
  readonly cx: Context;
  readonly func: Func;
  readonly statements: Statement[];
  /** Defined or only mentioned; the index of one that is only mentioned is -1. */
  readonly labels: Map<string, { -readonly [K in keyof Label]: Label[K] }>;
  readonly jumps: Ref[];
  /** Line record of the next instruction, from a `loc`. */
  line: SourceLine | undefined;
  /** No `loc` in this function, which has debug info: each instruction points at itself. */
  readonly ownLines: boolean;
  /** That of the last instruction; most neighbours have the same. */
  origin: CodeOrigin;
}

/** Fills the body of `func` from its "code", and its jump tables from theirs. */
export function parseCode(cx: Context, func: Func, code: JsonNode, tables: JsonObject | undefined): void {
  const body: Body = {
    cx,
    func,
    statements: func.body as Statement[], // under construction: filled here, read-only afterwards
    labels: new Map(),
    jumps: [],
    line: undefined,
    ownLines: cx.ownFile !== undefined && func.proto !== undefined && !isLocated(code),
    origin: originOf(cx, code),
  };
  const add = (entry: JsonNode): void => {
    if (isTooMuch(body)) return;
    if (entry.json === "string") addText(body, entry);
    else if (entry.json === "object") addEntry(body, entry);
  };
  if (code.json === "array") code.each(add);
  else add(code);
  if (isTooMuch(body)) return;
  for (const table of func.jumpTables) {
    const targets = table.targets as Label[]; // under construction, too
    for (const target of stringsField(tables!, table.name)) {
      const to = mentionLabel(body, target.value, target);
      body.jumps.push({ to, addend: 0, at: target });
      targets.push(to);
    }
  }
  for (const ref of body.jumps) checkLabel(body, ref);
  cx.instructions.value += body.statements.length;
}

/** Whether the author gives source positions, in one entry at least. */
function isLocated(code: JsonNode): boolean {
  let located = false;
  if (code.json === "array") {
    code.eachButText((entry) => {
      if (entry.json === "object" && entry.get("loc") !== undefined) located = true;
    });
  }
  return located;
}

function originOf(cx: Context, { source, parent }: TextPlace): CodeOrigin {
  const lines = cx.ownFile === undefined ? undefined : lineIndexOf(source);
  return { source, lines, parent, file: cx.ownFile };
}

/** Where nobody would look at the rest: behind too many errors, or more code than any kernel takes. */
function isTooMuch({ cx, func, statements }: Body): boolean {
  const { instructions } = cx;
  if (instructions.value + statements.length > MAX_INSTRUCTIONS) {
    // Said once: then there is no room for any.
    if (instructions.value <= MAX_INSTRUCTIONS) {
      cx.log.error("ir/too-many-instructions", func.at, { limit: MAX_INSTRUCTIONS });
      instructions.value = Number.POSITIVE_INFINITY;
    }
    return true;
  }
  return cx.log.errorCount > MAX_ERRORS; // one more than is kept, so that the log says so
}

/** One line, or many. A line end can only be written as an escape, so that a string without one is read where it is. */
function addText(body: Body, node: JsonString): void {
  if (!node.escaped) {
    const { start, length } = node;
    addLine(body, node, node.source.text, start + 1, start + length - 1);
    return;
  }
  const text = node.value;
  const lines: Lines = { placeOf: placesInString(node), many: text.includes("\n") };
  let start = 0;
  while (start <= text.length && !isTooMuch(body)) {
    const end = text.indexOf("\n", start);
    const stop = end < 0 ? text.length : end;
    addLine(body, node, text, start, text[stop - 1] === "\r" ? stop - 1 : stop, lines);
    start = stop + 1;
  }
}

/** The text of a string with escapes. */
interface Lines {
  /** A range of it as a place in the document. */
  readonly placeOf: (start: number, length: number) => TextPlace;
  /** Each instruction is a place of its own then. */
  readonly many: boolean;
}

/** The line from `from` to `to` of `text`, which is that of the document where there are no `lines`. */
function addLine(body: Body, node: JsonString, text: string, from: number, to: number, lines?: Lines): void {
  const { cx, statements } = body;
  const parsed = parseLine(text, from, to);
  if (parsed.error !== undefined) {
    const { code, args, start, length, hint } = parsed.error;
    cx.log.error(code, placeIn(node, lines, start, length), args, { hint });
    return;
  }
  for (const { name, start, length } of parsed.labels) {
    defineLabel(body, name, placeIn(node, lines, start, length));
  }
  const { insn, symbol } = parsed;
  if (insn === undefined) return;
  const own = lines?.placeOf(parsed.start, parsed.length) ?? parsed;
  const at = codePlace(body, node, lines?.many ? own.start : node.start, own);
  const line = body.ownLines ? at : body.line;
  body.line = undefined;
  if (symbol === undefined) statements.push({ insn, ref: undefined, core: undefined, line, at });
  else addSymbolic(body, insn, symbol, placeIn(node, lines, symbol.start, symbol.length), line, at);
}

function placeIn(
  { source, parent, key }: JsonString,
  lines: Lines | undefined,
  start: number,
  length: number,
): TextPlace {
  return lines === undefined
    ? { kind: "text", source, parent, key, start, length }
    : lines.placeOf(start, length);
}

/** The place of an instruction that fills a range; `start` is that of what messages show. */
function codePlace(
  body: Body,
  node: TextPlace,
  start: number,
  own: { readonly start: number; readonly length: number },
): CodePlace {
  if (body.origin.parent !== node.parent) body.origin = originOf(body.cx, node);
  return new CodePlace(body.origin, node.key, start, own.start, own.start + own.length);
}

/** An object: an instruction as text or as data, a label, a source position, or several of these. */
function addEntry(body: Body, node: JsonObject): void {
  const { log } = body.cx;
  const insn = stringField(node, "insn");
  const op = stringField(node, "op");
  const label = stringField(node, "label");
  const loc = objectField(node, "loc");
  const core = objectField(node, "core");
  if (label !== undefined) addLabel(body, label);
  if (loc !== undefined) body.line = parseLoc(body.cx, loc);
  const before = body.statements.length;
  const errors = log.errorCount;
  if (insn !== undefined) {
    addText(body, insn);
    if (body.statements.length === before && log.errorCount === errors)
      log.error("ir/entry-no-instruction", insn, {});
  } else if (op !== undefined) {
    addData(body, node, op);
  }
  if (core !== undefined && body.statements.length > before) relocate(body, core, before);
}

/** A label as data. What may be one is what may stand before a colon in text. */
function addLabel(body: Body, node: JsonString): void {
  const name = node.value;
  const parsed = parseLine(`${name}:`);
  if (parsed.error === undefined && parsed.labels.length === 1 && parsed.labels[0]!.name === name) {
    defineLabel(body, name, node);
  } else {
    const hint = "a label is a word, and neither a number nor a register";
    body.cx.log.error("ir/bad-label", node, { name }, { hint });
  }
}

/** Puts a CO-RE relocation on the one statement that its entry has added. */
function relocate(body: Body, node: JsonObject, index: number): void {
  const { cx, statements } = body;
  const core = parseCore(cx, node);
  const statement = statements[index];
  if (core === undefined || statement === undefined) return;
  if (statements.length !== index + 1) {
    cx.log.error("ir/core-insns", node, { count: statements.length - index });
  } else if (statement.ref !== undefined) {
    cx.log.error("ir/core-and-symbol", statement.ref.at, {});
  } else {
    const insn = booleanField(node, "as_given") ? statement.insn : fillCore(cx, statement.insn, core, node);
    statements[index] = { ...statement, insn, core: core.access };
  }
}

/** An instruction as data: asm/ knows the names and ranges. */
function addData(body: Body, node: JsonObject, op: JsonString): void {
  const { cx } = body;
  const result = insnFromMnemonic(op.value, {
    dst: stringField(node, "dst")?.value,
    src: stringField(node, "src")?.value,
    off: integerField(node, "off"),
    imm: integerField(node, "imm"),
    target: stringField(node, "target")?.value,
    ref: stringField(node, "ref")?.value,
    addend: integerField(node, "addend"),
  });
  if (result.error !== undefined) {
    const { code, args, field: key, hint } = result.error;
    cx.log.error(code, field(node, key) ?? op, args, { hint });
    return;
  }
  const at = codePlace(body, node, node.start, node);
  const line = body.ownLines ? at : body.line;
  body.line = undefined;
  if (result.symbol === undefined) {
    body.statements.push({ insn: result.insn, ref: undefined, core: undefined, line, at });
  } else {
    const symbolAt = field(node, "target") ?? field(node, "ref") ?? op;
    addSymbolic(body, result.insn, result.symbol, symbolAt, line, at);
  }
}

/**
 * A statement with a symbolic operand. A name that is not bound (an error) still gives a statement, so that labels and
 * distances behind it stay right.
 */
function addSymbolic(
  body: Body,
  insn: Insn,
  symbol: SymbolOf,
  symbolAt: Place,
  line: SourceLine | undefined,
  at: Place,
): void {
  const { cx, statements } = body;
  switch (symbol.role) {
    case "jump": {
      const ref = { to: mentionLabel(body, symbol.name, symbolAt), addend: 0, at: symbolAt };
      body.jumps.push(ref);
      statements.push({ insn, ref, core: undefined, line, at });
      return;
    }
    case "call": {
      const callee = bindCall(cx, body.func, symbol.name, symbolAt);
      if (typeof callee === "number") {
        statements.push({
          insn: withFields(insn, { src: 0, imm: callee }),
          ref: undefined,
          core: undefined,
          line,
          at,
        });
      } else {
        // BPF_PSEUDO_CALL; object/ fills the distance in. -1 is what clang writes for an addend of 0.
        const ref = callee && { to: callee, addend: 0, at: symbolAt };
        statements.push({ insn: withFields(insn, { src: 1, imm: -1 }), ref, core: undefined, line, at });
      }
      return;
    }
    case "address": {
      const to = bindAddress(cx, symbol.name, symbol.addend, symbolAt);
      const ref = to && { to, addend: symbol.addend, at: symbolAt };
      statements.push({ insn, ref, core: undefined, line, at });
    }
  }
}

/** The label of that name, which may be defined further on. */
function mentionLabel(body: Body, name: string, at: Place): Label {
  let label = body.labels.get(name);
  if (label === undefined) {
    label = { kind: "label", name, index: -1, at };
    body.labels.set(name, label);
  }
  return label;
}

/** Puts a label before the next statement. The object is the one that jumps to it already hold. */
function defineLabel(body: Body, name: string, at: Place): void {
  const index = body.statements.length;
  const known = body.labels.get(name);
  if (known === undefined) {
    body.labels.set(name, { kind: "label", name, index, at });
  } else if (known.index < 0) {
    known.index = index;
    known.at = at;
  } else {
    const notes = [{ message: `"${name}" is defined here first`, at: known.at }];
    body.cx.log.error("ir/duplicate-label", at, { name }, { notes });
  }
}

/** Reports a jump to a label that the function never defines. */
function checkLabel(body: Body, ref: Ref): void {
  assert(ref.to.kind === "label", "jumps go to labels");
  if (ref.to.index >= 0) return;
  const { name } = ref.to;
  const defined = (): string[] => [...body.labels.values()].filter((l) => l.index >= 0).map((l) => l.name);
  const hint = suggest(body.cx, name, defined);
  body.cx.log.error("ir/unknown-label", ref.at, { name, function: body.func.name }, { hint });
}

/**
 * A source position that the author gives. It may leave out the file that the last one named, and the text of a line
 * that one before it showed; `undefined` after an error.
 */
function parseLoc(cx: Context, node: JsonObject): SourceLine | undefined {
  const { locs } = cx;
  locs.file = stringField(node, "file")?.value ?? locs.file;
  if (locs.file === undefined) {
    cx.log.error("ir/loc-without-file", firstCharacter(node), {});
    return undefined;
  }
  const line = Number(integerField(node, "line"));
  const key = `${locs.file}\0${line}`;
  const text = stringField(node, "text")?.value ?? locs.texts.get(key) ?? "";
  locs.texts.set(key, text);
  return { file: locs.file, line, column: Number(integerField(node, "column") ?? 0n), text };
}
