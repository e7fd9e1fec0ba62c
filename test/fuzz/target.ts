// What is done with the bytes of a case: everything that the tools would do with a file of a stranger. Every step ends
// in a value, or in an error that says where; what else happens is a finding.

import { type Diagnostic, diagnosticToJson, formatDiagnostic, Log } from "../../src/base/index.js";
import { readElf, writeElf } from "../../src/elf/index.js";
import { parseModule, printModule } from "../../src/ir/index.js";
import { assemble, lift } from "../../src/object/index.js";
import { dumpObject, printDump } from "../../src/report/index.js";

/** How far a case came. */
export type Outcome = "refused" | "read" | "lifted" | "written";

/** A broken promise that is no exception: neither a value nor an error, or an error without a place. */
export class Finding extends Error {}

/** Runs all steps. Throws where one does not keep its promise. */
export function runObject(bytes: Uint8Array): Outcome {
  const log = new Log();
  const object = valueOrErrors("readElf", log, readElf(bytes, "case.o", log));
  if (object === undefined) return "refused";
  // A dump shows what there is, whether or not the object can be lifted; broken BTF is a line in the log.
  printDump(dumpObject(object, "case.o", new Log()));
  const lifting = new Log();
  const module = valueOrErrors("lift", lifting, lift(object, "case.o", lifting));
  if (module === undefined) return "read";
  const text = printModule(module, { little: object.little });
  const parsing = new Log();
  valueOrErrors("parseModule", parsing, parseModule({ name: "case.json", text }, parsing));
  const assembling = new Log();
  const again = valueOrErrors(
    "assemble",
    assembling,
    assemble(module, { little: object.little, cpu: undefined }, assembling),
  );
  if (again === undefined) return "lifted";
  const rereading = new Log();
  if (readElf(writeElf(again), "again.o", rereading) === undefined) {
    throw new Finding(`readElf refuses what writeElf wrote: ${rereading.diagnostics[0]?.message}`);
  }
  return "written";
}

export function runText(text: string): Outcome {
  const log = new Log();
  const module = valueOrErrors("parseModule", log, parseModule({ name: "case.json", text }, log));
  if (module === undefined || log.errorCount > 0) return "refused";
  const assembling = new Log();
  const object = valueOrErrors(
    "assemble",
    assembling,
    assemble(module, { little: true, cpu: undefined }, assembling),
  );
  if (object === undefined) return "read";
  writeElf(object);
  printModule(module);
  return "written";
}

function valueOrErrors<T>(verb: string, log: Log, value: T | undefined): T | undefined {
  if (value === undefined && log.errorCount === 0)
    throw new Finding(`${verb} gives neither a value nor an error`);
  // A message costs as much as its reader's patience: the first ones show what formatting does with such input.
  for (const diagnostic of log.diagnostics.slice(0, 20)) checkPlace(verb, diagnostic);
  return value;
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
