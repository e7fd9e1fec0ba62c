// C spellings in the IR -> type ids. The C parser is btf/'s; this file only carries its errors back to the place in
// the document where the text stands.

import { assert, type Code, type JsonString, type Log, placeInString } from "../base/index.js";
import { parseTypeName, type TypeId } from "../btf/index.js";
import type { Context } from "./context.js";

/** What btf/ says is wrong with a text. */
interface TextError {
  readonly code: Code;
  readonly args: Readonly<Record<string, string | number | bigint>>;
  readonly start: number;
  readonly length: number;
  readonly hint: string;
}

/** The type that a string of the IR names; `undefined` after an error. */
export function parseType(cx: Context, node: JsonString): TypeId | undefined {
  const result = parseTypeName(cx.scope, node.value);
  if (result.error === undefined) return result.type;
  report(cx.log, node, result.error);
  return undefined;
}

/** A type that the parser itself spells. */
export function parseTypeText(cx: Context, text: string): TypeId {
  const result = parseTypeName(cx.scope, text);
  assert(result.error === undefined, `"${text}" must be a type`);
  return result.type;
}

export function report(log: Log, node: JsonString, error: TextError): void {
  log.error(error.code, placeInString(node, error.start, error.length), error.args, { hint: error.hint });
}
