// "programs", "functions" and "externs" of the IR -> functions without their code, and externs. The code follows when
// all names are declared (parse-code.ts). Sources: libbpf (which sections hold what), the kernel's BTF checks
// (kernel/bpf/btf.c: every parameter of a function must be named), and the five argument registers of RFC 9669, 2.

import { assert, type JsonObject, type JsonString } from "../base/index.js";
import { type BtfType, parsePrototype, resolveType, sizeOf, type TypeId } from "../btf/index.js";
import { type Context, declare, nameOf, suggest } from "./context.js";
import { booleanField, field, objectField, stringField, stringsField } from "./fields.js";
import { bindingOf } from "./linkage.js";
import type { Extern, Func, Tag } from "./module.js";
import { checkProgramSection, TEXT_SECTION, whyNoCode } from "./sections.js";
import { parseType, report } from "./type-names.js";

/** r1 to r5. */
const MAX_PARAMETERS = 5;

type Prototype = Extract<BtfType, { kind: "func_proto" }>;

/** Declares a program (an entry point) or a subprogram; its body is still empty. */
export function declareFunction(cx: Context, node: JsonObject, what: "program" | "function"): Func {
  const nameNode = stringField(node, "name");
  assert(nameNode !== undefined, "the name of a function was validated");
  const name = nameOf(cx, nameNode);
  const sectionNode = stringField(node, "section");
  if (sectionNode !== undefined) checkSection(cx, sectionNode, name, what);
  const protoNode = stringField(node, "proto");
  const proto = protoNode === undefined ? defaultProto(cx) : functionProto(cx, protoNode, name);
  const func: Func = {
    kind: "func",
    name,
    section: sectionNode?.value ?? TEXT_SECTION,
    ...bindingOf(stringField(node, "linkage")?.value),
    proto: proto ?? defaultProto(cx),
    tags: proto === undefined ? [] : tagsOf(cx, node, name, proto),
    body: [],
    at: nameNode,
  };
  return declare(cx, func);
}

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
  const result = parsePrototype(cx.scope, "int (void *ctx)");
  assert(result.error === undefined, "the default prototype must be C");
  return result.type;
}

/** The prototype of a function that this module defines. */
function functionProto(cx: Context, node: JsonString, name: string): TypeId | undefined {
  const proto = prototype(cx, node, name);
  if (proto === undefined) return undefined;
  for (const [index, param] of protoAt(cx, proto).params.entries()) {
    if (param.name !== "") continue;
    const hint = "write a name behind each type";
    cx.log.error("ir/unnamed-parameter", node, { index: index + 1, name }, { hint });
  }
  return proto;
}

/** A func_proto that BPF can call. */
function prototype(cx: Context, node: JsonString, name: string): TypeId | undefined {
  const result = parsePrototype(cx.scope, node.value);
  if (result.error !== undefined) {
    report(cx.log, node, result.error);
    return undefined;
  }
  if (result.name !== "" && result.name !== name) {
    cx.log.error(
      "ir/proto-name",
      node,
      { found: result.name, name },
      { hint: "the name in a prototype may be left out" },
    );
  }
  const { params } = protoAt(cx, result.type);
  const last = params.at(-1);
  if (last !== undefined && last.type === 0 && last.name === "") {
    cx.log.error("ir/variadic", node, { name });
    return undefined;
  }
  if (params.length > MAX_PARAMETERS) {
    cx.log.error("ir/too-many-parameters", node, { name, count: params.length });
    return undefined;
  }
  return result.type;
}

function protoAt(cx: Context, id: TypeId): Prototype {
  const type = cx.scope.types.at(id);
  assert(type.kind === "func_proto", "a prototype is a func_proto");
  return type;
}

/** Tags of the parameters in their order, then those of the function: the order in which clang writes them. */
function tagsOf(cx: Context, node: JsonObject, name: string, proto: TypeId): Tag[] {
  const tags: Tag[] = [];
  const byParam = objectField(node, "param_tags");
  if (byParam !== undefined) {
    const { params } = protoAt(cx, proto);
    for (const { key, at } of byParam.members.values()) {
      if (params.some((param) => param.name === key)) continue;
      const hint = suggest(cx, key, () => params.map((param) => param.name));
      cx.log.error("ir/unknown-parameter", at, { name, parameter: key }, { hint });
    }
    for (const [component, param] of params.entries()) {
      for (const { value } of stringsField(byParam, param.name)) tags.push({ value, component });
    }
  }
  for (const { value } of stringsField(node, "tags")) tags.push({ value, component: -1 });
  return tags;
}

/** Declares a name that the kernel or another input defines. */
export function declareExtern(cx: Context, node: JsonObject): Extern {
  const nameNode = stringField(node, "name");
  assert(nameNode !== undefined, "the name of an extern was validated");
  const name = nameOf(cx, nameNode);
  const protoNode = stringField(node, "proto");
  const typeNode = stringField(node, "type");
  if ((protoNode === undefined) === (typeNode === undefined)) {
    cx.log.error("ir/extern-type", nameNode, { name });
  }
  const section = stringField(node, "section")?.value ?? "";
  const proto = protoNode === undefined ? undefined : prototype(cx, protoNode, name);
  const type = typeNode === undefined ? undefined : parseType(cx, typeNode);
  const extern: Extern = {
    kind: "extern",
    name,
    section,
    weak: booleanField(node, "weak"),
    hidden: booleanField(node, "hidden"),
    type: proto ?? type ?? 0,
    function: protoNode !== undefined,
    tags: stringsField(node, "tags").map(({ value }) => ({ value, component: -1 })),
    at: nameNode,
  };
  if (section === ".kconfig") checkKconfig(cx, node, extern);
  return declare(cx, extern);
}

/** libbpf writes the value of a setting into the variable: only some types can hold one. */
function checkKconfig(cx: Context, node: JsonObject, extern: Extern): void {
  const { name } = extern;
  const typeNode = stringField(node, "type");
  const written = typeNode?.value ?? stringField(node, "proto")?.value ?? "";
  if (typeNode === undefined ? extern.function : !isKconfigType(cx, extern.type)) {
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
