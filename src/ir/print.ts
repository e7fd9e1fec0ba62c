// Module -> the text of an IR document: the inverse of parse.ts. The text is canonical: the same Module gives the same
// text, whoever made it, and a change of one thing changes the lines of that thing.
//
// Left out is what the parser takes for granted: default names, prototypes, sections and alignments, forward
// declarations, typedefs like __u32, and the order of things where it is the listed one.

import { append, encodeUtf8, hexDigits, isZero, type Room } from "../base/index.js";
import { resolveType, sizeOf, type TypeId, type TypeTable } from "../btf/index.js";
import type { LocMemory } from "./context.js";
import { decodeValue, hexValue, readableText } from "./decode-value.js";
import { type JsonValue, jsonText, members, Tall, textSize } from "./json-text.js";
import type {
  DataVariable,
  Extern,
  ExternVariable,
  Func,
  MapVariable,
  Module,
  Tag,
  Variable,
} from "./module.js";
import { isConst } from "./parse-data.js";
import { paramKey } from "./parse-functions.js";
import { printCode } from "./print-code.js";
import { type PrintContext, printBinding, printContext, printSymbol } from "./print-context.js";
import { printMap } from "./print-maps.js";
import { declaredTypes, isExternVoid, printType, VOID } from "./print-types.js";
import { LICENSE_SECTION, TEXT_SECTION } from "./sections.js";
import { printTag, printTags } from "./tags.js";

export interface PrintOptions {
  /** Byte order of the target, as it was given to the parser or read from the object; `true` by default. */
  readonly little?: boolean;
  /** For the module of a stranger: where it runs out, the text is not whole, and who gave the room must look. */
  readonly room?: Room;
  /** Called where a type is nested so deep that its C is cut short: then the text does not say it. */
  readonly tooDeep?: () => void;
}

/** The IR of a module (docs/ir.md). `parseModule` makes a Module of it whose object is the same file. */
export function printModule(module: Module, options: PrintOptions = {}): string {
  const px = printContext(module, options.little ?? true, { room: options.room });
  const license = module.variables.find(
    (variable): variable is DataVariable => variable.kind === "data" && variable.section === LICENSE_SECTION,
  );
  const programs = module.functions.filter(isProgram);
  const functions = module.functions.filter((func) => !isProgram(func));
  const maps: MapVariable[] = [];
  const data: DataVariable[] = [];
  const externVariables: ExternVariable[] = [];
  for (const variable of module.variables) {
    if (variable.kind === "map") maps.push(variable);
    else if (variable.kind === "extern_variable") externVariables.push(variable);
    else if (variable !== license) data.push(variable);
  }
  const locs: LocMemory = { file: undefined, texts: new Map() };

  const externVoid = externVariables.some(isExternVoid) ? [`typedef void ${VOID};`] : [];
  const document = members([
    // Objects of the other byte order are what everybody has.
    ["target", px.little ? undefined : "bpfeb"],
    ["license", license === undefined ? null : printLicense(px, license)],
    ["types", list([...externVoid, ...printEach(px, declaredTypes(px), (id) => printType(px, id))])],
    ["maps", list(printEach(px, maps, (map) => printMap(px, map)))],
    ["data", list(printEach(px, data, (variable) => printData(px, variable)))],
    ["programs", list(printEach(px, programs, (func) => printFunction(px, func, locs)))],
    ["functions", list(printEach(px, functions, (func) => printFunction(px, func, locs)))],
    ["externs", list(printEach(px, [...module.externs, ...externVariables], (one) => printExtern(px, one)))],
    [
      "order",
      printOrder(
        px,
        [...programs, ...functions],
        [...maps, ...data, ...(license === undefined ? [] : [license]), ...externVariables],
      ),
    ],
    ["btf", module.btf],
  ]);
  if (px.c.wasCut) options.tooDeep?.();
  // What follows goes over every piece of the text several times.
  return px.room.left < 0 ? "" : jsonText(document);
}

