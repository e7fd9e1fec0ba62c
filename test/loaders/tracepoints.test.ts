// The tracepoint examples at work: what they report of a child of this test. Other processes of the machine trigger them
// as well, so the tests look for their own child among all that arrives.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { showPinnedMap } from "./bpftool.js";
import { exampleFile } from "./examples.js";
import { describeInKernel, withPinFolder, withPrintkTrace } from "./kernel.js";
import { hex, LIBBPFS, type Libbpf, type MapInfo, unhex, withLibbpf } from "./libbpf.js";
import { link } from "./link.js";
import { eventually } from "./run.js";

type Sample = Readonly<{ count: number; data: string }>;

describe.each(LIBBPFS)("with %s", (libbpfName) => {
  describeInKernel("tracepoints at work", [libbpfName], () => {
    it("sys_enter_read reports the process ids of readers", () =>
      withLibbpf(libbpfName, async (libbpf) => {
        await load(libbpf, "sys_enter_read");
        await libbpf.ask("perf-open pids_map");
        await libbpf.ask("attach my_program");
        const child = catEmptyFile();
        const samples = await eventually(async () => {
          const read = await libbpf.ask<{ samples: Sample[] }>("perf-read 50");
          const pids = read.samples.map(({ data }) => unhex(data.slice(0, 16)));
          return pids.includes(child) ? read.samples : undefined;
        });
        expect(samples, `a sample of process ${child}`).toBeDefined();
        // The kernel pads a sample until its size with the 4 bytes before it is a multiple of 8: 8 bytes come as 12.
        expect(new Set(samples?.map(({ data }) => data.length / 2))).toEqual(new Set([12]));
      }));

    it("perf_event_123 reports 123 and nothing else", () =>
      withLibbpf(libbpfName, async (libbpf) => {
        await load(libbpf, "perf_event_123");
        await libbpf.ask("perf-open events");
        await libbpf.ask("attach perf_123");
        catEmptyFile();
        const samples = await eventually(async () => {
          const read = await libbpf.ask<{ samples: Sample[] }>("perf-read 50");
          return read.samples.length > 0 ? read.samples : undefined;
        });
        expect(samples?.map(({ data }) => data)).toEqual([hex(123, 4)]);
      }));

    it("hello_world prints its line", () =>
      withPrintkTrace((printed) =>
        withLibbpf(libbpfName, async (libbpf) => {
          await load(libbpf, "hello_world");
          await libbpf.ask("attach hello");
          const child = catEmptyFile();
          const line = await eventually(() => printed().match(new RegExp(`^ *cat-${child} .*$`, "m"))?.[0]);
          expect(line).toMatch(/: bpf_trace_printk: Hello world!$/);
        }),
      ));

    it("counters counts connects by descriptor, and pins shared_state", () =>
      withPinFolder((pins) =>
        withLibbpf(libbpfName, async (libbpf) => {
          await load(libbpf, "counters", pins);
          await libbpf.ask("attach count_connect");
          const fd = 256 + 77; // the program counts by the low byte
          const count = async () =>
            unhex((await libbpf.ask<{ value: string }>(`lookup counters ${hex(77, 4)}`)).value);
          const before = await count();
          await libbpf.ask(`connect-on ${fd} 5`);
          expect((await count()) - before).toBe(5);

          const pin = join(pins, "shared_state");
          expect(existsSync(pin)).toBe(true);
          const maps = (await libbpf.ask<{ maps: MapInfo[] }>("maps")).maps;
          expect(showPinnedMap(pin).id).toBe(maps.find((map) => map.name === "shared_state")?.id);
        }),
      ));
  });
});

async function load(libbpf: Libbpf, example: string, pins = ""): Promise<void> {
  await libbpf.ask(`open ${link(exampleFile(example))} ${pins}`);
  await libbpf.ask("load");
}

/** Runs a child that opens and reads a file, and gives its process id. */
function catEmptyFile(): number {
  const { pid, status } = spawnSync("cat", ["/dev/null"], { timeout: 10_000 });
  expect(status).toBe(0);
  return pid;
}
