// The kernel's view of programs of several files: what it holds of `bpftool gen object`'s result it holds of ours, too.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { InputFile } from "../../src/index.js";
import { judge } from "../judges.js";
import { ir, linkWell } from "../link/inputs.js";
import { compile } from "./compile.js";
import { describeInKernel } from "./kernel.js";
import { PROGRAMS, type Source } from "./programs/index.js";
import { tryRun } from "./run.js";
import { differencesOf, load } from "./view.js";

const clang = judge("clang-22", "apt: clang-22") ?? "";
const oldClang = judge("clang-14", "apt: clang-14") ?? "";
const bpftool = judge("bpftool", "apt: bpftool") ?? "";

const UNIQUE = "of two local names, ours gives one a number: cilium/ebpf refuses two functions of one name";
const MERGED = "ours has equal string literals once";

type Difference = Readonly<{ what: readonly string[]; reason: string }>;

/** Where the kernel holds something else of bpftool's result, and why. */
const DIFFERENCES: Readonly<Record<string, Difference>> = {
  "static data of one name": { what: ["map prog.data value"], reason: UNIQUE },
  "static functions of one name in four files": {
    what: ["program prog functions 4", "program prog functions 6"],
    reason: UNIQUE,
  },
  "string literals": { what: ["map .rodata.str1.1 valueSize"], reason: MERGED },
  "literals that three files have": { what: ["map .rodata.str1.1 valueSize"], reason: MERGED },
  "structs that point at each other, over four files": {
    what: ["map prog.data value"],
    reason: "a pointer of theirs still leads to a forward declaration of a struct that is known",
  },
};

describeInKernel("the kernel's view of linked programs", ["libbpf-newest"], () => {
  let folder = "";
  const counts = { programs: 0, loaded: 0 };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tsbpf-linked-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
    console.log(`of ${counts.programs} programs, ${counts.loaded} load as bpftool and as we link them`);
  });

  it.each(PROGRAMS)("$name", async (program) => {
    counts.programs++;
    const home = mkdtempSync(join(folder, "program-"));
    const objects = program.files.map((source, i) => objectOf(source, "abcdefgh"[i]!));
    const theirs = join(home, "theirs", "prog.o");
    const ours = join(home, "ours", "prog.o");
    for (const path of [theirs, ours]) mkdirSync(join(path, ".."));
    const inputs = objects.map(({ name, bytes }) => {
      const path = join(home, name);
      writeFileSync(path, bytes);
      return path;
    });
    if (tryRun(bpftool, ["gen", "object", theirs, ...inputs]).status !== 0) return;
    const original = await load(theirs, []);
    if (original === undefined || original.left.length > 0) return;
    counts.loaded++;
    writeFileSync(ours, linkWell(objects).bytes);
    const copy = await load(ours, []);
    const expected = DIFFERENCES[program.name]?.what ?? [];
    const differences = differencesOf(original, copy);
    expect(differences.filter((text) => !expected.some((what) => text.startsWith(`${what}:`)))).toEqual([]);
    expect(differences).toHaveLength(expected.length);
  });
});

function objectOf(source: Source, name: string): InputFile {
  if (typeof source === "string") return compile(clang, `${name}.c`, source);
  if ("ir" in source) {
    return {
      name: `${name}.o`,
      bytes: linkWell([ir(`${name}.json`, source.ir)], { allowUndefined: true }).bytes,
    };
  }
  return compile(source.clang === "clang-14" ? oldClang : clang, `${name}.c`, source.c, source.flags);
}
