// "programs", "functions" and "externs" of the IR -> functions without their code, and externs. The code follows when
// all names are declared (parse-code.ts). Sources: libbpf (which sections hold what), the kernel's BTF checks
// (kernel/bpf/btf.c: every parameter of a function must be named), and the five argument registers of RFC 9669, 2.

import { assert, didYouMean, type JsonObject, type JsonString } from "../base/index.js";
import { type BtfType, btfName, type Prototype, resolveType, sizeOf, type TypeId } from "../btf/index.js";
import { type Context, checkName, declare, namesOf, suggest } from "./context.js";
import { booleanField, field, objectField, stringField } from "./fields.js";
import { bindingOf } from "./linkage.js";
import type { Extern, Func, JumpTable, Tag } from "./module.js";
import {
  checkProgramSection,
  holdsSubprograms,
  isDataSection,
  TEXT_SECTION,
  whyNoCode,
  whyNoData,
} from "./sections.js";
import { tagsOf } from "./tags.js";
import { impliedProto, impliedType, isOwnName, parseProto, parseType } from "./type-names.js";

/** r1 to r5. */
const MAX_PARAMETERS = 5;

type FuncProto = Extract<BtfType, { kind: "func_proto" }>;

/** Declares a program (an entry point) or a subprogram; its body is still empty. */
export function declareFunction(cx: Context, node: JsonObject, what: "program" | "function"): Func {
  const nameNode = stringField(node, "name");
  assert(nameNode !== undefined, "the name of a function was validated");
  const { name, symbol } = namesOf(cx, nameNode, stringField(node, "symbol"));
  const sectionNode = stringField(node, "section");
  if (sectionNode !== undefined) checkSection(cx, sectionNode, name, what);
  const untyped = field(node, "proto")?.json === "null";
  const protoNode = untyped ? undefined : stringField(node, "proto");
  const linkage = stringField(node, "linkage");
  const holder = linkage?.value === "static" ? "static" : "global";
  const proto = protoNode === undefined ? undefined : prototype(cx, protoNode, name, holder);
  if (protoNode !== undefined && proto !== undefined) checkParameterNames(cx, protoNode, proto, name);
  const type = untyped ? undefined : (proto?.type ?? defaultProto(cx));
  const section = sectionNode?.value ?? TEXT_SECTION;
  if (linkage?.value === "static" && !holdsSubprograms(section)) {
    cx.log.warn("ir/static-program", linkage, { name, section });
  }
  const func: Func = {
    kind: "func",
    name: symbol,
    section,
    ...bindingOf(linkage?.value, booleanField(node, "hidden")),
    btfLinkage: stringField(node, "btf_linkage")?.value as Func["btfLinkage"],
    proto: type,
    tags: protoNode !== undefined && proto === undefined ? [] : tagsOfFunction(cx, node, name, type, proto),
    body: [],
    jumpTables: declareJumpTables(cx, node),
    at: nameNode,
  };
  return declare(cx, func, name);
}

/** Their targets are labels, which are known when the code is. */
function declareJumpTables(cx: Context, node: JsonObject): JumpTable[] {
  const tables = objectField(node, "jump_tables");
  return [...(tables?.members.values() ?? [])].map(({ key, at, value }) => {
    checkName(cx, key, at);
    if (value.json === "array" && value.items.length === 0) {
      cx.log.error("ir/empty-jump-table", value, { name: key });
    }
    return declare<JumpTable>(cx, { kind: "jump_table", name: key, targets: [], at });
  });
}

/** An entry point needs a section that says its type; ".text" and data sections mean other things to loaders. */
function checkSection(cx: Context, node: JsonString, name: string, what: "program" | "function"): void {
  const section = node.value;
  const hint = whyNoCode(section);
  if (hint !== undefined) {
    cx.log.error("ir/code-section", node, { section, name }, { hint });
  } else if (section !== TEXT_SECTION) {
    checkProgramSection(node, cx.log);
  } else if (what === "program") {
    cx.log.error(
      "ir/program-in-text",
      node,
      { name },
      { hint: 'subprograms are declared under "functions"' },
    );
  }
}

