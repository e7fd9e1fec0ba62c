// What a program sets going, and what the kernel does later: a timer in a map's value, and a work queue.

import { describe, expect, it } from "vitest";
import { describeInKernel } from "./kernel.js";
import { hex, LIBBPFS, withLibbpf } from "./libbpf.js";
import { irFile, link } from "./link.js";
import { eventually } from "./run.js";

describe.each(LIBBPFS)("with %s", (libbpfName) => {
  describeInKernel("timers and work", [libbpfName, "linux 6.10"], () => {
    // User space sees a timer and a work as zeros.
    it.each([
      {
        start: "start_timer",
        map: "clocks",
        never: hex(0, 8).repeat(3),
        done: hex(0, 8).repeat(2) + hex(3, 8),
      },
      {
        start: "start_work",
        map: "errands",
        never: hex(0, 8).repeat(3),
        done: hex(1, 8) + hex(0, 8).repeat(2),
      },
    ])("are done after $start", ({ start, map, never, done }) =>
      withLibbpf(libbpfName, async (libbpf) => {
        await libbpf.ask(`open ${link(irFile("timers"))}`);
        expect((await libbpf.ask("load")).log).toBe("");
        const value = async () => (await libbpf.ask<{ value: string }>(`lookup ${map} ${hex(0, 4)}`)).value;
        expect(await value()).toBe(never);
        expect(await libbpf.ask(`run ${start}`)).toMatchObject({ retval: 0 });
        await eventually(async () => ((await value()) === done ? true : undefined));
        expect(await value()).toBe(done);
      }),
    );
  });
});
