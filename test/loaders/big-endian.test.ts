// An object of the other byte order cannot be loaded here, but it must open, and read as the same program. libbpf opens
// both orders since 1.5; that of the distribution may be older, so only the newest is asked.

import { describe, expect, it } from "vitest";
import { askCilium } from "./cilium.js";
import { EXAMPLES, exampleFile } from "./examples.js";
import { describeInKernel } from "./kernel.js";
import { type MapInfo, type ProgramInfo, withLibbpf } from "./libbpf.js";
import { link } from "./link.js";

describeInKernel("big-endian objects open", ["libbpf-newest", "cilium"], () => {
  describe.each(EXAMPLES)("$name", ({ name, programs, maps }) => {
    const object = () => link(exampleFile(name), ["--target", "bpfeb"]);

    it("in libbpf", () =>
      withLibbpf("libbpf-newest", async (libbpf) => {
        expect((await libbpf.ask(`open ${object()}`)).log).toBe("");
        const opened = (await libbpf.ask<{ programs: ProgramInfo[] }>("programs")).programs;
        expect(opened.map((program) => program.name).sort()).toEqual(Object.keys(programs).sort());
        expect((await libbpf.ask<{ maps: MapInfo[] }>("maps")).maps).toHaveLength(Object.keys(maps).length);
      }));

    it("in cilium/ebpf, as the same spec", () => {
      const little = askCilium(link(exampleFile(name)), { open: true }).spec;
      const big = askCilium(object(), { open: true }).spec;
      expect(big.programs.map((program) => program.bigEndian)).toEqual(little.programs.map(() => true));
      expect(big).toEqual({
        ...little,
        programs: little.programs.map((each) => ({ ...each, bigEndian: true })),
      });
    });
  });
});
