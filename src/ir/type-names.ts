// C spellings in the IR -> type ids. The C parser is btf/'s; this file only carries its errors back to the place in
// the document where the text stands.

import { assert, type JsonString, type Log, placeInString } from "../base/index.js";
import { type CError, type Prototype, parsePrototype, parseTypeName, type TypeId } from "../btf/index.js";
import type { Context } from "./context.js";

/** The type that a string of the IR names; `undefined` after an error. */
export function parseType(cx: Context, node: JsonString): TypeId | undefined {
  const result = parseTypeName(cx.scope, node.value);
  if (typeof result === "number") return result;
  reportUse(cx, node, result);
  return undefined;
}

/** Whether the text is nothing but the id of a type that is given as a record. */
export function isOwnName(node: JsonString): boolean {
  return /^\$[\p{XID_Continue}$]+$/u.test(node.value);
}

/** The prototype that a string of the IR spells, or that a record is; `undefined` after an error. */
export function parseProto(cx: Context, node: JsonString): Prototype | undefined {
  const own = isOwnName(node) ? cx.scope.typedefs.get(node.value) : undefined;
  if (own !== undefined && own !== 0 && cx.scope.types.at(own).kind === "func_proto") {
    return { name: "", type: own, signature: own, paramTags: [], tags: [] };
  }
  const result = parsePrototype(cx.scope, node.value);
  if (!("code" in result)) return result;
  reportUse(cx, node, result);
  return undefined;
}

/** A type that the IR implies where the author says nothing. */
export function impliedType(cx: Context, text: string): TypeId {
  const result = parseTypeName(cx.scope, text);
  assert(typeof result === "number", `"${text}" must be a type`);
  return result;
}

/** A prototype that the IR implies. */
export function impliedProto(cx: Context, text: string): TypeId {
  const result = parsePrototype(cx.scope, text);
  assert(!("code" in result), `"${text}" must be a prototype`);
  return result.type;
}

/** What has no size cannot be stored; not said where a declaration that failed may be the reason. */
export function reportNoSize(cx: Context, node: JsonString, what: string): void {
  if (!cx.typesFailed) cx.log.error("ir/no-size", node, { type: node.value, what });
}

/** A name that is unknown because its declaration is wrong was reported there. */
function reportUse(cx: Context, node: JsonString, error: CError): void {
  if (!(cx.typesFailed && error.code === "btf/c-unknown-type")) reportC(cx.log, node, error);
}

/** Puts an error of the C parser at its place inside the string. */
export function reportC(log: Log, node: JsonString, error: CError): void {
  log.error(error.code, placeInString(node, error.start, error.length), error.args, {
    hint: () => error.hint,
  });
}
