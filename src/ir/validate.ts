// Holds a JSON tree against the definition in schema.ts: unknown and missing keys, wrong JSON types, integers out of
// range. After it the parse-*.ts files may take forms for granted.

import {
  assert,
  didYouMean,
  firstCharacter,
  type JsonNode,
  type JsonObject,
  type Log,
} from "../base/index.js";
import { integerOf } from "./fields.js";
import { OBJECTS } from "./schema.js";
import type { KeyRule, KeyShape, ObjectName, Shape } from "./shape.js";

/** Reports everything about `root` that is not a document of the IR. */
export function validateDocument(root: JsonNode, log: Log): void {
  validate(root, { is: "object", name: "document" }, "the document", log);
}

/** `what` is how messages call the node. */
function validate(node: JsonNode, shape: Shape, what: string, log: Log): void {
  switch (shape.is) {
    case "any":
      return;
    // The first alternative whose JSON type fits is the one that was meant, and its ranges are held.
    case "choice": {
      const fitting = shape.of.find((option) => accepts(option, node));
      if (fitting === undefined) reportType(node, shape, what, log);
      else validate(node, fitting, what, log);
      return;
    }
    default:
      if (!accepts(shape, node)) reportType(node, shape, what, log);
      else validateContent(node, shape, what, log);
  }
}

/** What a value of the right JSON type holds. */
function validateContent(node: JsonNode, shape: Shape, what: string, log: Log): void {
  if (shape.is === "object" && node.json === "object") {
    validateObject(node, shape.name, log);
  } else if (shape.is === "list" && node.json === "array") {
    const element = `an element of ${what}`;
    const visit = (item: JsonNode): void => validate(item, shape.of, element, log);
    // Where strings may stand, there is nothing wrong with one that has no escapes.
    if (acceptsText(shape.of)) node.eachButText(visit);
    else node.each(visit);
  } else if (shape.is === "record" && node.json === "object") {
    for (const { key, value } of node.members.values()) validate(value, shape.of, `"${key}"`, log);
  } else if (shape.is === "integer") {
    const value = integerOf(node);
    assert(value !== undefined, "accepts() lets only integers pass");
    if (value < shape.min || value > shape.max) {
      log.error("ir/out-of-range", node, { what, value, min: shape.min, max: shape.max });
    }
  } else if (shape.is === "string" && node.json === "string" && node.escaped && node.value.includes("\0")) {
    // ELF and BTF end a string there. Only an escape can write one.
    log.error("ir/nul", node, { what });
  } else if (shape.is === "word" && node.json === "string" && !shape.words.includes(node.value)) {
    const words = shape.words.map((word) => `"${word}"`).join(", ");
    const hint = (): string => didYouMean(node.value, shape.words);
    log.error("ir/unknown-word", node, { what, value: node.value, words }, { hint });
  }
}

/** Keys that are there in the order of the text, then those that are missing, then which go together. */
function validateObject(node: JsonObject, name: ObjectName, log: Log): void {
  const { what, keys, rules } = OBJECTS[name];
  for (const { key, at, value } of node.members.values()) {
    const known = keyShape(keys, key);
    if (known !== undefined) validate(value, known.shape, `"${key}"`, log);
    else log.error("ir/unknown-key", at, { key, what }, { hint: () => didYouMean(key, Object.keys(keys)) });
  }
  for (const [key, { required }] of Object.entries(keys)) {
    if (required && !node.members.has(key)) log.error("ir/missing-key", firstCharacter(node), { what, key });
  }
  rules?.some((rule) => breaks(node, rule, what, log));
}

/** Reports and tells whether the keys of an object break a rule. */
function breaks(node: JsonObject, rule: KeyRule, what: string, log: Log): boolean {
  const { members } = node;
  switch (rule.rule) {
    case "exclude": {
      const second = members.get(rule.b);
      if (second === undefined || !members.has(rule.a)) return false;
      log.error("ir/key-conflict", second.at, { what, a: rule.a, b: rule.b });
      return true;
    }
    case "need": {
      const member = members.get(rule.key);
      if (member === undefined || rule.oneOf.some((key) => members.has(key))) return false;
      log.error("ir/lonely-key", member.at, { key: rule.key, others: alternatives(rule.oneOf) });
      return true;
    }
    case "some":
      if (rule.oneOf.some((key) => members.has(key))) return false;
      log.error("ir/no-key-of", firstCharacter(node), { what, keys: alternatives(rule.oneOf) });
      return true;
  }
}

/** `"a", "b" or "c"` */
function alternatives(keys: readonly string[]): string {
  const quoted = keys.map((key) => `"${key}"`);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} or ${last}`;
}

/** A key of the author may be spelled "constructor": only own keys count. */
function keyShape(keys: Readonly<Record<string, KeyShape>>, key: string): KeyShape | undefined {
  return Object.hasOwn(keys, key) ? keys[key] : undefined;
}

/** Whether every string without escapes may stand there, whatever it says. */
function acceptsText(shape: Shape): boolean {
  switch (shape.is) {
    case "string":
      return true;
    case "choice":
      // An integer or a word may be what a string is taken for, and says more of it.
      return shape.of.some(acceptsText) && shape.of.every(({ is }) => is !== "integer" && is !== "word");
    default:
      return false;
  }
}

/** Whether the JSON type fits; ranges and contents are looked at later. */
function accepts(shape: Shape, node: JsonNode): boolean {
  switch (shape.is) {
    case "any":
      return true;
    case "integer":
      return integerOf(node) !== undefined;
    case "choice":
      return shape.of.some((option) => accepts(option, node));
    default:
      return jsonType(shape.is) === node.json;
  }
}

/** The JSON type that a shape asks for; integers and choices may have several. */
function jsonType(is: Exclude<Shape["is"], "any" | "integer" | "choice">): JsonNode["json"] {
  switch (is) {
    case "word":
    case "vocabulary":
      return "string";
    case "list":
      return "array";
    case "record":
      return "object";
    default:
      return is;
  }
}

/** Says what stands there and what was expected. */
function reportType(node: JsonNode, shape: Shape, what: string, log: Log): void {
  log.error("ir/wrong-type", node, { what, expected: nounOf(shape), actual: nounOfNode(node) });
}

/** How messages call what may stand in a place. */
function nounOf(shape: Shape): string {
  if (shape.is === "choice") return shape.of.map(nounOf).join(" or ");
  if (shape.is === "integer") return "an integer";
  if (shape.is === "any") return "a value";
  return NOUNS[jsonType(shape.is)];
}

const NOUNS: Readonly<Record<JsonNode["json"], string>> = {
  object: "an object",
  array: "a list",
  string: "a string",
  number: "a number",
  boolean: "true or false",
  null: "null",
};

/** How messages call a value that is there. */
export function nounOfNode(node: JsonNode): string {
  if (node.json === "number") return String(node.value);
  if (node.json === "boolean") return String(node.value);
  if (node.json === "string" && node.value.length <= 20) return `"${node.value}"`;
  return NOUNS[node.json];
}
