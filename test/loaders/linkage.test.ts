// Functions that are hidden, weak and static, and an optional program, in libbpf. The kernel sees a hidden function as a static
// one, or would refuse it; it never sees the optional program, which it would refuse as well. (cilium/ebpf knows neither.)

import { describe, expect, it } from "vitest";
import { describeInKernel } from "./kernel.js";
import { LIBBPFS, type ProgramInfo, withLibbpf } from "./libbpf.js";
import { irFile, link, linkEdited } from "./link.js";

describe.each(LIBBPFS)("with %s", (libbpfName) => {
  describeInKernel("linkage", [libbpfName], () => {
    it("decides how the kernel checks a function, and whether it sees a program", () =>
      withLibbpf(libbpfName, async (libbpf) => {
        await libbpf.ask(`open ${link(irFile("linkage"))}`);
        expect((await libbpf.ask("load")).log).toBe("");
        expect(await libbpf.ask(`run prog ${"00".repeat(14)}`)).toMatchObject({ retval: 2 * 4 + 1 });
        const { programs } = await libbpf.ask<{ programs: ProgramInfo[] }>("programs");
        const loaded = programs.map(({ name, id, funcInfos }) => [name, id > 0, funcInfos]);
        expect(loaded).toEqual([
          ["prog", true, 4],
          ["refused", false, 0],
        ]);
      }));

    it.each([
      { from: '"hidden"', to: '"global"', refused: /R1 invalid mem access 'mem_or_null'/ },
      { from: '"?xdp"', to: '"xdp"', refused: /R9 !read_ok/ },
    ])("$to is refused where $from was not", ({ from, to, refused }) =>
      withLibbpf(libbpfName, async (libbpf) => {
        const object = linkEdited(irFile("linkage"), (text) => text.replace(from, to));
        await libbpf.ask(`open ${object}`);
        const { ok, log } = await libbpf.tryAsk("load");
        expect(ok).toBe(false);
        expect(log).toMatch(refused);
      }),
    );
  });
});
