// The IR's definition (src/ir/schema.ts) in the two forms that others read: a JSON Schema for editors, draft 2020-12,
// and TypeScript types for programs. Pure: generate-schema.mjs writes what is made here, a test compares it.

import { OBJECTS } from "../src/ir/schema.js";
import type { KeyRule, KeyShape, ObjectName, Shape } from "../src/ir/shape.js";

type Json = Readonly<Record<string, unknown>>;

/** Every file that follows from the definition, by its path in the project. */
export function contractFiles(): ReadonlyMap<string, string> {
  return new Map([
    ["schema/tsbpf-ir.schema.json", `${JSON.stringify(jsonSchema(), undefined, 2)}\n`],
    ["src/ir/document.generated.ts", typeScript()],
  ]);
}

// ── JSON Schema ──

function jsonSchema(): Json {
  const names = Object.keys(OBJECTS).filter((name) => name !== "document") as ObjectName[];
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "urn:tsbpf:ir:1",
    title: "tsbpf IR, version 1",
    ...objectSchema("document"),
    $defs: {
      ...Object.fromEntries(names.map((name) => [name, objectSchema(name)])),
      ...Object.fromEntries(vocabularies().map(({ name, words }) => [name, { enum: words }])),
      ...Object.fromEntries(NAMED_INTEGERS.map(([name, min, max]) => [name, integerSchema(min, max)])),
      // ELF and BTF end a string at NUL.
      text: { type: "string", pattern: "^[^\\u0000]*$" },
    },
  };
}

function objectSchema(name: ObjectName): Json {
  const { doc, keys, rules, examples } = OBJECTS[name];
  const entries = Object.entries(keys);
  const required = entries.filter(([, key]) => key.required).map(([key]) => key);
  return {
    description: doc,
    type: "object",
    properties: Object.fromEntries(entries.map(([key, shape]) => [key, keySchema(shape)])),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
    ...(rules === undefined ? {} : { allOf: rules.map(ruleSchema) }),
    ...(examples === undefined ? {} : { examples }),
  };
}

function ruleSchema(rule: KeyRule): Json {
  const given = (key: string): Json => ({ required: [key] });
  switch (rule.rule) {
    case "exclude":
      return { not: { required: [rule.a, rule.b] } };
    case "need":
      return { anyOf: [{ not: given(rule.key) }, ...rule.oneOf.map(given)] };
    case "some":
      return { anyOf: rule.oneOf.map(given) };
  }
}

function keySchema({ shape, doc, default: value, examples }: KeyShape): Json {
  return {
    description: doc,
    ...shapeSchema(shape),
    ...(value === undefined ? {} : { default: value }),
    ...(examples === undefined ? {} : { examples }),
  };
}

function shapeSchema(shape: Shape): Json {
  switch (shape.is) {
    case "any":
      return {};
    case "string":
      return reference("text");
    case "integer": {
      const known = NAMED_INTEGERS.find(([, min, max]) => min === shape.min && max === shape.max);
      return known === undefined ? integerSchema(shape.min, shape.max) : reference(known[0]);
    }
    case "word":
      return { enum: shape.words };
    case "vocabulary":
    case "object":
      return reference(shape.name);
    case "list":
      return { type: "array", items: shapeSchema(shape.of) };
    case "record":
      return { type: "object", additionalProperties: shapeSchema(shape.of) };
    case "choice":
      return { anyOf: shape.of.map(shapeSchema) };
    default:
      return { type: shape.is };
  }
}

function reference(name: string): Json {
  return { $ref: `#/$defs/${name}` };
}

/** Ranges that many keys share. */
const NAMED_INTEGERS: readonly (readonly [name: string, min: bigint, max: bigint])[] = [
  ["u32", 0n, 0xffff_ffffn],
  ["u64", 0n, 0xffff_ffff_ffff_ffffn],
  ["s64", -0x8000_0000_0000_0000n, 0x7fff_ffff_ffff_ffffn],
  ["any64", -0x8000_0000_0000_0000n, 0xffff_ffff_ffff_ffffn],
];

/** Text of more characters is no number (integerOfText). */
const MAX_NUMBER_TEXT = 100;

/** `min` is negative, 0 or 1. A bound beyond 2^53 is one more or less than a power of two, which is exact again. */
function integerSchema(min: bigint, max: bigint): Json {
  const upper =
    max <= Number.MAX_SAFE_INTEGER ? { maximum: Number(max) } : { exclusiveMaximum: Number(max + 1n) };
  return {
    anyOf: [
      { type: "integer", minimum: Number(min), ...upper },
      { type: "string", maxLength: MAX_NUMBER_TEXT, pattern: `^${textUpTo(min, max)}$` },
    ],
  };
}

