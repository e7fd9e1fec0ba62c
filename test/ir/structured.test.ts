// The structured form has the power of the text form: every golden case and every example, with each line of its code
// turned into named fields, is the same object. That the text form is what clang writes is test/golden.test.ts.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "jsonc-parser";
import { describe, expect, it } from "vitest";
import { FORMS, formOf, parseLine, type SymbolText } from "../../src/asm/index.js";
import { type BuildOptions, buildObject, type IrDocument, type IrEntry } from "../../src/index.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const paths = [
  ...readdirSync(join(root, "examples")).map((name) => `examples/${name}`),
  ...readdirSync(join(root, "golden"))
    .filter((name) => /^\d/.test(name))
    .map((name) => `golden/${name}/prog.json`),
].filter((path) => path.endsWith(".json"));

type Insn = Parameters<typeof formOf>[0];
type Code = IrDocument["programs"] extends readonly (infer P)[] | undefined
  ? P extends { readonly code: infer C }
    ? C
    : never
  : never;

/** The fields that say the same as the numbers of `insn` and the name of `symbol`. */
function fieldsOf(insn: Insn, symbol: SymbolText | undefined): IrEntry {
  const form = formOf(insn)!;
  const { dst, src, offset, imm } = form.fields;
  const isUsed = ({ min, max }: { min: number; max: number }): boolean => min < max;
  const letter = (width: number): string => (width === 32 ? "w" : "r");
  const width = "width" in form ? form.width : 64;
  const isOff = symbol?.role === "jump" && form.kind !== "gotol";
  const isImm = symbol !== undefined && !isOff;
  return {
    op: form.op as NonNullable<IrEntry["op"]>,
    ...(isUsed(dst) ? { dst: letter(width) + insn.dst } : {}),
    ...(isUsed(src) ? { src: letter(width) + insn.src } : {}),
    ...(isUsed(offset) && !isOff ? { off: insn.offset } : {}),
    ...(isUsed(imm) && !isImm ? { imm: immediateOf(insn, form.kind) } : {}),
    ...(symbol === undefined ? {} : symbol.role === "jump" ? { target: symbol.name } : { ref: symbol.name }),
    ...(symbol?.addend ? { addend: symbol.addend } : {}),
  };
}

/** 64 bits as a string; the two halves of a cast between address spaces without a sign. */
function immediateOf(insn: Insn, kind: string): number | `${bigint}` {
  if (kind === "ld_imm64") return `${(BigInt(insn.high) << 32n) | BigInt(insn.imm >>> 0)}`;
  return kind === "addr_space_cast" ? insn.imm >>> 0 : insn.imm;
}

/** The code without a line of text. */
function structured(code: Code): IrEntry[] {
  const entries = typeof code === "string" ? [code] : code;
  return entries.flatMap((entry) => {
    if (typeof entry === "string") return linesOf(entry, {});
    const { insn, ...others } = entry;
    return insn === undefined ? [entry] : linesOf(insn, others);
  });
}

/** `others` (source position, relocation) belong to the first instruction. */
function linesOf(text: string, others: IrEntry): IrEntry[] {
  const entries: IrEntry[] = [];
  let more = others;
  for (const line of text.split(/\r?\n/)) {
    const parsed = parseLine(line);
    if (parsed.error !== undefined) throw new Error(`${line}: ${parsed.error.code}`);
    const labels = parsed.labels.map(({ name }) => name);
    const last = labels.pop();
    entries.push(...labels.map((label) => ({ label })));
    const label = last === undefined ? {} : { label: last };
    if (parsed.insn === undefined) {
      if (last !== undefined) entries.push(label);
      continue;
    }
    entries.push({ ...label, ...fieldsOf(parsed.insn, parsed.symbol), ...more });
    more = {};
  }
  return entries;
}

function structuredDocument(document: IrDocument): IrDocument {
  return {
    ...document,
    programs: (document.programs ?? []).map((program) => ({ ...program, code: structured(program.code) })),
    functions: (document.functions ?? []).map((func) => ({ ...func, code: structured(func.code) })),
  };
}

/** Line info is left out: without a "loc", it points at the lines of the IR file, which are others. */
function link(document: IrDocument, options: BuildOptions): Uint8Array {
  const source = { name: "prog.json", text: JSON.stringify(document) };
  const { bytes, diagnostics } = buildObject(source, { ...options, lineInfo: false });
  expect(diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message)).toEqual(
    [],
  );
  return bytes!;
}

/** As golden.test.ts reads them. */
function optionsOf(path: string): BuildOptions {
  if (!path.startsWith("golden/")) return {};
  const source = readFileSync(join(root, dirname(path), "prog.c"), "utf8");
  const flags = /^\/\/ CFLAGS: (.*)$/m.exec(source)?.[1] ?? "";
  return {
    target: flags.includes("-target bpfeb") ? "bpfeb" : "bpfel",
    cpu: Number(/-mcpu=v(\d)/.exec(flags)?.[1] ?? 3) as 1 | 2 | 3 | 4,
  };
}

const operations = new Set<string>();

describe("every instruction as data", () => {
  it.each(paths)("%s", (path) => {
    const document = parse(readFileSync(join(root, path), "utf8")) as IrDocument;
    const asData = structuredDocument(document);
    for (const { code } of [...asData.programs!, ...asData.functions!]) {
      for (const entry of code) {
        expect(entry).not.toHaveProperty("insn");
        if (typeof entry === "object" && entry.op !== undefined) operations.add(entry.op);
      }
    }
    const options = optionsOf(path);
    expect(link(asData, options)).toEqual(link(document, options));
  });

  it("shows most operations", () => {
    const all = new Set(FORMS.map(({ op }) => op));
    expect(operations.size).toBeGreaterThan(all.size / 2);
  });
});
