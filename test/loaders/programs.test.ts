// Programs of several files, linked in every order: as objects of clang, as IR (what lift makes of these objects), and
// mixed. All results mean the same, to `diff`, to bpftool and to the kernel, which runs each of them; linked again, they
// stay what they are; where bpftool links the same files, ours says no less.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readElf } from "../../src/elf/index.js";
import {
  buildObject,
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
import { ir, linkWell, permutations } from "../link/inputs.js";
import { askCilium } from "./cilium.js";
import { compile } from "./compile.js";
import { describeInKernel } from "./kernel.js";
import { type ProgramInfo, withLibbpf } from "./libbpf.js";
import { PROGRAMS, type Program, type Source } from "./programs/index.js";
import { run, tryRun } from "./run.js";

const clang = judge("clang-22", "apt: clang-22") ?? "";
const oldClang = judge("clang-14", "apt: clang-14") ?? "";
const bpftool = judge("bpftool", "apt: bpftool") ?? "";
const objdump = judge("llvm-objdump-22", "apt: llvm-22") ?? "";
const ar = judge("llvm-ar-22", "apt: llvm-22") ?? "";
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

/** The source as an object and as IR. */
function inputsOf(source: Source, name: string, little: boolean): { object: InputFile; asIr: InputFile } {
  if (typeof source === "object" && "ir" in source) {
    const asIr = ir(`${name}.json`, source.ir);
    const { bytes } = linkWell([asIr], { allowUndefined: true });
    return { object: { name: `${name}.o`, bytes }, asIr };
  }
  const {
    c,
    flags,
    clang: by,
  } = typeof source === "string" ? { c: source } : { flags: [], clang: "", ...source };
  const object = compile(by === "clang-14" ? oldClang : clang, `${name}.c`, c, flags);
  return {
    object,
    asIr: { name: `${name}.json`, bytes: Buffer.from(printModule(moduleOf(object), { little })) },
  };
}

function moduleOf(file: InputFile): Module {
  const log = new Log();
  const module = tryModuleOf(file, log);
  if (module === undefined) throw new Error(log.diagnostics.map(({ message }) => message).join("\n"));
  return module;
}

function tryModuleOf({ name, bytes }: InputFile, log: Log): Module | undefined {
  const object = readElf(bytes, name, log);
  return object && lift(object, name, log);
}

/** What differs in meaning: the order of things is that of the files, and diff leaves it out. */
function differences(a: Module, b: Module, little: boolean): Change[] {
  return diffModules({ module: a, little }, { module: b, little });
}

/** The inputs of a link: files, and last an archive of those that stand in one. */
function packed(files: readonly InputFile[], { archived }: Program): InputFile[] {
  if (archived === undefined) return [...files];
  const members = archived.map((i) => write(files[i]!));
  const path = join(mkdtempSync(join(folder, "archive-")), "lib.a");
  run(ar, ["rc", path, ...members]);
  return [...files.filter((_, i) => !archived.includes(i)), { name: "lib.a", bytes: readFileSync(path) }];
}

type Theirs = NonNullable<Program["theirs"]>;

/** What theirs has otherwise, or that it has nothing. */
function theirDifferences(objects: readonly InputFile[], ours: Module, little: boolean): Theirs {
  const theirs = join(folder, "theirs.o");
  if (tryRun(bpftool, ["gen", "object", theirs, ...objects.map(write)]).status !== 0) return "no link";
  return compared(theirs, ours, little);
}

/** The same of the newest libbpf's linker. */
async function newestDifferences(
  objects: readonly InputFile[],
  ours: Module,
  little: boolean,
): Promise<Theirs> {
  const theirs = join(folder, "newest.o");
  let linked = false;
  await withLibbpf("libbpf-newest", async (libbpf) => {
    linked = (await libbpf.tryAsk(`link ${theirs} ${objects.map(write).join(" ")}`)).ok;
  });
  return linked ? compared(theirs, ours, little) : "no link";
}

function compared(theirs: string, ours: Module, little: boolean): Theirs {
  const module = tryModuleOf({ name: "theirs.o", bytes: readFileSync(theirs) }, new Log());
  if (module === undefined) return "broken";
  return differences(module, ours, little).map(({ thing, change }) => `${thing} ${change}`);
}

/** bpftool's own view of the types, without what depends on their order. */
function typesOf(object: string): string[] {
  return run(bpftool, ["btf", "dump", "file", object])
    .split("\n")
    .map((line) => line.replace(/^\[\d+\] /, "").replace(/\b(\w*type_id|offset)=\d+/g, "$1"))
    .sort();
}

/** The code of every function, as llvm-objdump prints it; without the numbers that keep static names apart. */
function codeOf(object: string, ordered: boolean): string[] {
  const text = run(objdump, ["-d", "-r", "--no-show-raw-insn", "--no-leading-addr", object]);
  return text
    .split(/\n(?=<)/)
    .slice(1)
    .map((part) => part.replace(/\t[0-9a-f]{16}:/g, "").replace(/\nDisassembly of .*\n/, ""))
    .map((part) => (ordered ? part.replace(/(?<=\w)_\d+\b/g, "") : part))
    .sort();
}

/** What `prog` returns, from the kernel, which must hold the BTF and the lines of every program. */
async function runs(object: string): Promise<number> {
  let value = -1;
  await withLibbpf("libbpf-newest", async (libbpf) => {
    await libbpf.ask(`open ${object}`);
    await libbpf.ask("load");
    const { programs } = await libbpf.ask<{ programs: ProgramInfo[] }>("programs");
    for (const { name, btfId, funcInfos, lineInfos } of programs) {
      expect({ name, known: btfId > 0 && funcInfos > 0 && lineInfos > 0 }).toEqual({ name, known: true });
    }
    const input = programs.find(({ name }) => name === "prog")?.section === "syscall" ? "" : FRAME;
    value = (await libbpf.ask<{ retval: number }>(`run prog ${input}`)).retval;
  });
  return value;
}

describeInKernel("programs of several files", ["libbpf-newest", "cilium"], () => {
  it.each(PROGRAMS)("$name", async (program) => {
    const { options = {}, ordered = false, returns, notCilium } = program;
    const little = targetOf(program).target === "bpfel";
    const inputs = program.files.map((source, i) => inputsOf(source, "abcd"[i]!, little));
    const objects = inputs.map(({ object }) => object);
    const irs = inputs.map(({ asIr }) => asIr);
    const all = [objects, irs, objects.map((object, i) => (i % 2 === 0 ? object : irs[i]!))];
    all.push(objects.map((object, i) => (i % 2 === 1 ? object : irs[i]!)));
    const mixes = program.notAsIr === undefined ? all : [objects];
    // A file alone is not changed by a link.
    for (const { name, bytes } of program.notAsIr === undefined ? irs : []) {
      const built = buildObject({ name, text: Buffer.from(bytes).toString() }, targetOf(program));
      const linked = linkFiles([{ name, bytes }], targetOf(program));
      expect(Buffer.from(linked.bytes!).equals(Buffer.from(built.bytes!))).toBe(true);
    }

    const first = linkWell(packed(objects, program), options);
    const results = new Map<string, Uint8Array>();
    for (const mix of mixes) {
      for (const files of permutations(packed(mix, program))) {
        const linked = linkWell(files, { ...options, ...targetOf(program) });
        results.set(Buffer.from(linked.bytes).toString("latin1"), linked.bytes);
        if (!ordered) expect(differences(first.module!, linked.module!, little)).toEqual([]);
      }
    }
    const firstPath = write({ name: "first.o", bytes: first.bytes });
    for (const bytes of results.values()) {
      const ours = write({ name: "ours.o", bytes });
      const again = linkWell([{ name: "again.o", bytes }]).bytes;
      expect(Buffer.from(again).equals(Buffer.from(bytes))).toBe(true);
      if (!ordered) expect(typesOf(ours)).toEqual(typesOf(firstPath));
      if (typeof returns === "number") expect(await runs(ours)).toBe(returns);
      else expect(codeOf(ours, ordered)).toEqual(codeOf(firstPath, ordered));
    }
    if (notCilium === undefined) {
      if (typeof returns !== "number") askCilium(firstPath, { open: true });
      else expect(askCilium(firstPath, { run: "prog" }).kernel.retval).toBe(returns);
    }
    // Linked in two steps, the result is the same.
    if (objects.length > 2 && program.archived === undefined && program.options === undefined) {
      const part = linkFiles(objects.slice(1), { allowUndefined: true });
      const whole = linkWell([objects[0]!, { name: "part.o", bytes: part.bytes! }]);
      if (!ordered) expect(differences(first.module!, whole.module!, little)).toEqual([]);
    }
    const theirs = program.theirs ?? [];
    expect({
      theirs: theirDifferences(objects, first.module!, little),
      newest: await newestDifferences(objects, first.module!, little),
    }).toEqual({ theirs, newest: program.newest ?? theirs });
  });
});

/** IR has no byte order of its own. */
function targetOf({ files }: Program): { target: "bpfel" | "bpfeb" } {
  const big = files.some(
    (source) => typeof source === "object" && "c" in source && source.flags?.includes("bpfeb"),
  );
  return { target: big ? "bpfeb" : "bpfel" };
}
