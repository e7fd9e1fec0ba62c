// An object of the other byte order cannot be loaded here, but it must open, and read as the same program. libbpf opens
// both orders since 1.5; that of the distribution may be older, so only the newest is asked.

import { expect, it } from "vitest";
import { describeUnless } from "../judges.js";
import { askCilium } from "./cilium.js";
import { EXAMPLES, exampleFile } from "./examples.js";
import { harness } from "./harness.js";
import { type MapInfo, type ProgramInfo, withLibbpf } from "./libbpf.js";
import { link } from "./link.js";

describeUnless(harness("libbpf-newest").obstacle, "libbpf opens big-endian objects", () => {
  it.each(EXAMPLES)("$name", ({ name, programs, maps }) =>
    withLibbpf("libbpf-newest", async (libbpf) => {
      expect((await libbpf.ask(`open ${bigEndian(name)}`)).log).toBe("");
      const opened = (await libbpf.ask<{ programs: ProgramInfo[] }>("programs")).programs;
      expect(opened.map((program) => program.name).sort()).toEqual(Object.keys(programs).sort());
      expect((await libbpf.ask<{ maps: MapInfo[] }>("maps")).maps).toHaveLength(Object.keys(maps).length);
    }),
  );
});

describeUnless(harness("cilium").obstacle, "cilium/ebpf reads the same spec from big-endian objects", () => {
  it.each(EXAMPLES)("$name", ({ name }) => {
    const little = askCilium(link(exampleFile(name)), { open: true }).spec;
    const big = askCilium(bigEndian(name), { open: true }).spec;
    expect(big.programs.map((program) => program.bigEndian)).toEqual(little.programs.map(() => true));
    expect(big).toEqual({
      ...little,
      programs: little.programs.map((each) => ({ ...each, bigEndian: true })),
    });
  });
});

function bigEndian(example: string): string {
  return link(exampleFile(example), ["--target", "bpfeb"]);
}