/** `int NAME(void *ctx)`: what every program may look like to the kernel. */
function defaultProto(cx: Context): TypeId {
  return impliedProto(cx, "int (void *ctx)");
}

/**
 * A function prototype that BPF can call, with r1 to r5 and no stack for more; `undefined` after an error. A compiler
 * may leave out arguments of a static function, and a kfunc with `...` may be called without any: clang does both. Who
 * gives the prototype as a record knows what BTF shall say.
 */
function prototype(
  cx: Context,
  node: JsonString,
  name: string,
  holder: "global" | "static" | "extern",
): Prototype | undefined {
  const proto = parseProto(cx, node);
  if (proto === undefined) return undefined;
  if (proto.name !== "" && proto.name !== name && proto.name !== btfName(name)) {
    const hint = "the name in a prototype may be left out";
    cx.log.error("ir/proto-name", node, { found: proto.name, name }, { hint });
  }
  const { params } = protoAt(cx, proto.type);
  const last = params.at(-1);
  const own = isOwnName(node);
  if (last !== undefined && last.type === 0 && last.name === "" && holder !== "extern") {
    report(cx, own, "ir/variadic", node, { name, count: params.length });
    if (!own) return undefined;
  }
  if (params.length > MAX_PARAMETERS) {
    const lax = own || holder === "static";
    report(cx, lax, "ir/too-many-parameters", node, { name, count: params.length });
    if (!lax) return undefined;
  }
  return proto;
}

/** A function that is defined here is a FUNC of BTF, for which the kernel wants every parameter named. */
function checkParameterNames(cx: Context, node: JsonString, proto: Prototype, name: string): void {
  for (const [index, param] of protoAt(cx, proto.type).params.entries()) {
    if (param.name !== "") continue;
    if (isOwnName(node)) {
      cx.log.warn("ir/unnamed-parameter", node, { index: index + 1, name });
      continue;
    }
    const hint = "write a name behind each type";
    cx.log.error("ir/unnamed-parameter", node, { index: index + 1, name }, { hint });
  }
}

/** A warning where the author asked for exactly that, or BTF alone is at stake; else an error. */
function report(
  cx: Context,
  lax: boolean,
  code: "ir/variadic" | "ir/too-many-parameters",
  node: JsonString,
  args: { readonly name: string; readonly count: number },
): void {
  if (lax) cx.log.warn(code, node, args);
  else cx.log.error(code, node, args);
}

/** The record of a prototype. */
function protoAt(cx: Context, id: TypeId): FuncProto {
  const type = cx.scope.types.at(id);
  assert(type.kind === "func_proto", "a prototype is a func_proto");
  return type;
}

/**
 * Tags of the parameters in their order, then those of the function: the order in which clang writes them. Those in
 * the prototype come before those in "tags" and "param_tags".
 */
function tagsOfFunction(
  cx: Context,
  node: JsonObject,
  name: string,
  type: TypeId | undefined,
  proto: Prototype | undefined,
): Tag[] {
  const params = type === undefined ? [] : protoAt(cx, type).params;
  const byParam = objectField(node, "param_tags");
  const keys = params.map(paramKey);
  for (const { key, at } of byParam?.members.values() ?? []) {
    if (keys.includes(key)) continue;
    const hint = suggest(cx, key, () => keys);
    cx.log.error("ir/unknown-parameter", at, { name, parameter: key }, { hint });
  }
  const tags: Tag[] = [];
  for (const [component, key] of keys.entries()) {
    tags.push(...(proto?.paramTags.filter((tag) => tag.component === component) ?? []));
    if (byParam !== undefined) tags.push(...tagsOf(byParam, key, component));
  }
  for (const value of proto?.tags ?? []) tags.push({ value, component: -1 });
  return [...tags, ...tagsOf(node, "tags", -1)];
}

