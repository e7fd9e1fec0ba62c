// The tail_call example at work: the loader has filled the program array and the map of maps from their initial values.

import { describe, expect, it } from "vitest";
import { askCilium } from "./cilium.js";
import { exampleFile } from "./examples.js";
import { describeInKernel } from "./kernel.js";
import { hex, LIBBPFS, type MapInfo, type ProgramInfo, unhex, withLibbpf } from "./libbpf.js";
import { link } from "./link.js";

/** The least input that a test run of XDP takes: an Ethernet header. */
const FRAME = "00".repeat(14);

describe.each(LIBBPFS)("with %s", (libbpfName) => {
  describeInKernel("tail_call at work", [libbpfName], () => {
    it("runs the target through the program array, and finds the inner map", () =>
      withLibbpf(libbpfName, async (libbpf) => {
        await libbpf.ask(`open ${link(exampleFile("tail_call"))}`);
        await libbpf.ask("load");
        expect(await libbpf.ask(`run entry ${FRAME}`)).toMatchObject({ retval: 42 });

        const idOf = async (map: string, key: number) => {
          const found = await libbpf.tryAsk<{ value?: string }>(`lookup ${map} ${hex(key, 4)}`);
          return found.value === undefined ? found.error : unhex(found.value);
        };
        const { programs } = await libbpf.ask<{ programs: ProgramInfo[] }>("programs");
        const { maps } = await libbpf.ask<{ maps: MapInfo[] }>("maps");
        expect(await idOf("jump_table", 0)).toBe("ENOENT");
        expect(await idOf("jump_table", 1)).toBe(programs.find((program) => program.name === "target")?.id);
        expect(await idOf("outer", 0)).toBe(maps.find((map) => map.name === "inner_a")?.id);
        expect(await idOf("outer", 1)).toBe("ENOENT");
      }));
  });
});

describeInKernel("with cilium/ebpf, tail_call at work", ["cilium"], () => {
  it("runs the target through the program array", () => {
    expect(askCilium(link(exampleFile("tail_call")), { run: "entry" }).kernel.retval).toBe(42);
  });
});
