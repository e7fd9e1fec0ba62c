// Typed access to the keys of a validated object (validate.ts): a key is there with its type, or is not there.

import { assert, type JsonNode, type JsonObject, type JsonString } from "../base/index.js";

/** The node of a key; `undefined` where it is not given. */
export function field(object: JsonObject, key: string): JsonNode | undefined {
  return object.get(key);
}

/** `undefined` where the key is not given; so in all of these but lists and booleans. */
export function stringField(object: JsonObject, key: string): JsonString | undefined {
  const node = field(object, key);
  if (node === undefined) return undefined;
  assert(node.json === "string", `"${key}" was validated as a string`);
  return node;
}

/** The object of a key. */
export function objectField(object: JsonObject, key: string): JsonObject | undefined {
  const node = field(object, key);
  if (node === undefined) return undefined;
  assert(node.json === "object", `"${key}" was validated as an object`);
  return node;
}

/** The elements of a list; none where the key is not given. */
export function listField(object: JsonObject, key: string): readonly JsonNode[] {
  const node = field(object, key);
  if (node === undefined) return [];
  assert(node.json === "array", `"${key}" was validated as a list`);
  return node.items;
}

/** The elements of a list of objects. */
export function objectsField(object: JsonObject, key: string): readonly JsonObject[] {
  return listField(object, key).map((node) => {
    assert(node.json === "object", `the elements of "${key}" were validated as objects`);
    return node;
  });
}

/** The elements of a list of strings. */
export function stringsField(object: JsonObject, key: string): readonly JsonString[] {
  return listField(object, key).map((node) => {
    assert(node.json === "string", `the elements of "${key}" were validated as strings`);
    return node;
  });
}

/** `false` where the key is not given. */
export function booleanField(object: JsonObject, key: string): boolean {
  const node = field(object, key);
  if (node === undefined) return false;
  assert(node.json === "boolean", `"${key}" was validated as a boolean`);
  return node.value;
}

/** The integer of a key, exact; `undefined` where the key is not given. */
export function integerField(object: JsonObject, key: string): bigint | undefined {
  const node = field(object, key);
  return node === undefined ? undefined : integerOf(node);
}

/** The integer that a node spells: a JSON integer, or a string with a decimal or 0x number, maybe negative. */
export function integerOf(node: JsonNode): bigint | undefined {
  if (node.json === "number") return Number.isInteger(node.value) ? BigInt(node.value) : undefined;
  return node.json === "string" ? integerOfText(node.value) : undefined;
}

/** The same for a text: "-12", "0x1f"; `undefined` where it spells no integer. */
export function integerOfText(text: string): bigint | undefined {
  const match = /^(-?)(0[xX][0-9a-fA-F]+|[0-9]+)$/.exec(text);
  // A u64 has 20 decimal digits; a number of thousands is a mistake, and would cost quadratic time.
  if (match === null || text.length > 100) return undefined;
  const value = BigInt(match[2]!);
  return match[1] === "-" ? -value : value;
}
