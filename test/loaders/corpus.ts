// The object files that all loaders are asked about: every golden case, every example, and one small program for each
// section name that libbpf knows. They are built here, in this process, since a process for each would take minutes.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "jsonc-parser";
import { type BuildOptions, buildObject } from "../../src/index.js";
import { SECTION_NAMES } from "../../src/ir/sections.generated.js";
import { EXAMPLES, exampleFile } from "./examples.js";
import { ROOT } from "./link.js";

export type Entry = Readonly<{
  /** "golden/01-minimal", "examples/hello_world", "SEC xdp". */
  name: string;
  /** What it is about, in the words of its author. */
  about: string;
  text: string;
  options: BuildOptions;
}>;

export const GOLDENS: readonly Entry[] = readdirSync(join(ROOT, "golden"), { withFileTypes: true })
  .flatMap((item) => (item.isDirectory() ? [item.name] : []))
  .sort()
  .map((name) => {
    const source = readFileSync(join(ROOT, "golden", name, "prog.c"), "utf8");
    const text = readFileSync(join(ROOT, "golden", name, "prog.json"), "utf8");
    const about = firstSentence(source);
    const bigEndian = /^\/\/ CFLAGS: .*-target bpfeb/m.test(source);
    return {
      name: `golden/${name}`,
      about,
      text,
      options: { target: bigEndian ? "bpfeb" : "bpfel", cpu: 4 },
    };
  });

/** Of the comment that opens a C file. */
function firstSentence(source: string): string {
  const comment = /^(\/\/.*\n)+/.exec(source)?.[0].replace(/\n?\/\/ ?/g, " ") ?? "";
  return /^.*?\.(?=\s|$)/.exec(comment.trim())?.[0] ?? comment.trim();
}

const EXAMPLE_ENTRIES: readonly Entry[] = EXAMPLES.map(({ name, programs }) => ({
  name: `examples/${name}`,
  about: [...new Set(Object.values(programs).map(({ name: type }) => type))].join(", "),
  text: readFileSync(join(ROOT, exampleFile(name)), "utf8"),
  options: {},
}));

export const OBJECTS: readonly Entry[] = [...GOLDENS, ...EXAMPLE_ENTRIES];

/**
 * A program that returns 0 in each section. Names that need a target get one, since the loaders look it up only on load;
 * struct_ops, whose programs belong to a map, is left out.
 */
export const SECTIONS: readonly Entry[] = SECTION_NAMES.filter(
  ({ name }) => !name.startsWith("struct_ops"),
).map(({ name, target }) => {
  const section = target ? `${name}/target` : name;
  const program = { name: "prog", section, code: ["r0 = 0", "exit"] };
  return {
    name: `SEC ${section}`,
    about: "",
    text: JSON.stringify({ license: "GPL", programs: [program] }),
    options: {},
  };
});

/** The names of the programs that an entry's author wrote. */
export function programNames(entry: Entry): readonly string[] {
  const module = parse(entry.text) as { programs?: readonly { name: string }[] };
  return (module.programs ?? []).map(({ name }) => name);
}

export type ObjectFile = Readonly<{ entry: Entry; file: string }>;

/** Builds the entries into a fresh folder, runs `body` on the files, and removes them. */
export async function withObjects(
  entries: readonly Entry[],
  body: (objects: readonly ObjectFile[]) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "tsbpf-test-"));
  try {
    const objects = entries.map((entry, index) => {
      const { bytes, diagnostics } = buildObject({ name: "prog.json", text: entry.text }, entry.options);
      if (bytes === undefined) {
        throw new Error(`${entry.name}: ${diagnostics.map(({ message }) => message).join("; ")}`);
      }
      const home = join(folder, String(index));
      mkdirSync(home);
      const file = join(home, "prog.o"); // libbpf puts the file's name into those of data maps
      writeFileSync(file, bytes);
      return { entry, file };
    });
    await body(objects);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
