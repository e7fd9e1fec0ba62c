// Writes what follows from the definition of the IR: the JSON Schema and the TypeScript types (contract.ts). Run by
// `npm run generate`; the output is committed.

import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { tsImport } from "tsx/esm/api";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

// The definition is TypeScript, which Node 20 does not run by itself.
const { contractFiles } = await tsImport("./contract.ts", import.meta.url);
for (const [path, text] of contractFiles()) writeFileSync(join(root, path), text);
