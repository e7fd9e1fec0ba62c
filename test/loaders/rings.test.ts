// Ring buffers both ways: user space sends numbers, the program doubles them in a callback and sends them back.

import { describe, expect, it } from "vitest";
import { describeInKernel } from "./kernel.js";
import { hex, LIBBPFS, withLibbpf } from "./libbpf.js";
import { irFile, link } from "./link.js";

describe.each(LIBBPFS)("with %s", (libbpfName) => {
  describeInKernel("ring buffers", [libbpfName], () => {
    it("carry messages both ways", () =>
      withLibbpf(libbpfName, async (libbpf) => {
        await libbpf.ask(`open ${link(irFile("rings"))}`);
        expect((await libbpf.ask("load")).log).toBe("");
        expect(await libbpf.ask("run echo"), "nothing to drain").toMatchObject({ retval: 0 });
        const sent = [5, 7, 0x123456789];
        for (const each of sent) await libbpf.ask(`ring-send inbox ${hex(each, 8)}`);
        expect(await libbpf.ask("run echo")).toMatchObject({ retval: sent.length });
        const { records } = await libbpf.ask<{ records: string[] }>("ring-read outbox 1000");
        expect(records).toEqual(sent.map((each) => hex(2 * each, 8)));
      }));
  });
});
