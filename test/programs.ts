// The programs of cli/ as a process of their own, from their sources: what is tested is what stands there, without a build.

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the project. */
export const ROOT: string = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Node's arguments that run a file of TypeScript. */
export function runFile(file: string): string[] {
  return ["--import", join(ROOT, "node_modules/tsx/dist/loader.mjs"), file];
}

/** Node's arguments that run a program; those of the program come behind. */
export function runProgram(name: "tsbpf" | "tsbpf-ld"): string[] {
  return runFile(join(ROOT, `cli/${name}.ts`));
}

/** No colours, and nothing on standard error that is not the program's. */
export const PLAIN: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: "1", NODE_NO_WARNINGS: "1" };

/** A program that runs for this many milliseconds hangs. Less would fail on a machine that does much else. */
export const PATIENCE_MS = 100_000;