function textUpTo(min: bigint, max: bigint): string {
  const positive = `(0*(${digitsUpTo(max, 10)})|0[xX]0*(${digitsUpTo(max, 16)}))`;
  if (min === 1n) return `(?!0+$|0[xX]0+$)${positive}`;
  const lowest =
    min === 0n ? "-(0+|0[xX]0+)" : `-(0*(${digitsUpTo(-min, 10)})|0[xX]0*(${digitsUpTo(-min, 16)}))`;
  return `(${positive}|${lowest})`;
}

/** A pattern of the numbers 0..max without leading zeros: fewer digits, or as many and a smaller one somewhere. */
function digitsUpTo(max: bigint, base: 10 | 16): string {
  const digits = [...max.toString(base)];
  const any = digitClass(base - 1);
  const parts = digits.length > 1 ? [`${any}{1,${digits.length - 1}}`] : [];
  for (const [i, digit] of digits.entries()) {
    const value = Number.parseInt(digit, base);
    if (value === 0) continue;
    const rest = digits.length - i - 1;
    const before = digits.slice(0, i).map(literal).join("");
    parts.push(before + digitClass(value - 1) + (rest > 0 ? `${any}{${rest}}` : ""));
  }
  return [...parts, digits.map(literal).join("")].join("|");
}

function digitClass(last: number): string {
  if (last <= 9) return `[0-${last}]`;
  const letter = String.fromCharCode("a".charCodeAt(0) + last - 10);
  return `[0-9a-${letter}A-${letter.toUpperCase()}]`;
}

function literal(digit: string): string {
  return /[a-f]/.test(digit) ? `[${digit}${digit.toUpperCase()}]` : digit;
}

// ── TypeScript ──

const HEAD = `// Generated by scripts/generate-schema.mjs from src/ir/schema.ts. Do not edit.
//
// The IR as TypeScript types, for programs that write it with JSON.stringify. They say what the form is; what else
// holds is in docs/ir.md.

/** An integer; as a string, decimal or hexadecimal, where a number of JavaScript would not be exact. */
export type IrInteger = number | \`\${bigint}\` | \`0x\${string}\` | \`-0x\${string}\`;

/** The initial value of a variable: what its C type allows. */
export type IrValue = string | number | boolean | null | readonly IrValue[] | { readonly [member: string]: IrValue };
`;

function typeScript(): string {
  const objects = (Object.keys(OBJECTS) as ObjectName[]).map(interfaceText);
  const words = vocabularies().map(
    ({ name, words }) =>
      `\nexport type ${typeName(name)} =\n${words.map((word) => `  | "${word}"`).join("\n")};\n`,
  );
  return HEAD + objects.join("") + words.join("");
}

function interfaceText(name: ObjectName): string {
  const { doc, keys } = OBJECTS[name];
  const members = Object.entries(keys).map(([key, { shape, required, doc, default: value }]) => {
    const more = value === undefined ? "" : ` (default: ${JSON.stringify(value)})`;
    return `  /** ${doc}${more} */\n  readonly ${key}${required ? "" : "?"}: ${shapeType(shape)};\n`;
  });
  return `\n/** ${doc} */\nexport interface ${typeName(name)} {\n${members.join("")}}\n`;
}

function shapeType(shape: Shape): string {
  switch (shape.is) {
    case "any":
      return "IrValue";
    case "integer":
      return "IrInteger";
    case "word":
      return shape.words.map((word) => `"${word}"`).join(" | ");
    case "vocabulary":
    case "object":
      return typeName(shape.name);
    case "list":
      return shape.of.is === "choice"
        ? `readonly (${shapeType(shape.of)})[]`
        : `readonly ${shapeType(shape.of)}[]`;
    case "record":
      return `{ readonly [name: string]: ${shapeType(shape.of)} }`;
    case "choice":
      return shape.of.map(shapeType).join(" | ");
    default:
      return shape.is;
  }
}

function typeName(name: string): string {
  return `Ir${name[0]!.toUpperCase()}${name.slice(1)}`;
}

/** The vocabularies of all keys, each once. */
function vocabularies(): Extract<Shape, { is: "vocabulary" }>[] {
  const found = new Map<string, Extract<Shape, { is: "vocabulary" }>>();
  const visit = (shape: Shape): void => {
    if (shape.is === "vocabulary") found.set(shape.name, shape);
    else if (shape.is === "choice") for (const option of shape.of) visit(option);
    else if (shape.is === "list" || shape.is === "record") visit(shape.of);
  };
  for (const { keys } of Object.values(OBJECTS)) {
    for (const { shape } of Object.values(keys)) visit(shape);
  }
  return [...found.values()];
}
