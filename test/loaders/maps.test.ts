// Maps whose work is special: a bloom filter, an LPM trie, and values with a spin lock.

import { describe, expect, it } from "vitest";
import { askCilium } from "./cilium.js";
import { describeInKernel } from "./kernel.js";
import { hex, LIBBPFS, type Libbpf, type LibbpfName, type MapInfo, withLibbpf } from "./libbpf.js";
import { irFile, link } from "./link.js";

/** A packet that begins with `bytes`. */
function packet(...bytes: readonly number[]): string {
  return Buffer.concat([Buffer.from(bytes), Buffer.alloc(20)])
    .subarray(0, 20)
    .toString("hex");
}

// include/uapi/linux/bpf.h
const BPF_F_LOCK = 4;

describe.each(LIBBPFS)("with %s", (libbpfName) => {
  describeInKernel("maps of special kinds", [libbpfName], () => {
    it("a bloom filter knows what it was given", () =>
      withMaps(libbpfName, async (libbpf) => {
        const recall = async (...bytes: number[]) =>
          (await libbpf.ask<{ retval: number }>(`run recall ${packet(...bytes)}`)).retval;
        expect(await recall(1, 2, 3)).toBe(0);
        await libbpf.ask(`run remember ${packet(1, 2, 3)}`);
        expect(await recall(1, 2, 3)).toBe(1);
        // One number in a filter for a thousand: of sixteen others, by far the most are not taken for it.
        let taken = 0;
        for (let other = 0; other < 16; other++) taken += await recall(7, other);
        expect(taken).toBeLessThan(8);
      }));

    it("an LPM trie finds the longest prefix", () =>
      withMaps(libbpfName, async (libbpf) => {
        const prefix = (bits: number, ...address: number[]) =>
          `update routes ${hex(bits, 4)}${Buffer.from(address).toString("hex")}`;
        await libbpf.ask(`${prefix(8, 10, 0, 0, 0)} ${hex(8, 4)}`);
        await libbpf.ask(`${prefix(16, 10, 1, 0, 0)} ${hex(16, 4)}`);
        await libbpf.ask(`${prefix(31, 10, 1, 2, 4)} ${hex(31, 4)}`);
        const route = async (...address: number[]) =>
          (await libbpf.ask<{ retval: number }>(`run route ${packet(...address)}`)).retval;
        expect(await route(10, 200, 2, 5)).toBe(8);
        expect(await route(10, 1, 2, 6)).toBe(16);
        expect(await route(10, 1, 2, 5)).toBe(31);
        expect(await route(11, 1, 2, 5)).toBe(0);
      }));

    it("values are read under their spin lock", () =>
      withMaps(libbpfName, async (libbpf) => {
        for (const size of [20, 30, 50]) await libbpf.ask(`run count ${"00".repeat(size)}`);
        const account = hex(20 + 30 + 50, 8) + hex(3, 4) + hex(0, 4);
        expect(await libbpf.ask(`lookup accounts ${hex(0, 4)} ${BPF_F_LOCK}`)).toMatchObject({
          value: account,
        });
        const unlocked = await libbpf.tryAsk(`lookup routes ${hex(8, 4)}${hex(10, 4)} ${BPF_F_LOCK}`);
        expect(unlocked, "a map without a lock").toMatchObject({ error: "EINVAL" });
      }));

    it("all have their BTF", () =>
      withMaps(libbpfName, async (libbpf) => {
        const { maps } = await libbpf.ask<{ maps: MapInfo[] }>("maps");
        const typed = maps.map(({ name, btfId, valueType }) => [name, btfId > 0 && valueType > 0]);
        expect(typed).toEqual([
          ["filter", true],
          ["routes", true],
          ["accounts", true],
        ]);
      }));
  });
});

describeInKernel("with cilium/ebpf, maps of special kinds", ["cilium"], () => {
  it("are made, and their programs run", () => {
    const { kernel } = askCilium(link(irFile("maps")), { run: "count", packet: packet() });
    expect(kernel.retval).toBe(2);
    expect(kernel.maps.map(({ name, type, btfId }) => [name, type, btfId > 0])).toEqual([
      ["accounts", "Array", true],
      ["filter", "BloomFilter", true],
      ["routes", "LPMTrie", true],
    ]);
  });
});

function withMaps(name: LibbpfName, body: (libbpf: Libbpf) => Promise<void>): Promise<void> {
  return withLibbpf(name, async (libbpf) => {
    await libbpf.ask(`open ${link(irFile("maps"))}`);
    expect((await libbpf.ask("load")).log).toBe("");
    await body(libbpf);
  });
}
