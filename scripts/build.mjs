// Builds dist/: a starter and one bundled file for each program, so that a link starts fast; one file per public door; and
// the types.

import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);
rmSync("dist", { recursive: true, force: true });

const programs = ["tsbpf-ld", "tsbpf"];

// What commander asks for to run commands that are files of their own; there are none, and Node takes long to load it.
const withoutChildProcess = {
  name: "without-child-process",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?child_process$/ }, () => ({ path: "child_process", namespace: "none" }));
    onLoad({ filter: /.*/, namespace: "none" }, () => ({ contents: "module.exports = {};" }));
  },
};

await build({
  entryPoints: Object.fromEntries(programs.map((program) => [`${program}-main`, `cli/${program}.ts`])),
  outdir: "dist",
  outExtension: { ".js": ".cjs" }, // Node starts these sooner than modules
  bundle: true,
  platform: "node",
  target: "node20.19",
  format: "cjs",
  mainFields: ["module", "main"], // jsonc-parser's other form cannot be bundled
  minifySyntax: true,
  minifyWhitespace: true, // start-up is reading the program; names stay, for the traces in bug reports
  plugins: [withoutChildProcess],
});
// The starter is a file of its own: what Node 22 remembers of a compiled program is not the file that asks for it.
for (const program of programs) {
  const start = `#!/usr/bin/env node
require("node:module").enableCompileCache?.();
require("./${program}-main.cjs");
`;
  writeFileSync(`dist/${program}.cjs`, start, { mode: 0o755 });
}
await build({
  entryPoints: {
    index: "src/index.ts",
    asm: "src/asm/index.ts",
    btf: "src/btf/index.ts",
    elf: "src/elf/index.ts",
  },
  outdir: "dist",
  bundle: true,
  splitting: true,
  platform: "neutral",
  mainFields: ["module", "main"],
  target: "es2022",
  format: "esm",
});

const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
execFileSync(process.execPath, [tsc, "-p", "tsconfig.json", "--emitDeclarationOnly"], { stdio: "inherit" });
