// Tags on the arguments of global functions. The kernel verifies such a function without looking at its callers, so that it
// must believe the tags; without them it refuses the same code.

import { describe, expect, it } from "vitest";
import { askCilium } from "./cilium.js";
import { describeInKernel } from "./kernel.js";
import { LIBBPFS, type ProgramInfo, withLibbpf } from "./libbpf.js";
import { irFile, link, linkEdited } from "./link.js";

/** Twice the length of the packet is what the program returns. */
const PACKET = "00".repeat(21);

describe.each(LIBBPFS)("with %s", (libbpfName) => {
  describeInKernel("tagged arguments", [libbpfName, "linux 6.9"], () => {
    it("let global functions use what they are given", () =>
      withLibbpf(libbpfName, async (libbpf) => {
        await libbpf.ask(`open ${link(irFile("arguments"))}`);
        expect((await libbpf.ask("load")).log).toBe("");
        expect(await libbpf.ask(`run prog ${PACKET}`)).toMatchObject({ retval: 42 });
        const { programs } = await libbpf.ask<{ programs: ProgramInfo[] }>("programs");
        expect(programs).toMatchObject([
          { name: "prog", funcInfos: 3 },
          { name: "process", funcInfos: 2 },
        ]);
        expect(await libbpf.ask("run process")).toMatchObject({ retval: libbpf.pid });
      }));

    it.each([
      { tag: "arg:ctx", refused: /Caller passes invalid args into func#1 \('length'\)/ },
      { tag: "arg:nonnull", refused: /R1 invalid mem access 'mem_or_null'/ },
      { tag: "arg:trusted", refused: /Caller passes invalid args into func#1 \('process_of'\)/ },
    ])("cannot be left out: $tag", ({ tag, refused }) =>
      withLibbpf(libbpfName, async (libbpf) => {
        const object = linkEdited(irFile("arguments"), (text) => text.replace(`["${tag}"]`, "[]"));
        await libbpf.ask(`open ${object}`);
        const { ok, log } = await libbpf.tryAsk("load");
        expect(ok).toBe(false);
        expect(log).toMatch(refused);
      }),
    );
  });
});

describeInKernel("with cilium/ebpf, tagged arguments", ["cilium", "linux 6.9"], () => {
  it("let global functions use what they are given", () => {
    const { kernel } = askCilium(link(irFile("arguments")), { run: "prog", packet: PACKET });
    expect(kernel.retval).toBe(42);
    expect(kernel.programs).toMatchObject([
      { name: "process", funcInfos: 2 },
      { name: "prog", funcInfos: 3 },
    ]);
    const { kernel: found, pid } = askCilium(link(irFile("arguments")), { run: "process" });
    expect(found.retval).toBe(pid);
  });
});
