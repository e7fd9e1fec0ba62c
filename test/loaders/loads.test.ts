// Every example loads, in every loader, with all its BTF. The kernel is asked what it holds: a loader that drops bad BTF
// goes on without a word, and a program without line info still runs.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dumpXlated, showMap, showProgram, withBpftoolLoaded } from "./bpftool.js";
import { askCilium } from "./cilium.js";
import { EXAMPLES, type Example, exampleFile, readExample } from "./examples.js";
import { BPFFS, describeInKernel, withPinFolder } from "./kernel.js";
import { LIBBPFS, type LibbpfName, type MapInfo, type ProgramInfo, withLibbpf } from "./libbpf.js";
import { link } from "./link.js";

/** An example as it was linked. */
type Linked = Readonly<{ example: Example; object: string; withLines: boolean }>;

// include/uapi/linux/bpf.h
const BPF_F_RDONLY_PROG = 1 << 7;
const BPF_F_MMAPABLE = 1 << 10;

describe.each(LIBBPFS)("%s", (libbpf) => {
  describeInKernel("loads the examples", [libbpf], () => {
    it.each(EXAMPLES)("$name", (example) => loadsInLibbpf(libbpf, whole(example)));
    it.each(EXAMPLES)("$name with --no-line-info", (example) => loadsInLibbpf(libbpf, bare(example)));
  });
});

describeInKernel("cilium/ebpf loads the examples", ["cilium"], () => {
  it.each(EXAMPLES)("$name", (example) => loadsInCilium(whole(example)));
  it.each(EXAMPLES)("$name with --no-line-info", (example) => loadsInCilium(bare(example)));
});

describeInKernel("bpftool loads the examples", [], () => {
  it.each(EXAMPLES)("$name", (example) => loadsInBpftool(whole(example)));
  it.each(EXAMPLES)("$name with --no-line-info", (example) => loadsInBpftool(bare(example)));
});

function whole(example: Example): Linked {
  return { example, object: link(exampleFile(example.name)), withLines: true };
}

function bare(example: Example): Linked {
  return { example, object: link(exampleFile(example.name), ["--no-line-info"]), withLines: false };
}

function loadsInLibbpf(name: LibbpfName, { example, object, withLines }: Linked): Promise<void> {
  return withPinFolder((pins) =>
    withLibbpf(name, async (libbpf) => {
      expect((await libbpf.ask(`open ${object} ${pins}`)).log).toBe("");
      expect((await libbpf.ask("load")).log).toBe("");

      const { programs } = await libbpf.ask<{ programs: ProgramInfo[] }>("programs");
      const types = programs.map((program) => [program.name, program.type] as const);
      expect(Object.fromEntries(types)).toEqual(mapValues(example.programs, (type) => type.number));
      for (const program of programs) expectInfos(program, example, withLines);

      const { maps } = await libbpf.ask<{ maps: MapInfo[] }>("maps");
      const held = maps.map((map) => {
        const { type, btfId, valueType, flags } = map;
        return [variableOf(map.name), { type, btf: btfId > 0 && valueType > 0, flags }] as const;
      });
      const expected = mapValues(example.maps, ({ type, btf, rodata }) => ({
        type: type.number,
        btf,
        flags: rodata === true ? BPF_F_MMAPABLE | BPF_F_RDONLY_PROG : 0,
      }));
      expect(Object.fromEntries(held)).toEqual(expected);
      expect(readdirSync(pins)).toEqual(pinnedByName(example));
    }),
  );
}

function loadsInCilium({ example, object, withLines }: Linked): Promise<void> {
  return withPinFolder((pins) => {
    const { programs, maps } = askCilium(object, { pins }).kernel;
    const types = programs.map((program) => [program.name, program.type] as const);
    expect(Object.fromEntries(types)).toEqual(mapValues(example.programs, (type) => type.name));
    for (const program of programs) expectInfos(program, example, withLines);

    const held = maps.map(({ name, type, btfId }) => [name, { type, btf: btfId > 0 }] as const);
    const expected = mapValues(example.maps, ({ type, btf }) => ({ type: type.name, btf }));
    expect(Object.fromEntries(held)).toEqual(expected);
    expect(readdirSync(pins)).toEqual(pinnedByName(example));
  });
}

function loadsInBpftool({ example, object, withLines }: Linked): Promise<void> {
  return withPinFolder((folder) =>
    withBpftoolLoaded(object, folder, pinnedByName(example), () => {
      for (const name of pinnedByName(example)) expect(existsSync(join(BPFFS, name))).toBe(true);
      const names = readdirSync(join(folder, "progs")).sort();
      expect(names).toEqual(Object.keys(example.programs).sort());
      for (const name of names) {
        const program = showProgram(join(folder, "progs", name));
        expect(program).toMatchObject({ name, gpl_compatible: true });
        expect(program.btf_id, `BTF of ${name}`).toBeGreaterThan(0);
        for (const id of program.map_ids ?? []) {
          const map = showMap(id);
          const { btf, rodata } = example.maps[variableOf(map.name)] ?? {};
          expect(map.btf_id !== undefined, `BTF of ${map.name}`).toBe(btf);
          expect(map.frozen, `${map.name} is frozen`).toBe(rodata === true ? 1 : 0);
        }
        expectLines(program.id, name, example, withLines);
      }
    }),
  );
}

/** What the kernel holds of a program besides its code: the author's lines, or one record where they were not wanted. */
function expectInfos(
  program: Readonly<{ name: string; btfId: number; funcInfos: number; lineInfos: number }>,
  example: Example,
  withLines: boolean,
): void {
  expect(program.btfId, `BTF of ${program.name}`).toBeGreaterThan(0);
  expect(program.funcInfos).toBe(1);
  expect(program.lineInfos).toBe(withLines ? readExample(example.name).code[program.name]?.length : 1);
}

/** The kernel's records quote the IR file, each the line that it names, and together every instruction of the program. */
function expectLines(id: number, program: string, example: Example, withLines: boolean): void {
  const records = dumpXlated(id).filter(({ src }) => src !== undefined && src !== "");
  const { lines, code } = readExample(example.name);
  for (const { src, file, line_num } of records) {
    expect(file).toBe(`${example.name}.json`);
    expect(lines[(line_num ?? 0) - 1]).toContain(src);
  }
  const wanted = withLines ? (code[program] ?? []) : [];
  expect(records.map(({ src }) => src)).toEqual(wanted.map((insn) => expect.stringContaining(insn)));
}

function pinnedByName(example: Example): readonly string[] {
  return Object.entries(example.maps).flatMap(([name, map]) => (map.pinned === true ? [name] : []));
}

/** libbpf puts the object's name before that of a data section: hello_wo.rodata. */
function variableOf(mapName: string): string {
  return mapName.replace(/^[^.]+(?=\.)/, "");
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
