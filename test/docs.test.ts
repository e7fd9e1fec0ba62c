// What a reader of the documents can copy and run must work, and print what is shown. Transcripts (```console) are
// run in a folder that holds the examples; every ```json block is a whole document and must link.
//
// TSBPF_BLESS=1 writes what the commands print today into the documents, for review.

import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildObject, formatDiagnostic } from "../src/index.js";
import { PATIENCE_MS, PLAIN, ROOT, runFile, runProgram } from "./programs.js";

const documents = ["README.md", ...readdirSync(join(ROOT, "docs")).map((name) => `docs/${name}`)].filter(
  (name) => name.endsWith(".md"),
);

interface Block {
  readonly language: string;
  readonly line: number;
  readonly text: string;
}

function blocksOf(document: string): Block[] {
  const text = readFileSync(join(ROOT, document), "utf8");
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map((match) => ({
    language: match[1]!,
    line: text.slice(0, match.index).split("\n").length,
    text: match[2]!,
  }));
}

const linksOf = (document: string): string[] =>
  [...readFileSync(join(ROOT, document), "utf8").matchAll(/\]\(([^)#]+)(#[^)]*)?\)/g)]
    .map((match) => match[1]!)
    .filter((link) => !link.includes("://"));

describe("links", () => {
  const linking = [...documents, "CHANGELOG.md", "CONTRIBUTING.md"];
  it.each(linking.flatMap((document) => linksOf(document).map((link) => [document, link] as const)))(
    "of %s lead to %s",
    (document, link) => {
      expect(existsSync(join(ROOT, dirname(document), link))).toBe(true);
    },
  );
});

describe("documents in JSON", () => {
  const shown = documents.flatMap((document) =>
    blocksOf(document)
      .filter((block) => block.language === "json")
      .map((block) => [document, block.line, block.text] as const),
  );
  it.each(shown)("%s, line %i, links without a word", (document, _, text) => {
    const { diagnostics } = buildObject({ name: document, text });
    expect(diagnostics.map((d) => formatDiagnostic(d, { color: false }))).toEqual([]);
  });
});

describe("programs in TypeScript", () => {
  const shown = blocksOf("docs/library.md").filter((block) => block.language === "ts");

  it.each(shown.map((block) => [block.line, block.text] as const))(
    "of docs/library.md, line %i, print what they say",
    (_, text) => {
      const folder = mkdtempSync(join(tmpdir(), "tsbpf-docs-"));
      try {
        const file = join(folder, "example.mts");
        writeFileSync(file, text.replace('"tsbpf"', JSON.stringify(join(ROOT, "src/index.ts"))));
        const { stdout, stderr } = spawnSync(process.execPath, runFile(file), {
          env: PLAIN,
          encoding: "utf8",
          timeout: PATIENCE_MS,
        });
        expect(stderr).toBe("");
        const told = [...text.matchAll(/\/\/ → (.*)$/gm)].map((match) => match[1]);
        expect(stdout.trimEnd().split("\n")).toEqual(told);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});

describe("transcripts", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tsbpf-docs-"));
    for (const name of ["tsbpf-ld", "tsbpf"] as const) {
      const shim = join(folder, name);
      const command = [process.execPath, ...runProgram(name)].map((word) => `"${word}"`).join(" ");
      writeFileSync(shim, `#!/bin/sh\nexec ${command} "$@"\n`);
      chmodSync(shim, 0o755);
    }
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it.each(documents.filter((name) => blocksOf(name).some((block) => block.language === "console")))(
    "of %s show what is printed",
    (document) => {
      const cwd = mkdtempSync(join(folder, "run-"));
      for (const name of readdirSync(join(ROOT, "examples")))
        copyFileSync(join(ROOT, "examples", name), join(cwd, name));
      const shown = blocksOf(document).filter((block) => block.language === "console");
      const printed = shown.map((block) => transcript(block.text, cwd));
      if (process.env.TSBPF_BLESS === "1") {
        let text = readFileSync(join(ROOT, document), "utf8");
        for (const [i, block] of shown.entries()) {
          text = text.replace(`\`\`\`console\n${block.text}`, () => `\`\`\`console\n${printed[i]}`);
        }
        writeFileSync(join(ROOT, document), text);
      }
      expect(shown.map((block) => block.text)).toEqual(printed);
    },
    120_000,
  );

  /** The commands of a block, each with what it prints on both streams. */
  function transcript(text: string, cwd: string): string {
    const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}`, NO_COLOR: "1" };
    let out = "";
    for (const line of text.split("\n").filter((line) => line.startsWith("$ "))) {
      const run = spawnSync("sh", ["-c", `${line.slice(2)} 2>&1`], {
        cwd,
        env,
        encoding: "utf8",
        timeout: PATIENCE_MS,
      });
      out += `${line}\n${run.stdout}`;
    }
    return out;
  }
});