/** What "param_tags" calls a parameter: its name, or its number from 1 where a declaration gives it none. */
export function paramKey({ name }: { readonly name: string }, index: number): string {
  return name === "" ? String(index + 1) : name;
}

/** Declares a name that the kernel or another input defines. */
export function declareExtern(cx: Context, node: JsonObject): Extern {
  const nameNode = stringField(node, "name");
  assert(nameNode !== undefined, "the name of an extern was validated");
  const { name, symbol } = namesOf(cx, nameNode, stringField(node, "symbol"));
  const protoNode = stringField(node, "proto");
  const typeNode = stringField(node, "type");
  const sectionNode = stringField(node, "section");
  const section = sectionNode?.value ?? "";
  if (sectionNode !== undefined) checkExternSection(cx, sectionNode, name, protoNode !== undefined);
  const proto = protoNode === undefined ? undefined : prototype(cx, protoNode, name, "extern");
  const type = typeNode === undefined ? undefined : parseType(cx, typeNode);
  const extern: Extern = {
    kind: protoNode === undefined ? "extern_variable" : "extern_function",
    name: symbol,
    section,
    weak: booleanField(node, "weak"),
    hidden: booleanField(node, "hidden"),
    // C has no variable of type void; what the kernel's headers declare is `extern const void`.
    type: proto?.signature ?? (type === undefined || isVoid(typeNode) ? impliedType(cx, "const void") : type),
    tags:
      protoNode !== undefined && proto === undefined
        ? []
        : tagsOfFunction(cx, node, name, proto?.type, proto),
    at: nameNode,
  };
  if (section === ".kconfig") checkKconfig(cx, node, extern);
  return declare(cx, extern, name);
}

/** Names of the kernel, or the section in which another input defines the name. */
function checkExternSection(cx: Context, node: JsonString, name: string, isFunction: boolean): void {
  const section = node.value;
  if (OF_EXTERNS.includes(section)) return;
  const data = isDataSection(section);
  const hint = data ? "" : didYouMean(section, OF_EXTERNS);
  const possible = isFunction ? whyNoCode(section) === undefined : whyNoData(section) === undefined;
  if (!possible || hint !== "") cx.log.error("ir/extern-section", node, { name, section }, { hint });
  else if (!isFunction && !data) cx.log.warn("ir/odd-section", node, { section });
}

/** Where libbpf looks for externs, and `.maps` for those that another input defines (libbpf, bpf_object__collect_externs). */
const OF_EXTERNS: readonly string[] = [".ksyms", ".kconfig", ".maps"];

/** The word itself. What stands for void under another name is `extern void`, which clang takes, too. */
function isVoid(node: JsonString | undefined): boolean {
  return node?.value.trim() === "void";
}

/** libbpf writes the value of a setting into the variable: only some types can hold one. */
function checkKconfig(cx: Context, node: JsonObject, extern: Extern): void {
  const { name } = extern;
  const typeNode = stringField(node, "type");
  const written = typeNode?.value ?? stringField(node, "proto")?.value ?? "";
  if (typeNode === undefined ? extern.kind === "extern_function" : !isKconfigType(cx, extern.type)) {
    const hint = "use an integer, bool, char, char[N] or enum libbpf_tristate";
    cx.log.error(
      "ir/kconfig-type",
      typeNode ?? field(node, "proto") ?? node,
      { name, type: written },
      { hint },
    );
  }
  const weak = field(node, "weak");
  if (extern.weak && weak !== undefined) cx.log.warn("ir/kconfig-weak", weak, { name });
}

/** What libbpf takes for a setting (find_kcfg_type): y/n/m, a number, or text. */
function isKconfigType(cx: Context, id: TypeId): boolean {
  const { types } = cx.scope;
  const resolved = resolveType(types, id);
  if (resolved === 0) return false;
  const type = types.at(resolved);
  switch (type.kind) {
    case "int":
      return type.size <= 8;
    case "enum":
      return type.name === "libbpf_tristate";
    case "array":
      return sizeOf(types, type.element) === 1;
    default:
      return false;
  }
}
