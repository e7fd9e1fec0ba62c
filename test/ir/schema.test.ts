// The JSON Schema for editors is a copy of the definition that the parser obeys; it must be made anew with it.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

it("schema/tsbpf-ir.schema.json is what npm run generate makes", () => {
  const made = execFileSync(process.execPath, [join(root, "scripts/generate-schema.mjs"), "--print"], {
    encoding: "utf8",
  });
  expect(readFileSync(join(root, "schema/tsbpf-ir.schema.json"), "utf8")).toBe(made);
});
