// What is done with a case: one command of a user, through the door of the library. It ends in a value, or in errors that
// say where; what else happens is a finding.

import { readElf } from "../../src/elf/index.js";
import {
  type Diagnostic,
  diagnosticToJson,
  diffFiles,
  dumpFile,
  formatDiagnostic,
  Log,
  liftFile,
  linkFiles,
  printChanges,
  printDump,
  printReport,
} from "../../src/index.js";
import type { Case } from "./cases.js";

export const OUTCOMES = ["refused", "dumped", "lifted", "linked", "compared"] as const;

/** How a case ended: in errors, or in what the verb gives. */
export type Outcome = (typeof OUTCOMES)[number];

/** A broken promise that is no exception: neither a value nor an error, or an error without a place. */
export class Finding extends Error {}

/** Runs a case. Throws where a promise is broken. */
export function runCase({ verb, files, options }: Case): Outcome {
  const [first, second] = files;
  switch (verb) {
    case "dump": {
      const dump = valueOrErrors(verb, dumpFile(first!));
      if (dump !== undefined) printDump(dump);
      return dump === undefined ? "refused" : "dumped";
    }
    case "lift":
      return valueOrErrors(verb, liftFile(first!)) === undefined ? "refused" : "lifted";
    case "diff": {
      const changes = valueOrErrors(verb, diffFiles(first!, second!));
      if (changes !== undefined) printChanges(changes);
      return changes === undefined ? "refused" : "compared";
    }
    case "link": {
      const { bytes, report, placed, diagnostics } = linkFiles(files, options);
      if (valueOrErrors(verb, { result: bytes, diagnostics }) === undefined) return "refused";
      if (report !== undefined) printReport(report, placed);
      const log = new Log();
      if (readElf(bytes!, "again.o", log) === undefined) {
        throw new Finding(`what was linked cannot be read: ${log.diagnostics[0]?.message}`);
      }
      return "linked";
    }
  }
}

function valueOrErrors<T>(
  verb: string,
  { result, diagnostics }: { readonly result: T | undefined; readonly diagnostics: readonly Diagnostic[] },
): T | undefined {
  if (result === undefined && !diagnostics.some(({ severity }) => severity === "error"))
    throw new Finding(`${verb} gives neither a value nor an error`);
  // A message costs as much as its reader's patience: the first ones show what formatting does with such input.
  for (const diagnostic of diagnostics.slice(0, 20)) checkPlace(verb, diagnostic);
  return result;
}

function checkPlace(verb: string, diagnostic: Diagnostic): void {
  const { at, code } = diagnostic;
  const sane =
    at.kind === "bytes"
      ? Number.isSafeInteger(at.offset) && at.offset >= 0
      : at.kind === "text"
        ? at.start >= 0 && at.start + at.length <= at.source.text.length
        : at.file !== "";
  if (!sane)
    throw new Finding(
      `${verb} gives ${code} a place that is none: ${JSON.stringify(diagnosticToJson(diagnostic))}`,
    );
  formatDiagnostic(diagnostic, { color: false });
}
