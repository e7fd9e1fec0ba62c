// One IR document -> Module: form first, then types, then all names, then what refers to them. Each phase reports all
// that it finds; a document whose form is wrong is not looked at further, because everything else would be guessed.

import { type JsonObject, type Log, parseJson, type SourceText } from "../base/index.js";
import { TypeScope } from "../btf/index.js";
import { bindFunctionAddress } from "./bind.js";
import {
  checkArena,
  checkExceptionCallbacks,
  checkExterns,
  checkFunction,
  checkMapOrder,
  checkNames,
  checkSections,
} from "./check.js";
import { type Context, suggest } from "./context.js";
import { field, objectField, objectsField, stringField, stringsField } from "./fields.js";
import type { BtfLayout, Extern, ExternVariable, Func, Module, Variable } from "./module.js";
import { parseCode } from "./parse-code.js";
import { declareData, declareLicense } from "./parse-data.js";
import { declareExtern, declareFunction } from "./parse-functions.js";
import { bindMap, declareMap } from "./parse-maps.js";
import { parseTypes } from "./parse-types.js";
import { validateDocument } from "./validate.js";

export interface ParseOptions {
  /** Byte order of the target, in which data is encoded; by default that of the document, or else little. */
  readonly little?: boolean | undefined;
  /** Without source positions of the author, line info points at the IR file. */
  readonly lineInfo?: boolean;
}

/**
 * Reads a document (docs/ir.md). User errors and warnings go to the log; the Module is good only where no error was
 * added, and `undefined` where the text is not even a document of the right form.
 */
export function parseModule(source: SourceText, log: Log, options: ParseOptions = {}): Module | undefined {
  const errors = log.errorCount;
  const root = parseJson(source, log);
  if (root === undefined) return undefined;
  validateDocument(root, log);
  if (log.errorCount > errors || root.json !== "object") return undefined;

  const target = stringField(root, "target")?.value;
  const own = target === undefined ? undefined : target === "bpfel";
  const scope = new TypeScope();
  const cx: Context = {
    log,
    scope,
    typesFailed: !parseTypes(scope, root, log),
    things: new Map(),
    symbols: new Map(),
    little: options.little ?? own ?? true,
    mapStructs: new Map(),
    dataSize: { value: 0 },
    instructions: { value: 0 },
    ownFile: options.lineInfo === false ? undefined : baseName(source.name),
    locs: { file: undefined, texts: new Map() },
    addresses: [],
  };
  return { ...parseThings(cx, root), little: own };
}

/**
 * Declares all things and then binds what refers to them: a map may hold a program that uses that very map, so no
 * order of declaration would do.
 */
function parseThings(cx: Context, root: JsonObject): Module {
  const mapNodes = objectsField(root, "maps");
  const codeNodes = [...objectsField(root, "programs"), ...objectsField(root, "functions")];
  // Declared: every name is known, and nothing looks one up.
  const maps = mapNodes.map((node) => declareMap(cx, node));
  const data = objectsField(root, "data").map((node) => declareData(cx, node));
  const license = declareLicense(cx, field(root, "license")!);
  const functions = [
    ...objectsField(root, "programs").map((node) => declareFunction(cx, node, "program")),
    ...objectsField(root, "functions").map((node) => declareFunction(cx, node, "function")),
  ];
  const externs = objectsField(root, "externs").map((node) => declareExtern(cx, node));

  // Bound: names become things.
  for (const [i, map] of maps.entries()) bindMap(cx, mapNodes[i]!, map);
  for (const { pointers, offset, name } of cx.addresses) {
    const to = bindFunctionAddress(cx, name);
    if (to !== undefined) pointers.push({ offset, ref: { to, addend: 0, at: name } });
  }
  for (const [i, func] of functions.entries()) bindFunction(cx, codeNodes[i]!, func);

  const order = objectField(root, "order");
  const isVariable = (extern: Extern): extern is ExternVariable => extern.kind === "extern_variable";
  const variables = [
    ...maps,
    ...data,
    ...(license === undefined ? [] : [license]),
    ...externs.filter(isVariable),
  ];
  const module: Module = {
    types: cx.scope.types,
    functions: order === undefined ? functions : reorder(cx, order, "functions", functions),
    variables: order === undefined ? variables : reorder(cx, order, "variables", variables),
    externs: externs.filter((extern) => extern.kind === "extern_function"),
    btf: stringField(root, "btf")?.value as BtfLayout | undefined, // one of the words of the schema
    at: root,
  };
  // The rest of checkModule was held on the way: unique names by declare(), code by bindFunction().
  checkNames(module, cx.log);
  checkSections(module, cx.log);
  checkArena(module, cx.log);
  checkMapOrder(module, cx.log);
  checkExceptionCallbacks(module, cx.log);
  checkExterns(module, cx.log);
  return module;
}

/** Code with an error is not checked further: half of it would be reported for what is missing. */
function bindFunction(cx: Context, node: JsonObject, func: Func): void {
  const errors = cx.log.errorCount;
  parseCode(cx, func, field(node, "code")!, objectField(node, "jump_tables"));
  if (cx.log.errorCount === errors) checkFunction(func, cx.log);
}

/** The things that the list names, in its order, and behind them the others in theirs. */
function reorder<T extends Func | Variable | ExternVariable>(
  cx: Context,
  order: JsonObject,
  key: "functions" | "variables",
  things: readonly T[],
): readonly T[] {
  const listed = new Set<unknown>(things);
  const byName = new Map<string, T>();
  for (const [name, thing] of cx.things) if (listed.has(thing)) byName.set(name, thing as T);
  const ordered = new Set<T>();
  for (const node of stringsField(order, key)) {
    const thing = byName.get(node.value);
    if (thing === undefined) {
      const hint = suggest(cx, node.value, () => byName.keys());
      cx.log.error("ir/unknown-in-order", node, { name: node.value, what: key }, { hint });
    } else if (ordered.has(thing)) {
      cx.log.error("ir/twice-in-order", node, { name: node.value });
    } else {
      ordered.add(thing);
    }
  }
  for (const thing of things) ordered.add(thing);
  return [...ordered];
}

/** No path of the machine goes into the output: only the last part of a file's name does. */
function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}