/** Prints things as long as there is room. */
function printEach<T, J extends JsonValue>(
  px: PrintContext,
  things: readonly T[],
  print: (thing: T) => J,
): J[] {
  const printed: J[] = [];
  for (const thing of things) {
    if (px.room.left < 0) break;
    const before = px.room.left;
    const one = print(thing);
    // Code takes its room as it goes.
    px.room.left = Math.min(px.room.left, before - textSize(one));
    printed.push(one);
  }
  return printed;
}

/** An entry point; static functions of other sections are written as functions. */
function isProgram(func: Func): boolean {
  return func.section !== TEXT_SECTION && func.binding !== "local";
}

/** One line for each item; no key where there is none. */
function list(items: readonly JsonValue[]): Tall | undefined {
  return items.length === 0 ? undefined : new Tall(items);
}

/** A text alone, as long as nothing else about the variable is unusual. */
function printLicense(px: PrintContext, variable: DataVariable): JsonValue {
  const { type, bytes, align, binding, hidden, tags } = variable;
  const end = bytes.indexOf(0);
  const text = readableText(bytes.subarray(0, end < 0 ? bytes.length : end)) ?? "";
  const typeName = type === undefined ? "" : px.c.typeName(type);
  const usual = typeName === `char[${encodeUtf8(text).length + 1}]`;
  const license = members([
    ["name", px.names.get(variable) === "_license" ? undefined : px.names.get(variable)!],
    printSymbol(px, variable),
    ["value", text],
    ["type", usual ? undefined : typeName],
    ...printBinding(binding, hidden),
    ["align", type !== undefined && align === px.c.alignOf(type) ? undefined : align],
    ["tags", printTags(tags)],
  ]);
  return license.size === 1 ? text : license;
}

/** One item of "data"; also what differences between two modules are told by (report/diff.ts). */
export function printData(px: PrintContext, variable: DataVariable): Map<string, JsonValue> {
  const { section, type, bytes, align, binding, hidden, mergeable, tags } = variable;
  const addresses = new Map(variable.pointers.map(({ offset, ref }) => [offset, px.names.get(ref.to)!]));
  const size = oddSize(px, variable);
  const value =
    type === undefined
      ? untypedValue(px, bytes)
      : size === undefined
        ? decodeValue({ types: px.types, little: px.little, addresses, steps: px.steps }, type, bytes)
        : bytes.some((byte) => byte !== 0)
          ? hexValue(bytes)
          : undefined;
  const natural = type === undefined ? 1 : px.c.alignOf(type);
  return members([
    ["name", px.names.get(variable)!],
    ...(variable.private ? [] : [printSymbol(px, variable)]),
    ["section", section === defaultSection(px, variable) ? undefined : section],
    ["type", type === undefined ? undefined : px.c.typeName(type)],
    ["value", value],
    ...(variable.private ? ([["linkage", "private"]] as const) : printBinding(binding, hidden)),
    ["mergeable", mergeable ? true : undefined],
    ["size", size],
    ["align", align === natural ? undefined : align],
    ["tags", printTags(tags)],
  ]);
}

/** The bytes of a variable that has less than its type, whose rest the compiler dropped, or more than it can have. */
function oddSize({ types }: PrintContext, { type, bytes }: DataVariable): number | undefined {
  const size = type === undefined ? bytes.length : sizeOf(types, type);
  if (size === bytes.length) return undefined;
  // A flexible array at the end has as many elements as its value.
  return size !== undefined && bytes.length > size && hasOpenEnd(types, type!) ? undefined : bytes.length;
}

/** A struct that ends in a flexible array (C11 6.7.2.1, paragraph 18). */
function hasOpenEnd(types: TypeTable, id: TypeId): boolean {
  const composite = resolveType(types, id);
  const type = composite === 0 ? undefined : types.at(composite);
  const last = type?.kind === "struct" ? type.members.at(-1) : undefined;
  const end = last === undefined ? 0 : resolveType(types, last.type);
  const array = end === 0 ? undefined : types.at(end);
  return array?.kind === "array" && array.length === 0;
}

/** Where parse-data.ts puts a variable that names no section. */
function defaultSection({ types }: PrintContext, { private: isPrivate, type, bytes }: DataVariable): string {
  if (isPrivate || (type !== undefined && isConst(types, type))) return ".rodata";
  return isZero(bytes) ? ".bss" : ".data";
}

