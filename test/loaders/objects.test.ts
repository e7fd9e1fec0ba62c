// Objects that programs own: nodes of their own in trees and lists, whose head says in a tag what it contains, and tasks of
// the kernel.

import { describe, expect, it } from "vitest";
import { askCilium } from "./cilium.js";
import { describeInKernel } from "./kernel.js";
import { LIBBPFS, type Libbpf, type LibbpfName, withLibbpf } from "./libbpf.js";
import { irFile, link } from "./link.js";

/** What the programs of ir/collections.json return where nothing is left: -1. */
const EMPTY = 0xffff_ffff;

describe.each(LIBBPFS)("with %s", (libbpfName) => {
  describeInKernel("collections", [libbpfName, "linux 6.4"], () => {
    it("a tree gives its nodes in the order of their keys", () =>
      withCollections(libbpfName, async (runOn) => {
        for (const key of [9, 3, 5, 200, 4]) expect(await runOn("grow", key)).toBe(1);
        const picked: number[] = [];
        for (let i = 0; i < 6; i++) picked.push(await runOn("pick"));
        expect(picked).toEqual([3, 4, 5, 9, 200, EMPTY]);
      }));

    it("a list gives its nodes in the order of their coming", () =>
      withCollections(libbpfName, async (runOn) => {
        for (const value of [9, 3, 5]) expect(await runOn("append", value)).toBe(1);
        const taken: number[] = [];
        for (let i = 0; i < 4; i++) taken.push(await runOn("take"));
        expect(taken).toEqual([9, 3, 5, EMPTY]);
      }));
  });

  describeInKernel("objects of the kernel", [libbpfName, "linux 6.2"], () => {
    const returned = async (libbpf: Libbpf, program: string) =>
      (await libbpf.ask<{ retval: number }>(`run ${program}`)).retval;

    it("a map's value owns a task until it is taken out", () =>
      withLibbpf(libbpfName, async (libbpf) => {
        await libbpf.ask(`open ${link(irFile("owned"))}`);
        expect((await libbpf.ask("load")).log).toBe("");
        expect(await returned(libbpf, "yield"), "nothing there yet").toBe(0);
        await returned(libbpf, "keep");
        await returned(libbpf, "keep"); // releases the first
        expect(await returned(libbpf, "yield")).toBe(libbpf.pid);
        expect(await returned(libbpf, "yield")).toBe(0);
        await returned(libbpf, "keep"); // is released with the map
      }));

    it("each task has its own number", () =>
      withLibbpf(libbpfName, async (libbpf) => {
        await libbpf.ask(`open ${link(irFile("owned"))}`);
        await libbpf.ask("load");
        expect(await returned(libbpf, "visit")).toBe(1);
        expect(await returned(libbpf, "visit")).toBe(2);
      }));
  });
});

describeInKernel("with cilium/ebpf, objects of the kernel", ["cilium", "linux 6.2"], () => {
  it("each task has its own number", () => {
    expect(askCilium(link(irFile("owned")), { run: "visit" }).kernel.retval).toBe(1);
  });
});

/** Runs `body` with a function that runs a program on a packet and gives what it returned. `first` is the packet's first byte. */
function withCollections(
  name: LibbpfName,
  body: (runOn: (program: string, first?: number) => Promise<number>) => Promise<void>,
): Promise<void> {
  return withLibbpf(name, async (libbpf) => {
    await libbpf.ask(`open ${link(irFile("collections"), [], "ir/bss-suffix")}`);
    expect((await libbpf.ask("load")).log).toBe("");
    await body(async (program, first = 0) => {
      const packet = first.toString(16).padStart(2, "0").padEnd(28, "0");
      return (await libbpf.ask<{ retval: number }>(`run ${program} ${packet}`)).retval;
    });
  });
}
