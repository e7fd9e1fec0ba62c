// Whether readers of ELF that know nothing of loaders find our files in order: llvm-readelf decodes everything without a
// warning, and eu-elflint, which checks every rule of the gABI that it knows, complains of nothing but what is listed.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BuildOptions, buildObject } from "../../src/index.js";
import { describeWithJudge } from "../judges.js";
import { EXAMPLES, exampleFile } from "./examples.js";
import { ROOT } from "./link.js";
import { tryRun } from "./run.js";

/** What eu-elflint says of good objects. A complaint that no line here explains fails. */
const KNOWN_COMPLAINTS: readonly Readonly<{ complaint: RegExp; reason: string; only?: string }>[] = [
  {
    complaint: /^section \[ *\d+\] '\.rel\.BTF(\.ext)?': relocation \d+: invalid type$/,
    reason:
      "elfutils 0.188 knows R_BPF_64_64 and R_BPF_64_32, but not R_BPF_64_ABS32 (3) and R_BPF_64_NODYLD32 (4)",
  },
  {
    complaint: /^section \[ *\d+\] '\.rel(\.maps|\??\.struct_ops(\.link)?)': relocation \d+: invalid type$/,
    reason:
      "the same for R_BPF_64_ABS64 (2), which fills slots of program arrays, maps of maps, and tables of operations",
  },
  {
    complaint: /^section \[ *\d+\] '\.rela_text' has wrong type: expected RELA, is REL$/,
    reason: "a code section that the author called a_text: elflint takes .rel + a_text for .rela + _text",
    only: "golden/17-strtab/prog.json",
  },
];

const GOLDENS = readdirSync(join(ROOT, "golden"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort()
  .map((name) => `golden/${name}/prog.json`);

const INPUTS = [...EXAMPLES.map(({ name }) => exampleFile(name)), ...GOLDENS];

/** The byte order that the CFLAGS line of the case's C file names. */
function optionsOf(input: string): BuildOptions {
  if (!input.startsWith("golden/")) return {};
  const source = readFileSync(join(ROOT, input.replace(/json$/, "c")), "utf8");
  return { target: /^\/\/ CFLAGS: .*-target bpfeb/m.test(source) ? "bpfeb" : "bpfel", cpu: 4 };
}

describeWithJudge(
  "the objects as ELF",
  { "llvm-readelf-22": "apt: llvm-22", "eu-elflint": "apt: elfutils" },
  (tool) => {
    let folder = "";
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "tsbpf-test-"));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    describe.each(INPUTS)("%s", (input) => {
      const object = () => {
        const text = readFileSync(join(ROOT, input), "utf8");
        const { bytes, diagnostics } = buildObject({ name: input, text }, optionsOf(input));
        expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]); // loaders' warnings are others' subject
        const path = join(folder, input.replaceAll("/", "-").replace(/json$/, "o"));
        writeFileSync(path, bytes ?? "");
        return path;
      };

      it("is read by llvm-readelf without a warning", () => {
        const { status, stderr } = tryRun(tool["llvm-readelf-22"], ["--all", "--wide", object()]);
        expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      });

      it("passes eu-elflint", () => {
        const { stdout, stderr } = tryRun(tool["eu-elflint"], [object()]);
        const complaints = `${stdout}${stderr}`
          .split("\n")
          .filter((line) => line !== "" && line !== "No errors");
        const known = KNOWN_COMPLAINTS.filter(({ only }) => only === undefined || only === input);
        expect(complaints.filter((line) => !known.some(({ complaint }) => complaint.test(line)))).toEqual([]);
      });
    });
  },
);
