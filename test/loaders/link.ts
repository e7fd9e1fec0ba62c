// The object files under test: made by our own tsbpf-ld, from its sources, the way a user runs it.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import { tryRun } from "./run.js";

export const ROOT: string = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** The IR file of a test beside this one, from the project's root. */
export function irFile(name: string): string {
  return `test/loaders/ir/${name}.json`;
}

/** One folder for each test file, made by its first link. */
let folder: string | undefined;
const linked = new Map<string, string>();

/**
 * Links an IR file (a path from the project's root) with `flags` and gives the object's path; a second call gives the
 * same file. Anything that tsbpf-ld prints is an error here, but warnings with the code `warnsOf`, of which there must be one.
 */
export function link(input: string, flags: readonly string[] = [], warnsOf?: string): string {
  const wanted = [input, ...flags].join(" ");
  const known = linked.get(wanted);
  if (known !== undefined) return known;
  folder ??= mkdtempSync(join(tmpdir(), "tsbpf-test-"));
  // The file's name is the object's name to libbpf, which puts it into the names of data maps (hello_wo.rodata).
  const object = join(mkdtempSync(join(folder, "link-")), basename(input).replace(/\.json$/, ".o"));
  const args = ["--import", "tsx", "cli/tsbpf-ld.ts", input, "-o", object, ...flags];
  const env = { NODE_NO_WARNINGS: "1" }; // a newer Node may warn of the way tsx hooks into it
  const { status, stdout, stderr } = tryRun(process.execPath, args, { cwd: ROOT, env });
  const warnings = stderr.split("\n").filter((line) => /^\S+: (warning|error): /.test(line));
  const expected =
    warnsOf === undefined
      ? stderr === ""
      : warnings.length > 0 && warnings.every((line) => line.endsWith(`[${warnsOf}]`));
  if (status !== 0 || stdout !== "" || !expected) {
    throw new Error(`tsbpf-ld ${args.slice(3).join(" ")}: exit ${status}\n${stdout}${stderr}`);
  }
  linked.set(wanted, object);
  return object;
}

/** Links what `edit` makes of an IR file, which must not be what it was: for what is refused when something is missing. */
export function linkEdited(input: string, edit: (text: string) => string): string {
  const before = readFileSync(join(ROOT, input), "utf8");
  const after = edit(before);
  if (after === before) throw new Error(`the edit of ${input} changes nothing`);
  folder ??= mkdtempSync(join(tmpdir(), "tsbpf-test-"));
  const file = join(mkdtempSync(join(folder, "edited-")), basename(input));
  writeFileSync(file, after);
  return link(file);
}

afterAll(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true });
});
