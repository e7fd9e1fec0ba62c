// Programs of several files, linked in every order: as objects of clang, as IR (what lift makes of these objects), and
// mixed. All results mean the same, and run with the right value; where bpftool links the same files, ours says no less.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readElf } from "../../src/elf/index.js";
import {
  type Change,
  diffModules,
  type InputFile,
  Log,
  linkFiles,
  type Module,
  printModule,
} from "../../src/index.js";
import { lift } from "../../src/object/index.js";
import { judge } from "../judges.js";
import { linkWell, permutations } from "../link/inputs.js";
import { askCilium } from "./cilium.js";
import { compile } from "./compile.js";
import { describeInKernel } from "./kernel.js";
import { withLibbpf } from "./libbpf.js";
import { PROGRAMS } from "./programs.js";
import { tryRun } from "./run.js";

const clang = judge("clang-22", "apt: clang-22") ?? "";
const bpftool = judge("bpftool", "apt: bpftool") ?? "";
const FRAME = "00".repeat(14);

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tsbpf-programs-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write({ name, bytes }: InputFile): string {
  const path = join(mkdtempSync(join(folder, "file-")), name);
  writeFileSync(path, bytes);
  return path;
}

function moduleOf({ name, bytes }: InputFile): Module {
  const log = new Log();
  const object = readElf(bytes, name, log);
  const module = object && lift(object, name, log);
  if (module === undefined) throw new Error(log.diagnostics.map(({ message }) => message).join("\n"));
  return module;
}

/** The same file as IR. */
function asIr(object: InputFile): InputFile {
  const name = object.name.replace(/\.o$/, ".json");
  return { name, bytes: Buffer.from(printModule(moduleOf(object))) };
}

/** What differs in meaning: the order of things is that of the files, and diff leaves it out. */
function differences(a: Module, b: Module): Change[] {
  return diffModules({ module: a, little: true }, { module: b, little: true });
}

/** What theirs has otherwise, or that it has nothing. */
function theirDifferences(objects: readonly InputFile[], ours: Module): readonly string[] | "no link" {
  const theirs = join(folder, "theirs.o");
  if (tryRun(bpftool, ["gen", "object", theirs, ...objects.map(write)]).status !== 0) return "no link";
  const module = moduleOf({ name: "theirs.o", bytes: readFileSync(theirs) });
  return differences(module, ours).map(({ thing, change }) => `${thing} ${change}`);
}

async function runs(object: string): Promise<number> {
  let value = -1;
  await withLibbpf("libbpf-newest", async (libbpf) => {
    await libbpf.ask(`open ${object}`);
    await libbpf.ask("load");
    value = (await libbpf.ask<{ retval: number }>(`run prog ${FRAME}`)).retval;
  });
  return value;
}

describeInKernel("programs of several files", ["libbpf-newest", "cilium"], () => {
  it.each(PROGRAMS)("$name", async (program) => {
    const objects = program.files.map((text, i) => compile(clang, `${"abcd"[i]}.c`, text));
    const irs = objects.map(asIr);
    const mixes = [objects, irs, objects.map((object, i) => (i % 2 === 0 ? object : irs[i]!))];
    mixes.push(objects.map((object, i) => (i % 2 === 1 ? object : irs[i]!)));
    const first = linkWell(objects);
    for (const mix of mixes) {
      for (const files of permutations(mix)) {
        const linked = linkWell(files);
        if (program.ordered === true) continue;
        expect(differences(first.module!, linked.module!)).toEqual([]);
      }
      const ours = write({ name: "ours.o", bytes: linkWell(mix).bytes });
      expect(await runs(ours)).toBe(program.returns);
      expect(askCilium(ours, { run: "prog" }).kernel.retval).toBe(program.returns);
    }
    // Linked in two steps, the result is the same.
    if (objects.length > 2) {
      const part = linkFiles(objects.slice(1), { allowUndefined: true });
      const whole = linkWell([objects[0]!, { name: "part.o", bytes: part.bytes! }]);
      expect(differences(first.module!, whole.module!)).toEqual([]);
    }
    expect(theirDifferences(objects, first.module!)).toEqual(program.theirs ?? []);
  });
});
