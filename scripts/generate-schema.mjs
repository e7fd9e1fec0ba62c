// Writes schema/tsbpf-ir.schema.json, the form of the IR for editors, from src/ir/schema.ts, which the parser itself
// obeys. JSON Schema draft 2020-12. With --print it goes to standard output. Run by `npm run generate`.

import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** The definition is TypeScript, which Node 20 does not run: esbuild makes a module of it, in memory. */
async function readDefinition() {
  const result = await build({
    entryPoints: [join(root, "src/ir/schema.ts")],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    logLevel: "error",
  });
  const code = Buffer.from(result.outputFiles[0].contents).toString("base64");
  return import(`data:text/javascript;base64,${code}`);
}

const NUMBER_TEXT = "^-?(0[xX][0-9a-fA-F]+|[0-9]+)$";

/** Bounds beyond 2^53 can only be reached by strings, whose value a schema cannot see. */
function bounds({ min, max }) {
  return {
    ...(min >= Number.MIN_SAFE_INTEGER ? { minimum: Number(min) } : {}),
    ...(max <= Number.MAX_SAFE_INTEGER ? { maximum: Number(max) } : {}),
  };
}

function shapeToSchema(shape) {
  switch (shape.is) {
    case "any":
      return {};
    case "integer":
      return {
        anyOf: [
          { type: "integer", ...bounds(shape) },
          { type: "string", pattern: NUMBER_TEXT },
        ],
      };
    case "word":
      return { enum: shape.words };
    case "list":
      return { type: "array", items: shapeToSchema(shape.of) };
    case "record":
      return { type: "object", additionalProperties: shapeToSchema(shape.of) };
    case "object":
      return { $ref: `#/$defs/${shape.name}` };
    case "choice":
      return { anyOf: shape.of.map(shapeToSchema) };
    default:
      return { type: shape.is };
  }
}

function objectToSchema({ doc, keys }) {
  const entries = Object.entries(keys);
  const properties = Object.fromEntries(
    entries.map(([key, { shape, doc }]) => [key, { description: doc, ...shapeToSchema(shape) }]),
  );
  const required = entries.filter(([, key]) => key.required).map(([key]) => key);
  return { description: doc, type: "object", properties, required, additionalProperties: false };
}

const { OBJECTS } = await readDefinition();
const { document, ...others } = OBJECTS;
const schema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "tsbpf IR, version 1",
  ...objectToSchema(document),
  $defs: Object.fromEntries(Object.entries(others).map(([name, object]) => [name, objectToSchema(object)])),
};
const text = `${JSON.stringify(schema, undefined, 2)}\n`;
if (process.argv.includes("--print")) process.stdout.write(text);
else writeFileSync(join(root, "schema/tsbpf-ir.schema.json"), text);
