// An arena: memory at one address for programs and, through mmap, for the process that loaded them. Older loaders do not know
// it.

import { expect, it } from "vitest";
import { describeInKernel } from "./kernel.js";
import { dataOf, hex, type Libbpf, numbersOf, withLibbpf } from "./libbpf.js";
import { irFile, link } from "./link.js";

/** The members of `struct node` in ir/arena.json. */
const NODE = ["next", "value"] as const;

describeInKernel("with libbpf-newest, an arena", ["libbpf-newest", "linux 6.9"], () => {
  it("shows user space what the program wrote, and the program what user space wrote", () =>
    withLibbpf("libbpf-newest", async (libbpf) => {
      await libbpf.ask(`open ${link(irFile("arena"))}`);
      expect((await libbpf.ask("load")).log).toBe("");
      await libbpf.ask("run build");
      const { list, counter } = numbersOf(await dataOf(libbpf, ".bss"), ["list", "counter", "sum"]);

      // The pointers of the program's list are good for this process.
      const first = numbersOf(await memory(libbpf, list, 16), NODE);
      expect(first.value).toBe(7n);
      const second = numbersOf(await memory(libbpf, first.next, 16), NODE);
      expect(second).toEqual({ next: 0n, value: 35n });
      // The file has 41 in it, and the program adds 1.
      expect(numbersOf(await memory(libbpf, counter, 8), ["value"])).toEqual({ value: 42n });

      const sum = async () => {
        await libbpf.ask("run sum");
        return numbersOf(await dataOf(libbpf, ".bss"), ["list", "counter", "sum"]).sum;
      };
      expect(await sum()).toBe(7n + 35n);
      await libbpf.ask(`poke ${first.next + 8n} ${hex(1000, 8)}`);
      expect(await sum()).toBe(7n + 1000n);
    }));
});

/** Bytes of the harness's own memory, in hex. */
async function memory(libbpf: Libbpf, address: bigint, size: number): Promise<string> {
  return (await libbpf.ask<{ value: string }>(`peek ${address} ${size}`)).value;
}
