// The body of a function -> the entries of "code": one instruction a line, labels on lines of their own, source
// positions and CO-RE relocations as objects. The inverse of parse-code.ts and parse-core.ts.

import { formOf, helperName, type Insn, parseLine, printInsn, withFields } from "../asm/index.js";
import { append, uniqueNames } from "../base/index.js";
import { CORE_KINDS, coreKindName, printCoreAccess } from "../btf/index.js";
import type { LocMemory } from "./context.js";
import { flatText, type JsonValue, members, Tall, textSize } from "./json-text.js";
import type { CoreAccess, Func, Label, Ref, SourceLine, Statement } from "./module.js";
import { isFilled } from "./parse-core.js";
import type { PrintContext } from "./print-context.js";

/** What a function says behind its head. */
export interface PrintedCode {
  readonly code: Tall;
  readonly jumpTables: Map<string, JsonValue> | undefined;
}

/** What says of a whole function that its source is not known; without any `loc` it would point at the IR file. */
const NOWHERE: SourceLine = { file: "", line: 0, column: 0, text: "" };

/** The keys "code" and "jump_tables". `locs` goes from one function to the next, as the parser does. */
export function printCode(px: PrintContext, func: Func, locs: LocMemory): PrintedCode {
  const labels = nameLabels(func);
  const entries: JsonValue[] = [];
  const nowhere = func.proto !== undefined && func.body.every(({ line }) => line === undefined);
  for (const [index, statement] of func.body.entries()) {
    if (px.room.left < 0) break;
    for (const name of labels.byIndex.get(index) ?? []) entries.push(`${name}:`);
    const line = statement.line ?? (nowhere && index === 0 ? NOWHERE : undefined);
    if (line !== undefined) {
      // The text is printed once for a line, but looked at for each instruction of it.
      px.room.left -= line.file.length;
      entries.push(members([["loc", printLoc(line, locs)]]));
    }
    entries.push(printWithin(px, statement, labels.of));
  }
  const tables = func.jumpTables.map(({ name, targets }): [string, JsonValue] => [
    name,
    targets.map((label) => labels.of.get(label)!),
  ]);
  return { code: new Tall(entries, true), jumpTables: tables.length === 0 ? undefined : new Map(tables) };
}

/** Each statement on one line, with labels named as the caller likes: for readers that compare code. */
export function statementTexts(px: PrintContext, func: Func, labelName: (label: Label) => string): string[] {
  const labels = new Map<Label, string>();
  for (const { ref } of func.body) if (ref?.to.kind === "label") labels.set(ref.to, labelName(ref.to));
  return func.body.map((statement) => {
    const printed = printWithin(px, statement, labels);
    return typeof printed === "string" ? printed : (flatText(printed) ?? "");
  });
}

/** Prints a statement, if there is room. */
function printWithin(px: PrintContext, statement: Statement, labels: LabelNames["of"]): JsonValue {
  if (px.room.left < 0) return "";
  const printed = printStatement(px, statement, labels);
  px.room.left -= textSize(printed);
  return printed;
}

/** Names of labels, by label and by the instruction that they stand before. */
interface LabelNames {
  readonly of: ReadonlyMap<Label, string>;
  readonly byIndex: ReadonlyMap<number, readonly string[]>;
}

/** Names of all labels that something mentions: their own, where each is one and only one has it. */
function nameLabels(func: Func): LabelNames {
  const found = new Set<Label>();
  for (const { ref } of func.body) if (ref?.to.kind === "label") found.add(ref.to);
  for (const table of func.jumpTables) for (const label of table.targets) found.add(label);
  const inOrder = [...found].sort((a, b) => a.index - b.index);
  const unique = uniqueNames(new Set<string>(), (base, count) => `${base}_${count}`);
  const of = new Map<Label, string>();
  const byIndex = new Map<number, string[]>();
  for (const label of inOrder) {
    const name = unique(isLabel(label.name) ? label.name : "L");
    of.set(label, name);
    append(byIndex, label.index, name);
  }
  return { of, byIndex };
}

/** Registers and keywords are none. */
function isLabel(name: string): boolean {
  const parsed = parseLine(`${name}:`);
  return parsed.error === undefined && parsed.labels.length === 1 && parsed.labels[0]!.name === name;
}

/** A source position; the parser fills in what the ones before it said. */
function printLoc({ file, line, column, text }: SourceLine, locs: LocMemory): JsonValue {
  const key = `${file}\0${line}`;
  const known = locs.texts.get(key) ?? "";
  const loc = members([
    ["file", file === locs.file ? undefined : file],
    ["line", line],
    ["column", column === 0 ? undefined : column],
    ["text", text === known ? undefined : text],
  ]);
  locs.file = file;
  locs.texts.set(key, text);
  return loc;
}

/** An instruction as text where text says all of it, else as an object. */
function printStatement(px: PrintContext, statement: Statement, labels: LabelNames["of"]): JsonValue {
  const { insn, ref, core } = statement;
  if (core !== undefined) {
    return members([
      ["insn", printInsn(isTypeId(core) ? withFields(insn, { imm: 0, high: 0 }) : insn)],
      ["core", printCore(px, insn, core)],
    ]);
  }
  if (ref === undefined) return printInsn(insn, helperOf(px, insn));
  const name = ref.to.kind === "label" ? labels.get(ref.to)! : px.names.get(ref.to)!;
  return printSymbolic(insn, ref, name);
}

/** A helper by its name, unless something of the module has that name. */
function helperOf(px: PrintContext, insn: Insn): string | undefined {
  const form = formOf(insn);
  if (form?.kind !== "call" || form.callee !== "helper") return undefined;
  const name = helperName(insn.imm);
  return name === undefined || px.usedNames.has(name) ? undefined : name;
}

/** As text; as data where the name would be read as something else (a register, say). */
function printSymbolic(insn: Insn, ref: Ref, name: string): JsonValue {
  const addend = ref.addend === 0 ? "" : ref.addend < 0 ? ` - ${-ref.addend}` : ` + ${ref.addend}`;
  const text = printInsn(insn, name + addend);
  const parsed = parseLine(text);
  if (parsed.error === undefined && parsed.symbol?.name === name && parsed.symbol.addend === ref.addend) {
    return text;
  }
  const form = formOf(insn)!;
  const letter = "width" in form && form.width === 32 ? "w" : "r";
  const jump = form.kind === "jump";
  return members([
    ["op", form.op],
    ["dst", jump || form.kind === "ld_imm64" ? `${letter}${insn.dst}` : undefined],
    ["src", jump && form.operand === "reg" ? `${letter}${insn.src}` : undefined],
    ["imm", jump && form.operand === "imm" ? insn.imm : undefined],
    [ref.to.kind === "label" ? "target" : "ref", name],
    ["addend", ref.addend === 0 ? undefined : ref.addend],
  ]);
}

/** The id of a type in .BTF is known only when .BTF is made. */
function isTypeId(core: CoreAccess): boolean {
  return core.kind === CORE_KINDS.type_id_local || core.kind === CORE_KINDS.type_id_target;
}

/** A relocation; the operand is left to the parser where it would fill in the same. */
function printCore(px: PrintContext, insn: Insn, core: CoreAccess): JsonValue {
  const kind = coreKindName(core.kind)!;
  const filled = isTypeId(core) || isFilled(px.layout, px.little, insn, core);
  return members([
    ["kind", kind],
    ["type", px.c.typeName(core.type)],
    ["access", printCoreAccess(px.layout, kind, core.type, core.access)],
    ["as_given", filled ? undefined : true],
  ]);
}
