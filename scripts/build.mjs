// Builds dist/: one bundled file for each program, so that a link starts fast; one file per public door; and the types.

import { execFileSync } from "node:child_process";
import { chmodSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);
rmSync("dist", { recursive: true, force: true });

await build({
  entryPoints: { "tsbpf-ld": "cli/tsbpf-ld.ts", tsbpf: "cli/tsbpf.ts" },
  outdir: "dist",
  bundle: true,
  platform: "node",
  target: "node20.19",
  format: "esm",
  mainFields: ["module", "main"], // jsonc-parser's other form cannot be bundled
  minifySyntax: true,
  minifyWhitespace: true, // start-up is reading the program; names stay, for the traces in bug reports
  // commander is CommonJS and asks for Node's modules by `require`.
  banner: {
    js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  },
});
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
for (const program of ["tsbpf-ld", "tsbpf"]) chmodSync(`dist/${program}.js`, 0o755);

const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
execFileSync(process.execPath, [tsc, "-p", "tsconfig.json", "--emitDeclarationOnly"], { stdio: "inherit" });
