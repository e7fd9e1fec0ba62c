// A congestion control of our own, registered in the kernel, carries a TCP transfer on the loopback of a network namespace
// that belongs to the harness alone. Its name is known to the whole machine while it is registered.

import { describe, expect, it } from "vitest";
import { unregisterOperations } from "./bpftool.js";
import { askCilium } from "./cilium.js";
import { describeInKernel } from "./kernel.js";
import { dataOf, LIBBPFS, type Libbpf, type MapInfo, numbersOf, withLibbpf } from "./libbpf.js";
import { irFile, link } from "./link.js";

/** More than fits any buffer, so that acknowledgements come in the course of the transfer. */
const BYTES = 2_000_000;

// include/uapi/linux/bpf.h
const BPF_MAP_TYPE_STRUCT_OPS = 26;
const BPF_F_LINK = 1 << 13;

describe.each(LIBBPFS)("with %s", (libbpfName) => {
  describeInKernel("struct_ops without a link", [libbpfName], () => {
    it("carries a TCP transfer until it is unregistered", () =>
      withOperations("tsbpf_linkless", () =>
        withLibbpf(libbpfName, async (libbpf) => {
          await libbpf.ask("netns");
          expect((await libbpf.ask(`open ${link(irFile("congestion_linkless"))}`)).log).toBe("");
          expect((await libbpf.ask("load")).log).toBe("");
          await carriesTransfer(libbpf, "tsbpf_linkless");
        }),
      ));
  });
});

describeInKernel("with libbpf-newest, struct_ops with a link", ["libbpf-newest", "linux 6.4"], () => {
  it("carries a TCP transfer as long as the link lives; what is optional is not made", () =>
    withLibbpf("libbpf-newest", async (libbpf) => {
      await libbpf.ask("netns");
      expect((await libbpf.ask(`open ${link(irFile("congestion"))}`)).log).toBe("");
      expect((await libbpf.ask("load")).log).toBe("");
      const { maps } = await libbpf.ask<{ maps: MapInfo[] }>("maps");
      const made = maps.filter((map) => map.type === BPF_MAP_TYPE_STRUCT_OPS);
      expect(made).toMatchObject([{ name: "tsbpf_counted", flags: BPF_F_LINK }]);
      await carriesTransfer(libbpf, "tsbpf_counted");
      expect(await libbpf.tryAsk(`transfer 7001 tsbpf_never 1`)).toMatchObject({ error: "ENOENT" });
    }));
});

describeInKernel("with cilium/ebpf, struct_ops with a link", ["cilium", "linux 6.4"], () => {
  it("is loaded with its functions", () => {
    const { spec, kernel } = askCilium(link(irFile("congestion")));
    expect(spec.programs.map(({ name, attachTo }) => [name, attachTo])).toEqual([
      ["on_cong_avoid", "tcp_congestion_ops:cong_avoid"],
      ["on_init", "tcp_congestion_ops:init"],
      ["on_ssthresh", "tcp_congestion_ops:ssthresh"],
      ["on_undo_cwnd", "tcp_congestion_ops:undo_cwnd"],
    ]);
    expect(kernel.maps.map(({ name, type }) => [name, type])).toContainEqual([
      "tsbpf_counted",
      "StructOpsMap",
    ]);
  });
});

/** The functions in the map `name` are called in the course of a transfer under the congestion control of that name. */
async function carriesTransfer(libbpf: Libbpf, name: string): Promise<void> {
  expect(await libbpf.tryAsk(`transfer 7000 ${name} 1`), "not yet").toMatchObject({ error: "ENOENT" });
  await libbpf.ask(`register ${name}`);
  const seen = async () => numbersOf(await dataOf(libbpf, ".bss"), ["init", "cong_avoid", "largest_window"]);
  expect(await seen()).toEqual({ init: 0n, cong_avoid: 0n, largest_window: 0n });
  const sent = await libbpf.ask(`transfer 7001 ${name} ${BYTES}`);
  expect(sent).toMatchObject({ received: BYTES, congestion: name });
  const { init, cong_avoid, largest_window } = await seen();
  expect(init).toBe(1n);
  expect(cong_avoid).toBeGreaterThan(1n);
  expect(largest_window, "TCP_INIT_CWND of include/net/tcp.h, or more").toBeGreaterThanOrEqual(10n);
  expect(largest_window).toBeLessThan(BigInt(BYTES)); // it is in segments: no address, no garbage
}

/** Runs `body`, after which nothing of this name stays registered, whatever became of the harness. */
async function withOperations(name: string, body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } finally {
    unregisterOperations(name);
  }
}
