// Printed IR. What a user sees is read as text; that nothing is lost is asked of the linker: a document, and what is
// printed of its Module, must link to the same bytes. The documents are those whose objects are clang's (golden/).

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { Log } from "../../src/base/index.js";
import { type BuildOptions, buildObject } from "../../src/index.js";
import { type Module, parseModule, printModule } from "../../src/ir/index.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const golden = readdirSync(join(ROOT, "golden"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => `golden/${entry.name}/prog.json`)
  .sort();
const examples = readdirSync(join(ROOT, "examples"))
  .filter((name) => name.endsWith(".json"))
  .map((name) => `examples/${name}`)
  .sort();

function read(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

/** What the golden case's `// CFLAGS:` line means to us. */
function optionsOf(file: string): BuildOptions {
  const source = file.startsWith("golden/") ? read(file.replace(/json$/, "c")) : "";
  const flags = /^\/\/ CFLAGS: (.*)$/m.exec(source)?.[1] ?? "";
  return { target: flags.includes("-target bpfeb") ? "bpfeb" : "bpfel" };
}

function parse(text: string, little = true): Module {
  const log = new Log();
  const module = parseModule({ name: "prog.json", text }, log, { little });
  const errors = log.diagnostics.filter((d) => d.severity === "error");
  expect(errors.map((d) => `${d.message} in ${text.slice(0, 2000)}`)).toEqual([]);
  return module!;
}

function link(text: string, options: BuildOptions): Uint8Array {
  const { bytes, diagnostics } = buildObject({ name: "prog.json", text }, options);
  expect(diagnostics.filter((d) => d.severity === "error").map((d) => d.message)).toEqual([]);
  return bytes!;
}

/** The printed text of a document. */
function printed(document: Readonly<Record<string, unknown>>): string {
  return printModule(parse(JSON.stringify({ license: "GPL", ...document })));
}

describe("printed IR", () => {
  it.each([...golden, ...examples])("%s links to the same bytes", (file) => {
    const options = optionsOf(file);
    const little = options.target !== "bpfeb";
    const text = read(file);
    const again = printModule(parse(text, little), { little });
    expect(Buffer.compare(link(again, options), link(text, options)), again.slice(0, 5000)).toBe(0);
    // Canonical: what is printed is printed the same.
    expect(printModule(parse(again, little), { little })).toBe(again);
  });
});
