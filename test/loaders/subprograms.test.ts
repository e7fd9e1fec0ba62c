// The subprograms example at work: a callback counts in `runs` as often as `limit` says, and user space changes `limit`
// through its map.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dumpXlated, showProgram, withBpftoolLoaded } from "./bpftool.js";
import { askCilium } from "./cilium.js";
import { exampleFile } from "./examples.js";
import { describeInKernel, withPinFolder } from "./kernel.js";
import { dataOf, hex, LIBBPFS, type MapInfo, type ProgramInfo, unhex, withLibbpf } from "./libbpf.js";
import { link, ROOT } from "./link.js";
import { eventually } from "./run.js";

/** The value of `limit` in the file. */
const LIMIT = 1000;

/** The program, `add` and `each`, and a line for each of their instructions. */
const INFOS = { name: "on_sys_enter", funcInfos: 3, lineInfos: 23 + 3 + 5 };

describe.each(LIBBPFS)("with %s", (libbpfName) => {
  describeInKernel("subprograms at work", [libbpfName], () => {
    it("loads with all its BTF, and without a word", () =>
      withLibbpf(libbpfName, async (libbpf) => {
        expect((await libbpf.ask(`open ${link(exampleFile("subprograms"))}`)).log).toBe("");
        expect((await libbpf.ask("load")).log).toBe("");
        const { programs } = await libbpf.ask<{ programs: ProgramInfo[] }>("programs");
        expect(programs).toMatchObject([INFOS]);
        expect(programs[0]?.btfId).toBeGreaterThan(0);
        const { maps } = await libbpf.ask<{ maps: MapInfo[] }>("maps");
        expect(maps.map(({ name }) => name.replace(/^.*\./, "."))).toEqual([
          ".bss",
          ".data",
          ".rodata",
          ".kconfig",
        ]);
        for (const map of maps) expect(map.btfId, `BTF of ${map.name}`).toBeGreaterThan(0);
      }));

    it("counts up to the limit that user space sets", () =>
      withLibbpf(libbpfName, async (libbpf) => {
        await libbpf.ask(`open ${link(exampleFile("subprograms"))}`);
        await libbpf.ask("load");
        const runs = async () => unhex(await dataOf(libbpf, ".bss"));
        expect(unhex(await dataOf(libbpf, ".data"))).toBe(LIMIT);
        expect(await runs()).toBe(0);
        await libbpf.ask("run on_sys_enter");
        expect(await runs()).toBe(LIMIT);
        await libbpf.ask(`update .data ${hex(0, 4)} ${hex(7, 4)}`);
        await libbpf.ask("run on_sys_enter");
        expect(await runs()).toBe(LIMIT + 7);

        // Attached, it counts with every system call of the machine.
        await libbpf.ask(`update .data ${hex(0, 4)} ${hex(1, 4)}`);
        await libbpf.ask("attach on_sys_enter");
        const more = await eventually(async () => ((await runs()) > LIMIT + 7 + 10 ? true : undefined));
        expect(more).toBe(true);
      }));
  });
});

describeInKernel("with bpftool, subprograms at work", [], () => {
  it("shows the author's line before each instruction, in the subprograms as well", () =>
    withPinFolder((folder) =>
      withBpftoolLoaded(link(exampleFile("subprograms")), folder, [], () => {
        const { id } = showProgram(join(folder, "progs/on_sys_enter"));
        const shown = dumpXlated(id).filter(({ src }) => src !== undefined);
        expect(shown).toHaveLength(INFOS.lineInfos);
        const lines = readFileSync(join(ROOT, exampleFile("subprograms")), "utf8").split("\n");
        for (const { src, file, line_num } of shown) {
          expect(file).toBe("subprograms.json");
          expect(lines[(line_num ?? 0) - 1]).toContain(src);
        }
      }),
    ));
});

describeInKernel("with cilium/ebpf, subprograms at work", ["cilium"], () => {
  const object = () => link(exampleFile("subprograms"));

  it("counts up to the limit of the file", () => {
    const { programs, variables } = askCilium(object(), { run: "on_sys_enter" }).kernel;
    expect(programs).toMatchObject([INFOS]);
    expect(variables).toEqual({ limit: hex(LIMIT, 4), runs: hex(LIMIT, 8), mode: hex(7, 4) });
  });

  it("counts up to the limit that user space sets", () => {
    const { variables } = askCilium(object(), { set: "limit=7", run: "on_sys_enter" }).kernel;
    expect(variables).toMatchObject({ limit: hex(7, 4), runs: hex(7, 8) });
  });
});
