// The published contract: schema/tsbpf-ir.schema.json and the exported types are made of the definition that the
// parser obeys, and a validator that others use (ajv) judges documents by the schema exactly as our own does.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020, type AnySchemaObject } from "ajv/dist/2020.js";
import { type ParseError, parse } from "jsonc-parser";
import { describe, expect, it } from "vitest";
import { contractFiles } from "../../scripts/contract.js";
import { type Code, type Diagnostic, Log, pointerOf } from "../../src/base/index.js";
import { type IrDocument, parseModule } from "../../src/ir/index.js";
import { fractionsFrom } from "../random.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const schema = JSON.parse(readFileSync(join(root, "schema/tsbpf-ir.schema.json"), "utf8")) as AnySchemaObject;
// Strict, but for two demands on style: that "anyOf" repeats the type, and "required" the properties around it.
const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false });
const validate = ajv.compile(schema);

/** What the schema can say too. Every other code is about what a document means. */
const SCHEMA_CODES: ReadonlySet<Code> = new Set<Code>([
  "ir/unknown-key",
  "ir/missing-key",
  "ir/wrong-type",
  "ir/out-of-range",
  "ir/unknown-word",
  "ir/nul",
  "ir/unknown-map-type",
  "ir/unknown-map-flag",
  "asm/unknown-op",
  "ir/no-key-of",
  "ir/lonely-key",
  "ir/key-conflict",
]);

function jsonc(text: string): unknown {
  const errors: ParseError[] = [];
  const value = parse(text, errors, { allowTrailingComma: true });
  return errors.length > 0 ? undefined : value;
}

/** The first thing that we say of the document's form; `undefined` where we find none wrong with it. */
function ourVerdict(text: string): string | undefined {
  const log = new Log();
  parseModule({ name: "a.json", text }, log);
  return log.diagnostics.find((diagnostic) => SCHEMA_CODES.has(diagnostic.code) && !isOfMeaning(diagnostic))
    ?.message;
}

/** A value must suit its C type; a variable without a type must be private. */
function isOfMeaning({ code, message, at }: Diagnostic): boolean {
  if (at.kind === "text" && /^\/data\/\d+\/value\b/.test(pointerOf(at))) return true;
  return code === "ir/missing-key" && /^a variable needs the key "(type|value)"/.test(message);
}

describe("the files made of src/ir/schema.ts", () => {
  it.each([...contractFiles()])("%s is what npm run generate makes", (path, text) => {
    expect(readFileSync(join(root, path), "utf8")).toBe(text);
  });

  it("are a schema of its own standard", () => {
    expect(ajv.validateSchema(schema), ajv.errorsText()).toBe(true);
  });

  it("describe every object and every key", () => {
    const objects = [["document", schema] as const, ...Object.entries<AnySchemaObject>(schema.$defs)];
    const silent = objects.flatMap(([name, { description, properties }]) => {
      const keys = Object.entries<AnySchemaObject>(properties ?? {});
      const bare = keys.filter(([, key]) => !key.description).map(([key]) => `${name}.${key}`);
      return properties !== undefined && !description ? [name, ...bare] : bare;
    });
    expect(silent).toEqual([]);
  });

  it("give examples that are valid themselves", () => {
    const wrong: string[] = [];
    let count = 0;
    const visit = (node: unknown, path: string): void => {
      if (typeof node !== "object" || node === null) return;
      const { examples } = node as { examples?: unknown };
      if (Array.isArray(examples)) {
        const check = ajv.getSchema(`${schema.$id}${path}`)!;
        for (const example of examples) {
          count++;
          if (!check(example))
            wrong.push(`${path}: ${JSON.stringify(example)}: ${ajv.errorsText(check.errors)}`);
        }
      }
      for (const [key, value] of Object.entries(node)) {
        if (key !== "examples") visit(value, `${path}/${encodeURIComponent(key)}`);
      }
    };
    visit(schema, "#");
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(50);
  });
});

const goldens = readdirSync(join(root, "golden")).filter((name) => /^\d/.test(name));
const good = [
  ...readdirSync(join(root, "examples")).map((name) => `examples/${name}`),
  ...goldens.map((name) => `golden/${name}/prog.json`),
].filter((name) => name.endsWith(".json"));

describe("the schema accepts", () => {
  it.each(good)("%s", (path) => {
    const document = jsonc(readFileSync(join(root, path), "utf8"));
    expect(document).toBeDefined();
    expect(validate(document) || ajv.errorsText(validate.errors)).toBe(true);
  });
});

const fixtures = readdirSync(join(root, "test/fixtures/errors"))
  .filter((name) => name.endsWith(".json"))
  .map((name) => ({ name, text: readFileSync(join(root, "test/fixtures/errors", name), "utf8") }))
  .map(({ name, text }) => ({ name, document: jsonc(text), verdict: ourVerdict(text) }));

