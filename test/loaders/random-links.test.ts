// Random programs of several files (random/), each against the same program as one file, which clang compiled: in the kernel,
// the linked object gives what the one file gives, with --gc-sections, too. All orders of the files, as objects and as IR,
// give the same; what is linked stays so when it is linked again, and two steps give what one gives. Where bpftool has nothing
// to do otherwise, its object is ours.
//
// TSBPF_RANDOM_LINKS=SEED:COUNT runs others than those of CI; SEED:FIRST-LAST runs a part of them.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readElf } from "../../src/elf/index.js";
import {
  diffModules,
  type InputFile,
  type LinkedFiles,
  type LinkFilesOptions,
  Log,
  linkFiles,
  type Module,
  printModule,
} from "../../src/index.js";
import { lift } from "../../src/object/index.js";
import { Random } from "../fuzz/random.js";
import { judge } from "../judges.js";
import { permutations } from "../link/inputs.js";
import { compile } from "./compile.js";
import { describeInKernel } from "./kernel.js";
import { withLibbpf } from "./libbpf.js";
import { makeProgram, type RandomProgram } from "./random/program.js";
import { tryRun } from "./run.js";

const clang = judge("clang-22", "apt: clang-22") ?? "";
const oldClang = judge("clang-14", "apt: clang-14") ?? "";
const bpftool = judge("bpftool", "apt: bpftool") ?? "";

const [seed, first, last] = rangeOf(process.env.TSBPF_RANDOM_LINKS ?? "1:20");

/** SEED:COUNT or SEED:FIRST-LAST. */
function rangeOf(text: string): [seed: number, first: number, last: number] {
  const [, seed, from, to] = /^(\d+):(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  if (seed === undefined)
    throw new Error(`TSBPF_RANDOM_LINKS is "${text}", and is SEED:COUNT or SEED:FIRST-LAST`);
  return to === undefined ? [Number(seed), 0, Number(from) - 1] : [Number(seed), Number(from), Number(to)];
}

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tsbpf-random-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write({ name, bytes }: InputFile): string {
  const path = join(folder, name);
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

/** Said of IR that names what not every loader has. */
const EXPECTED = new Set(["ir/bss-suffix", "ir/kconfig-weak"]);

function linkQuietly(
  files: readonly InputFile[],
  options: LinkFilesOptions = {},
): LinkedFiles & { bytes: Uint8Array } {
  const linked = linkFiles(files, options);
  expect(linked.diagnostics.filter(({ code }) => !EXPECTED.has(code))).toEqual([]);
  return { ...linked, bytes: linked.bytes! };
}

function differences(a: Module, b: Module): string[] {
  return diffModules({ module: a, little: true }, { module: b, little: true }).map(
    ({ thing, change, details }) => `${thing} ${change}\n${JSON.stringify(details)}`,
  );
}

/** What the programs of an object return, one after the other; or what was said where a loader or the kernel refuses it. */
async function resultsOf(
  bytes: Uint8Array,
  { programs }: RandomProgram,
): Promise<readonly number[] | string> {
  const path = write({ name: "prog.o", bytes });
  const results: number[] = [];
  let refusal: string | undefined;
  await withLibbpf("libbpf-newest", async (libbpf) => {
    for (const command of [`open ${path}`, "load"]) {
      const { ok, log } = await libbpf.tryAsk(command);
      if (!ok || log.includes("BTF loading error")) refusal ??= log;
    }
    if (refusal !== undefined) return;
    for (const name of programs) results.push((await libbpf.ask<{ retval: number }>(`run ${name} `)).retval);
  });
  return refusal ?? results;
}

/** A link in which static things are called after their file, too: which of two namesakes gets a number is up to the order. */
function linkNamed(files: readonly InputFile[]): Module {
  const { report } = linkQuietly(files);
  const rename = report!.kept.flatMap(({ name, was, kind, binding, input }) =>
    binding === "local" && (kind === "function" || kind === "variable")
      ? [[name, `${was ?? name}_of_${input[0]}`] as const]
      : [],
  );
  return linkQuietly(files, { rename }).module!;
}

/** That the files mean the same in every order and form, and in two steps. */
function checkOrders(objects: readonly InputFile[], { plain }: RandomProgram, random: Random): void {
  const irs = objects.map(
    (object): InputFile => ({
      name: object.name.replace(/o$/, "json"),
      bytes: Buffer.from(printModule(moduleOf(object), { little: true })),
    }),
  );
  const mixed = objects.map((object, i) => (random.once(2) ? object : irs[i]!));
  const result = linkNamed(objects);
  for (const files of [...permutations(objects), irs, mixed, [...mixed].reverse()]) {
    expect(differences(result, linkNamed(files))).toEqual([]);
  }
  if (!plain) return;
  const step = linkFiles(objects.slice(1), { allowUndefined: true });
  const second = linkQuietly([objects[0]!, { name: "step.o", bytes: step.bytes! }]);
  expect(differences(linkQuietly(objects).module!, second.module!)).toEqual([]);
}

describeInKernel(
  `random programs of several files (seed ${seed}, ${first} to ${last})`,
  ["libbpf-newest"],
  () => {
    const numbers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    it.each(numbers)("%i", async (number) => {
      const program = makeProgram(seed, number);
      const random = new Random(seed + 1, number);
      const objects = program.files.map(({ c, clang: by, flags }, i) =>
        compile(by === "clang-14" ? oldClang : clang, `${"abcd"[i]}.c`, c, flags),
      );
      const linked = linkQuietly(objects).bytes;
      checkOrders(objects, program, random);
      const again = linkQuietly([{ name: "again.o", bytes: linked }]).bytes;
      expect(Buffer.from(again).equals(Buffer.from(linked))).toBe(true);
      const expected = await resultsOf(compile(clang, "whole.c", program.whole).bytes, program);
      expect(expected).toBeInstanceOf(Array);
      expect(await resultsOf(linked, program)).toEqual(expected);
      const needed = linkQuietly(random.once(2) ? objects : [...objects].reverse(), { gcSections: true });
      expect(await resultsOf(needed.bytes, program)).toEqual(expected);
      if (!program.plain) return;
      const theirs = join(folder, "theirs.o");
      const { status, stderr } = tryRun(bpftool, ["gen", "object", theirs, ...objects.map(write)]);
      if (status !== 0) {
        // A variable whose struct one file only declares; names of the kernel without a type.
        expect(stderr).toMatch(
          /incompatible BTF kinds (struct and fwd|fwd and struct)|failed to find BTF info/,
        );
        return;
      }
      const [a, b] = [
        moduleOf({ name: "theirs.o", bytes: readFileSync(theirs) }),
        moduleOf({ name: "ours.o", bytes: linked }),
      ];
      expect(differences(a, b).filter((text) => !JUSTIFIED.some((known) => known.test(text)))).toEqual([]);
    });
  },
);

/** What theirs has otherwise where nothing else of the thing differs. */
const JUSTIFIED = [
  // Theirs begins the part of each file at the alignment of the section.
  /^variable changed\n\[\{"sign":"-","text":"align: 8"\},\{"sign":"\+","text":"align: \d"\}\]$/,
  // Theirs has one anonymous struct for two maps with one definition; clang has two, as we have.
  /^map changed\n\[\{"sign":"-","text":"struct: \\"\$m\d\\""\}\]$/,
];