/** Text with its NUL, or bytes to the last one; where there is no room for them, none of them is spelled. */
function untypedValue({ room }: PrintContext, bytes: Uint8Array): JsonValue | undefined {
  if (3 * bytes.length > room.left) {
    room.left = -1;
    return undefined;
  }
  const text = bytes.indexOf(0) === bytes.length - 1 ? readableText(bytes.subarray(0, -1)) : undefined;
  if (text !== undefined && encodeUtf8(text).length === bytes.length - 1) return text;
  return bytes.at(-1) === 0 ? new Map([["hex", hexDigits(bytes, " ")]]) : hexValue(bytes);
}

/** One item of "programs" or "functions". */
function printFunction(px: PrintContext, func: Func, locs: LocMemory): JsonValue {
  const { code, jumpTables } = printCode(px, func, locs);
  return members([...printFunctionHead(px, func), ["code", code], ["jump_tables", jumpTables]]);
}

/** All of a function but its code. */
export function printFunctionHead(px: PrintContext, func: Func): Map<string, JsonValue> {
  const { section, binding, hidden, tags } = func;
  const name = px.names.get(func)!;
  const own = func.proto === undefined ? undefined : px.typeNames.own.get(func.proto);
  const proto = func.proto === undefined ? null : (own ?? px.c.prototype(func.proto, protoName(func)));
  return members([
    ["name", name],
    printSymbol(px, func),
    ["section", section === TEXT_SECTION ? undefined : section],
    ["proto", isProgram(func) && proto === `int ${protoName(func)}(void *ctx)` ? undefined : proto],
    // The linkage of a program is global or weak.
    ...printBinding(binding, hidden, isProgram(func)),
    ["btf_linkage", func.btfLinkage],
    ["tags", printTags(tags)],
    ["param_tags", printParamTags(px, func.proto, tags)],
  ]);
}

/** In a prototype stands a name of C, or none. */
function protoName({ name }: Func | Extern): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : "";
}

/** Tags of parameters by the name of the parameter, or its number where it has none. */
function printParamTags(
  px: PrintContext,
  proto: TypeId | undefined,
  tags: readonly Tag[],
): JsonValue | undefined {
  const type = proto === undefined ? undefined : px.types.at(proto);
  if (type?.kind !== "func_proto") return undefined;
  const byName = new Map<string, JsonValue[]>();
  for (const tag of tags) {
    const param = tag.component < 0 ? undefined : type.params[tag.component];
    if (param === undefined) continue;
    const key = paramKey(param, tag.component);
    append(byName, key, printTag(tag));
  }
  return byName.size === 0 ? undefined : byName;
}

/** One item of "externs". */
export function printExtern(px: PrintContext, extern: Extern): Map<string, JsonValue> {
  const { section, type, weak, hidden, tags } = extern;
  const function_ = extern.kind === "extern_function";
  const typeName = function_ ? undefined : px.c.typeName(type);
  return members([
    ["name", px.names.get(extern)!],
    printSymbol(px, extern),
    ["section", section === "" ? undefined : section],
    [
      "proto",
      function_ ? (px.typeNames.own.get(type) ?? px.c.prototype(type, protoName(extern))) : undefined,
    ],
    ["type", isExternVoid(extern) ? VOID : typeName === "const void" ? "void" : typeName],
    ["weak", weak ? true : undefined],
    ["hidden", hidden ? true : undefined],
    ["tags", printTags(tags)],
    ["param_tags", function_ ? printParamTags(px, type, tags) : undefined],
  ]);
}

/** Both lists whole, where they differ from the listed order. */
function printOrder(
  px: PrintContext,
  functions: readonly Func[],
  variables: readonly (Variable | ExternVariable)[],
): JsonValue | undefined {
  const { module, names } = px;
  const differs = (a: readonly unknown[], b: readonly unknown[]): boolean => a.some((one, i) => one !== b[i]);
  const order = members([
    [
      "functions",
      differs(functions, module.functions) ? module.functions.map((one) => names.get(one)!) : undefined,
    ],
    [
      "variables",
      differs(variables, module.variables) ? module.variables.map((one) => names.get(one)!) : undefined,
    ],
  ]);
  return order.size === 0 ? undefined : order;
}
