// Every example loads, in every loader, with all its BTF. The kernel is asked what it holds: a loader that drops bad BTF
// goes on without a word, and a program without line info still runs.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dumpXlated, showMap, showProgram, withBpftoolLoaded } from "./bpftool.js";
import { askCilium } from "./cilium.js";
import { EXAMPLES, type Example, exampleFile, readExample } from "./examples.js";
import { BPFFS, describeInKernel, withPinFolder } from "./kernel.js";
import { LIBBPFS, type MapInfo, type ProgramInfo, withLibbpf } from "./libbpf.js";
import { link } from "./link.js";

const FORMS = [
  { form: "as it is", flags: [] },
  // .BTF.ext then has func_info, and one line record without a text for each function.
  { form: "with --no-line-info", flags: ["--no-line-info"] },
] as const;

describeInKernel("the examples load", [...LIBBPFS, "cilium"], () => {
  describe.each(EXAMPLES)("$name", (example) => {
    const programs = Object.entries(example.programs).sort(byName);
    const maps = Object.entries(example.maps).sort(byName);

    describe.each(FORMS)("$form", ({ flags }) => {
      const object = () => link(exampleFile(example.name), flags);

      it.each(LIBBPFS)("in %s", (libbpfName) =>
        withPinFolder((pins) =>
          withLibbpf(libbpfName, async (libbpf) => {
            expect((await libbpf.ask(`open ${object()} ${pins}`)).log).toBe("");
            expect((await libbpf.ask("load")).log).toBe("");

            const held = (await libbpf.ask<{ programs: ProgramInfo[] }>("programs")).programs;
            expect(held.map(({ name, type }) => [name, type]).sort()).toEqual(
              programs.map(([name, type]) => [name, type.number]),
            );
            for (const program of held) {
              expect(program.btfId, "BTF of the program").toBeGreaterThan(0);
              expect(program.funcInfos).toBe(1);
              expectLineInfos(program.lineInfos, flags, example, program.name);
            }

            const heldMaps = (await libbpf.ask<{ maps: MapInfo[] }>("maps")).maps;
            expect(heldMaps.map((map) => [variableName(map.name), map.type, map.btfId > 0]).sort()).toEqual(
              maps.map(([name, { type, btf }]) => [name, type.number, btf]),
            );
            const pinned = maps.flatMap(([name, map]) => (map.pinned === true ? [name] : []));
            expect(readdirSync(pins)).toEqual(pinned);
          }),
        ),
      );

      it("in cilium/ebpf", () =>
        withPinFolder((pins) => {
          const { kernel } = askCilium(object(), { pins });
          expect(kernel.programs.map(({ name, type }) => [name, type])).toEqual(
            programs.map(([name, type]) => [name, type.name]),
          );
          for (const program of kernel.programs) {
            expect(program.btfId, "BTF of the program").toBeGreaterThan(0);
            expect(program.funcInfos).toBe(1);
            expectLineInfos(program.lineInfos, flags, example, program.name);
          }
          expect(kernel.maps.map(({ name, type, btfId }) => [name, type, btfId > 0])).toEqual(
            maps.map(([name, { type, btf }]) => [name, type.name, btf]),
          );
        }));

      it("in bpftool", () =>
        withPinFolder(async (pins) => {
          const pinnedMaps = maps.flatMap(([name, map]) => (map.pinned === true ? [name] : []));
          await withBpftoolLoaded(object(), pins, pinnedMaps, () => {
            expect(readdirSync(join(pins, "progs")).sort()).toEqual(programs.map(([name]) => name));
            for (const name of pinnedMaps) expect(existsSync(join(BPFFS, name))).toBe(true);
            const withBtf = maps.filter(([, map]) => map.btf).map(([name]) => name);
            for (const [name] of programs) {
              const program = showProgram(join(pins, "progs", name));
              expect(program.name).toBe(name);
              expect(program.gpl_compatible).toBe(true);
              expect(program.btf_id, "BTF of the program").toBeGreaterThan(0);
              for (const id of program.map_ids ?? []) {
                const map = showMap(id);
                expect(map.btf_id !== undefined, map.name).toBe(withBtf.includes(variableName(map.name)));
              }
              const records = dumpXlated(program.id).filter((slot) => slot.src !== undefined);
              if (flags.length === 0) expectOwnLines(records, example, name);
              else expect(records.map((slot) => slot.src)).toEqual([]);
            }
          });
        }));
    });
  });
});

/** One record for each instruction of the author, or one for the function where lines were not wanted. */
function expectLineInfos(count: number, flags: readonly string[], example: Example, program: string): void {
  expect(count).toBe(flags.length > 0 ? 1 : readExample(example.name).code[program]?.length);
}

/** The kernel's line records quote the IR file, each the line it names, and together every instruction of the program. */
function expectOwnLines(records: ReturnType<typeof dumpXlated>, example: Example, program: string): void {
  const { lines, code } = readExample(example.name);
  for (const { src, file, line_num } of records) {
    expect(file).toContain(exampleFile(example.name));
    expect(lines[(line_num ?? 0) - 1]).toContain(src);
  }
  expect(records.map(({ src }) => src ?? "")).toEqual(
    (code[program] ?? []).map((insn) => expect.stringContaining(insn)),
  );
}

/** libbpf and the kernel put the object's name before that of a data section: hello_wo.rodata. */
function variableName(mapName: string): string {
  return mapName.includes(".") ? mapName.slice(mapName.indexOf(".")) : mapName;
}

function byName(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : 1;
}