describe("the schema rejects", () => {
  const wrong = fixtures.filter(({ document, verdict }) => document !== undefined && verdict !== undefined);
  it.each(wrong)("$name", ({ document }) => {
    expect(validate(document)).toBe(false);
  });
  it("enough to mean something", () => {
    expect(wrong.length).toBeGreaterThan(50);
  });
});

describe("mutated documents", () => {
  const SEED = 20261121;
  it(`are judged alike by the schema and by the parser (seed ${SEED})`, () => {
    const random = fractionsFrom(SEED);
    const documents = good.map((path) => jsonc(readFileSync(join(root, path), "utf8")));
    const apart: string[] = [];
    let rejected = 0;
    for (let i = 0; i < 6000; i++) {
      const document = structuredClone(documents[Math.floor(random() * documents.length)]);
      const what = mutate(document, random);
      const ours = ourVerdict(JSON.stringify(document));
      const accepted = validate(document);
      if (!accepted) rejected++;
      if (accepted !== (ours === undefined)) {
        apart.push(`${what}: ajv: ${ajv.errorsText(validate.errors)}; ours: ${ours}`);
      }
    }
    expect(apart).toEqual([]);
    // Both verdicts must occur often, or nothing was compared.
    expect(rejected).toBeGreaterThan(1000);
    expect(rejected).toBeLessThan(5000);
  });
});

/** Changes one place of the document; says what it did. */
function mutate(document: unknown, random: () => number): string {
  const places: { readonly parent: Record<string, unknown>; readonly key: string; readonly path: string }[] =
    [];
  const visit = (node: unknown, path: string): void => {
    if (typeof node !== "object" || node === null) return;
    for (const key of Object.keys(node)) {
      const parent = node as Record<string, unknown>; // lists are changed by index, like objects
      places.push({ parent, key, path: `${path}/${key}` });
      visit(parent[key], `${path}/${key}`);
    }
  };
  visit(document, "");
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const { parent, key, path } = pick(places);
  const before = parent[key];
  switch (Math.floor(random() * 5)) {
    case 0:
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else delete parent[key];
      return `delete ${path}`;
    case 1:
      if (!Array.isArray(parent)) parent[pick(KEYS)] = pick(VALUES);
      return `add a key beside ${path}`;
    case 2:
      parent[key] = [before];
      return `wrap ${path}`;
    case 3:
      parent[key] = typeof before === "number" ? before + pick([0.5, -1, 2 ** 32, -(2 ** 40)]) : `${before}_`;
      return `change ${path}`;
    default: {
      const value = pick(VALUES);
      parent[key] = value;
      return `${path} = ${JSON.stringify(value)}`;
    }
  }
}

const KEYS = [
  "name",
  "type",
  "linkage",
  "weak",
  "label",
  "op",
  "imm",
  "off",
  "align",
  "pinning",
  "map_flags",
  "x",
];
const VALUES = [
  null,
  true,
  0,
  -1,
  1.5,
  4294967295,
  4294967296,
  "",
  "0x10",
  "0",
  "-0",
  "4294967296",
  "4294967295",
  "0xffffffffffffffff",
  "18446744073709551615",
  "18446744073709551616",
  "-9223372036854775808",
  "-9223372036854775809",
  "0x1ffffffff",
  "00000000000000000000000000004096",
  "4097",
  "hash",
  "HASH",
  "BPF_MAP_TYPE_HASH",
  "BPF_F_RDONLY",
  "static",
  "private",
  "add64",
  "a\0b",
  [],
  ["x"],
  [null],
  {},
  { hex: "00" },
  { name: "x" },
];

describe("the exported types", () => {
  it("let through what the parser takes, and stop what it refuses", () => {
    const document: IrDocument = {
      license: { value: "GPL" },
      maps: [
        {
          name: "m",
          type: "hash",
          key: "int",
          value: "int",
          max_entries: "0x10",
          map_flags: ["BPF_F_RDONLY", 0],
        },
      ],
      data: [{ name: "x", type: "struct { int a[2]; }", value: { a: [1, "0x2"] }, linkage: "private" }],
      programs: [
        {
          name: "p",
          section: "xdp",
          code: ["r0 = 0", { op: "mov64", dst: "r0", imm: `${1n}` }, { label: "out" }, { insn: "exit" }],
        },
      ],
    };
    expect(validate(document) || ajv.errorsText(validate.errors)).toBe(true);
    const wrong: readonly IrDocument[] = [
      // @ts-expect-error: the license is missing
      {},
      // @ts-expect-error: no such key
      { license: "GPL", prorams: [] },
      // @ts-expect-error: no such map type
      { license: "GPL", maps: [{ name: "m", type: "hsh" }] },
      // @ts-expect-error: no such operation
      { license: "GPL", programs: [{ name: "p", section: "xdp", code: [{ op: "add65" }] }] },
      // @ts-expect-error: no number
      { license: "GPL", maps: [{ name: "m", type: "hash", max_entries: "many" }] },
    ];
    expect(wrong.map((document) => validate(document))).toEqual([false, false, false, false, false]);
  });
});
