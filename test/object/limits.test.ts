// What fits nowhere: jumps beyond their field, instructions beyond --mcpu, more than ELF and BTF can count. And what
// just fits: the far jump that becomes a gotol.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  assemble,
  type BuildOptions,
  buildObject,
  formatDiagnostic,
  Log,
  parseModule,
} from "../../src/index.js";
import { describeWithJudge } from "../judges.js";

function build(
  ir: unknown,
  options: BuildOptions = {},
): { bytes: Uint8Array | undefined; messages: string[] } {
  const { bytes, diagnostics } = buildObject({ name: "a.json", text: JSON.stringify(ir) }, options);
  return { bytes, messages: diagnostics.map((d) => formatDiagnostic(d, { color: false }).split("\n")[0]!) };
}

function program(code: readonly string[]): unknown {
  return { license: "GPL", programs: [{ name: "p", section: "xdp", code }] };
}

const filler = (count: number): string[] => Array.from({ length: count }, () => "r0 = 0");

describe("jumps", () => {
  const far = (jump: string, slots: number): unknown =>
    program([jump, ...filler(slots), "out: r0 = 1", "exit"]);

  it("reach 32767 slots", () => {
    expect(build(far("goto out", 32767)).messages).toEqual([]);
    expect(build(far("if r1 == 0 goto out", 32767)).messages).toEqual([]);
  });

  it("do not reach 32768 slots", () => {
    expect(build(far("goto out", 32768)).messages[0]).toMatch(
      /^a\.json:1:\d+: error: label "out" is 32768 slots away, and a jump reaches -32768\.\.32767 \[object\/jump-too-far\]$/,
    );
    expect(build(far("if r1 == 0 goto out", 32768), { cpu: 4 }).messages[0]).toContain("object/jump-too-far");
  });

  it("may be as long as they like where they are gotol", () => {
    expect(build(far("gotol out", 40000)).messages).toEqual([]);
  });
});

describeWithJudge("a far goto at --mcpu v4", { "llvm-objdump-22": "apt: llvm-22" }, (tool) => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tsbpf-limits-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it.each([
    [32767, "goto +0x7fff"],
    [32768, "gotol +0x8000"],
    [40000, "gotol +0x9c40"],
  ])("over %i slots is a %s to llvm-objdump", (slots, text) => {
    const { bytes, messages } = build(program(["goto out", ...filler(slots), "out: r0 = 1", "exit"]), {
      cpu: 4,
    });
    expect(messages).toEqual([]);
    const object = join(folder, "far.o");
    writeFileSync(object, bytes!);
    const args = ["-d", "--no-show-raw-insn", "--stop-address=8", "--mcpu=v4", object];
    expect(spawnSync(tool["llvm-objdump-22"], args, { encoding: "utf8" }).stdout).toContain(text);
  });
});

describe("--mcpu", () => {
  it.each([
    [1, "if r1 < 5 goto +0", "v2"],
    [2, "w0 = 0", "v3"],
    [2, "if w1 == 5 goto +0", "v3"],
    [3, "gotol +0", "v4"],
    [3, "r0 s/= r1", "v4"],
    [3, "r0 = (s8)r1", "v4"],
  ] as const)("v%i refuses %s", (cpu, insn, needed) => {
    const { messages } = build(program([insn, "r0 = 0", "exit"]), { cpu });
    expect(messages).toEqual([
      expect.stringMatching(
        new RegExp(
          `error: this instruction needs ${needed} of the instruction set, and --mcpu allows v${cpu} \\[object/needs-cpu\\]$`,
        ),
      ),
    ]);
  });

  it("says nothing where it is not given", () => {
    expect(build(program(["r0 s/= r1", "w0 = 0", "exit"])).messages).toEqual([]);
  });
});

describe("counts", () => {
  it("of sections end where ELF's do", () => {
    const programs = (count: number): unknown => ({
      license: "GPL",
      programs: Array.from({ length: count }, (_, i) => ({
        name: `p${i}`,
        section: `tracepoint/a/${i}`,
        code: ["r0 = 0", "exit"],
      })),
    });
    // null, .strtab, .text, license, .BTF and .BTF.ext with their relocations, .symtab
    expect(build(programs(0xfeff - 9)).messages).toEqual([]);
    expect(build(programs(0xfeff - 8)).messages).toEqual([
      "a.json:1:1: error: the object would have 65280 sections, and ELF counts up to 65279 [object/too-many-sections]",
    ]);
  });

  // The IR refuses so much data earlier; another author of a Module may not.
  it("of bytes in a section end far below what a field can hold", () => {
    const text = JSON.stringify({
      license: "GPL",
      data: [
        { name: "a", type: "char" },
        { name: "b", type: "char" },
      ],
    });
    const assembled = (size: number): string[] => {
      const log = new Log();
      const module = parseModule({ name: "a.json", text }, log)!;
      const variables = module.variables.map((variable) =>
        variable.name === "a" && variable.kind === "data"
          ? { ...variable, bytes: new Uint8Array(size) }
          : variable,
      );
      assemble({ ...module, variables }, { little: true, cpu: undefined }, log);
      return log.diagnostics.map((d) => `${d.message} [${d.code}]`);
    };
    expect(assembled(1024 ** 3 - 1)).toEqual([]);
    expect(assembled(1024 ** 3)).toEqual([
      'section ".bss" would have 1073741825 bytes, and the limit is 1073741824 [object/section-too-large]',
    ]);
  });
});
