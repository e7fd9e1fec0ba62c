// Functions without BTF: an object compiled without -g goes through lift and link and is still one that the kernel checks
// by what its functions do, as it does the original. Beside functions that have BTF, they get some.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { buildObject, type InputFile, liftFile, linkFiles } from "../../src/index.js";
import { judge } from "../judges.js";
import { askCilium } from "./cilium.js";
import { compile } from "./compile.js";
import { describeInKernel } from "./kernel.js";
import { LIBBPFS, type ProgramInfo, withLibbpf } from "./libbpf.js";

const clang = judge("clang-22", "apt: clang-22");

/** To the verifier, the argument of a global function is a number, unless BTF or the caller says what it points to. */
const LIBRARY = `
noinline int half(u32 *value) { *(volatile u32 *)value /= 2; return *(volatile u32 *)value; }
`;
const PROGRAM = `
int half(u32 *value);
SEC("xdp") int prog(void *ctx) { u32 value = 42; return half(&value); }
char _license[] SEC("license") = "GPL";
`;

function library(): InputFile {
  return compile(clang!, "library.c", LIBRARY, ["-g0"]);
}

/** Loads and runs an object in every loader, and gives what the kernel knows of its programs. */
async function seen(object: Uint8Array): Promise<readonly ProgramInfo[]> {
  const folder = mkdtempSync(join(tmpdir(), "tsbpf-test-"));
  try {
    const file = join(folder, "prog.o");
    writeFileSync(file, object);
    expect(askCilium(file, { run: "prog" }).kernel.retval).toBe(21);
    let programs: readonly ProgramInfo[] = [];
    for (const name of LIBBPFS) {
      await withLibbpf(name, async (libbpf) => {
        await libbpf.ask(`open ${file}`);
        expect((await libbpf.ask("load")).log).toBe("");
        expect(await libbpf.ask(`run prog ${"00".repeat(14)}`)).toMatchObject({ retval: 21 });
        programs = (await libbpf.ask<{ programs: ProgramInfo[] }>("programs")).programs;
      });
    }
    return programs;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describeInKernel("functions without BTF", [...LIBBPFS, "cilium"], () => {
  it("come back without", async () => {
    const original = compile(clang!, "prog.c", LIBRARY + PROGRAM, ["-g0"]);
    const lifted = liftFile(original);
    expect(lifted.result?.text).toContain('"proto": null');
    const input = { name: "prog.json", bytes: new TextEncoder().encode(lifted.result!.text) };
    const { bytes, diagnostics } = linkFiles([input]);
    expect(diagnostics).toEqual([]);
    const [before] = await seen(original.bytes);
    const [after] = await seen(bytes!);
    expect(before).toMatchObject({ funcInfos: 0, lineInfos: 0 });
    expect(after).toMatchObject({ funcInfos: 0, lineInfos: 0 });
  });

  it("get the types that others declare, and are checked as before", async () => {
    const { bytes, diagnostics } = linkFiles([compile(clang!, "main.c", PROGRAM), library()]);
    expect(diagnostics).toEqual([]);
    const [program] = await seen(bytes!);
    expect(program).toMatchObject({ funcInfos: 2 });
  });

  it("get some beside others that have it, with a warning where nobody declares them", async () => {
    const document = {
      license: "GPL",
      programs: [
        {
          name: "prog",
          section: "xdp",
          code: ["*(u32 *)(r10 - 4) = 42", "r1 = r10", "r1 += -4", "call half", "exit"],
        },
      ],
      functions: [{ name: "half", proto: null, code: ["r0 = *(u32 *)(r1 + 0)", "r0 >>= 1", "exit"] }],
    };
    const { bytes, diagnostics } = buildObject({ name: "prog.json", text: JSON.stringify(document) });
    expect(diagnostics.map(({ code }) => code)).toEqual(["object/function-without-type"]);
    const [program] = await seen(bytes!);
    expect(program).toMatchObject({ funcInfos: 2 });
  });
});
