// What the tests of the linker have in common: IR documents as inputs, the link of them, and what became of it.

import {
  formatDiagnostic,
  type InputFile,
  type LinkedFiles,
  type LinkFilesOptions,
  linkFiles,
} from "../../src/index.js";

export type Document = Readonly<Record<string, unknown>>;

/** An IR file; the license is GPL where the document names none. */
export function ir(name: string, document: Document): InputFile {
  return { name, bytes: Buffer.from(JSON.stringify({ license: "GPL", ...document })) };
}

/** One instruction a line is enough for what no kernel runs. */
export const RETURN: readonly string[] = ["r0 = 0", "exit"];

/** The first line of every message: severity, sentence and code, with the place in front. */
export function messagesOf({ diagnostics }: LinkedFiles): string[] {
  return diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, { color: false }).split("\n")[0]!);
}

/** Links what must link without a word. */
export function linkWell(
  files: readonly InputFile[],
  options: LinkFilesOptions = {},
): LinkedFiles & { bytes: Uint8Array } {
  const linked = linkFiles(files, options);
  const { bytes } = linked;
  if (bytes === undefined || linked.diagnostics.length > 0)
    throw new Error(
      `the link says:\n${linked.diagnostics.map((d) => formatDiagnostic(d, { color: false })).join("\n")}`,
    );
  return { ...linked, bytes };
}

/** Every order of a few things. */
export function permutations<T>(things: readonly T[]): T[][] {
  if (things.length < 2) return [[...things]];
  return things.flatMap((thing, i) =>
    permutations([...things.slice(0, i), ...things.slice(i + 1)]).map((rest) => [thing, ...rest]),
  );
}
