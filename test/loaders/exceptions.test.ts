// An exception thrown in a subprogram ends the program: with what the function of its tag makes of it, or, where there is none,
// with the thrown number. Of the loaders, only libbpf since 1.3 takes the function to the kernel.

import { expect, it } from "vitest";
import { describeInKernel } from "./kernel.js";
import { withLibbpf } from "./libbpf.js";
import { irFile, link } from "./link.js";

/** A packet by its first byte, which the program throws if it is above 9. */
function packet(first: number): string {
  return first.toString(16).padStart(2, "0").padEnd(28, "0");
}

describeInKernel("with libbpf-newest, exceptions", ["libbpf-newest", "linux 6.7"], () => {
  it.each([
    { program: "caught", first: 5, retval: 5 + 500 },
    { program: "caught", first: 200, retval: 200 + 1000 },
    { program: "uncaught", first: 5, retval: 5 + 500 },
    { program: "uncaught", first: 200, retval: 200 },
  ])("$program on $first gives $retval", ({ program, first, retval }) =>
    withLibbpf("libbpf-newest", async (libbpf) => {
      await libbpf.ask(`open ${link(irFile("exceptions"))}`);
      expect((await libbpf.ask("load")).log).toBe("");
      expect(await libbpf.ask(`run ${program} ${packet(first)}`)).toMatchObject({ retval });
    }),
  );
});
