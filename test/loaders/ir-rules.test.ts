// What src/ir says of loaders and the kernel, asked of themselves: a map that draws no warning is made, and each map
// that draws one is refused by the kernel (map-rules.ts); libbpf refuses what the rules of arenas, of maps in maps (check.ts) and
// of struct_ops (bind.ts) speak of.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { assemble, buildObject, type IrMap, Log, parseModule, writeElf } from "../../src/index.js";
import { describeInKernel } from "./kernel.js";
import { withLibbpf } from "./libbpf.js";

type Definition = Omit<IrMap, "name" | "type">;

const STORAGE: Definition = { key: "int", value: "__u64", map_flags: "BPF_F_NO_PREALLOC" };

/** A map that the kernel makes, and one change after the other that it refuses. */
const CASES: Readonly<Record<string, readonly [good: Definition, ...changes: Definition[]]>> = {
  array: [{ key: "int", value: "int", max_entries: 1 }, { key: "__u64" }, { key: "__u8" }],
  percpu_array: [{ key: "int", value: "int", max_entries: 1 }, { key: "__u64" }],
  stack_trace: [{ key_size: 4, value_size: 80, max_entries: 1 }, { key_size: 8 }],
  devmap: [{ key_size: 4, value_size: 4, max_entries: 1 }, { key_size: 8 }],
  cpumap: [{ key_size: 4, value_size: 4, max_entries: 1 }, { key_size: 8 }],
  sockmap: [{ key_size: 4, value_size: 4, max_entries: 1 }, { key_size: 8 }],
  xskmap: [{ key_size: 4, value_size: 4, max_entries: 1 }, { key_size: 8 }, { value_size: 8 }],
  prog_array: [{ key_size: 4, value_size: 4, max_entries: 1 }, { key_size: 8 }, { value_size: 8 }],
  perf_event_array: [{ key_size: 4, value_size: 4, max_entries: 1 }, { key_size: 8 }, { value_size: 8 }],
  cgroup_array: [{ key_size: 4, value_size: 4, max_entries: 1 }, { key_size: 8 }, { value_size: 8 }],
  queue: [{ value: "int", max_entries: 1 }, { key: "int" }],
  stack: [{ value: "int", max_entries: 1 }, { key: "int" }],
  bloom_filter: [{ value: "int", max_entries: 1 }, { key: "int" }],
  ringbuf: [{ max_entries: 4096 }, { key_size: 4 }, { value_size: 4 }],
  user_ringbuf: [{ max_entries: 4096 }, { key_size: 4 }, { value_size: 4 }],
  arena: [
    { max_entries: 1, map_flags: "BPF_F_MMAPABLE" },
    { map_flags: 0 },
    { key_size: 4 },
    { value_size: 4 },
  ],
  lpm_trie: [{ key_size: 8, value: "int", max_entries: 1, map_flags: "BPF_F_NO_PREALLOC" }, { map_flags: 0 }],
  sk_storage: [STORAGE, { key: "__u64" }, { max_entries: 1 }, { map_flags: 0 }],
  inode_storage: [STORAGE, { key: "__u64" }, { max_entries: 1 }, { map_flags: 0 }],
  task_storage: [STORAGE, { key: "__u64" }, { max_entries: 1 }, { map_flags: 0 }],
  cgrp_storage: [STORAGE, { key: "__u64" }, { max_entries: 1 }, { map_flags: 0 }],
  cgroup_storage: [{ key: "__u64", value: "int" }, { max_entries: 1 }],
  percpu_cgroup_storage: [{ key: "__u64", value: "int" }, { max_entries: 1 }],
};
const RULES = new Set(["ir/map-has", "ir/map-part-size", "ir/map-flag"]);

const variants = Object.entries(CASES).flatMap(([type, [good, ...changes]]) =>
  [{}, ...changes].map((change) => ({ type, change, definition: { ...good, ...change } })),
);

describeInKernel("rules of the IR", ["libbpf-newest"], () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tsbpf-maps-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it.each(variants)("$type with $change", async ({ type, definition }) => {
    const document = {
      license: "GPL",
      maps: [{ name: "m", type, ...definition }],
      programs: [{ name: "prog", section: "socket", code: ["r0 = 0", "exit"] }],
    };
    const { bytes, diagnostics } = buildObject({ name: "maps.json", text: JSON.stringify(document) });
    const warnings = diagnostics.filter(({ code }) => RULES.has(code)).map(({ message }) => message);
    const object = join(folder, "maps.o");
    writeFileSync(object, bytes!);
    await withLibbpf("libbpf-newest", async (libbpf) => {
      await libbpf.ask(`open ${object}`);
      const { ok, log } = await libbpf.tryAsk("load");
      expect({ warnings, refused: !ok, log: ok ? "" : log }).toEqual(
        warnings.length === 0
          ? { warnings: [], refused: false, log: "" }
          : { warnings: [expect.any(String)], refused: true, log: expect.stringContaining("'m'") },
      );
    });
  });

  const ARENA = { type: "arena", map_flags: "BPF_F_MMAPABLE", max_entries: 10 };
  const VARIABLE = { name: "counter", section: ".addr_space.1", type: "int" };

  const USE = ["r1 = counter ll"];

  const INNER = { type: "array", key: "int", value: "int", max_entries: 1 };
  const OUTER = {
    name: "outer",
    type: "array_of_maps",
    key: "int",
    max_entries: 1,
    values: { of: INNER, init: ["inner"] },
  };
  const HELD = { name: "inner", ...INNER };

  it.each([
    ["one arena", { maps: [{ name: "a", ...ARENA }], data: [VARIABLE] }, USE, undefined],
    ["two arenas", { maps: ["a", "b"].map((name) => ({ name, ...ARENA })) }, [], "ir/two-arenas"],
    ["no arena for a variable", { data: [VARIABLE] }, USE, "ir/no-arena"],
    ["no arena for a variable that no code uses", { data: [VARIABLE] }, [], undefined],
    ["a map behind one that it holds", { maps: [HELD, OUTER] }, [], undefined],
    ["a map in front of one that it holds", { maps: [OUTER, HELD] }, [], "ir/held-later"],
  ])("%s", async (_, more, use, warning) => {
    const document = {
      license: "GPL",
      ...more,
      programs: [{ name: "prog", section: "syscall", code: [...use, "r0 = 0", "exit"] }],
    };
    const { bytes, diagnostics } = buildObject({ name: "arena.json", text: JSON.stringify(document) });
    const object = join(folder, "arena.o");
    writeFileSync(object, bytes!);
    expect(diagnostics.map(({ code }) => code)).toEqual(warning === undefined ? [] : [warning]);
    await withLibbpf("libbpf-newest", async (libbpf) => {
      const opened = await libbpf.tryAsk(`open ${object}`);
      const ok = opened.ok && (await libbpf.tryAsk("load")).ok;
      expect(ok).toBe(warning === undefined);
    });
  });

  it.each([
    ["global", "recover", []],
    ["static", "recover", ["ir/exception-callback"]],
    ["hidden", "recover", ["ir/exception-callback"]],
    ["global", "recovr", ["ir/exception-callback"]],
    ["global", "prog", ["ir/exception-callback"]],
  ])("a %s function, and %s as the exception callback", async (linkage, callback, warnings) => {
    const document = {
      license: "GPL",
      programs: [
        {
          name: "prog",
          section: "tc",
          tags: [`exception_callback:${callback}`],
          code: ["r1 = 0", "call helper", "r0 = 0", "exit"],
        },
      ],
      functions: [
        { name: "recover", proto: "int recover(unsigned long cookie)", linkage, code: ["r0 = 0", "exit"] },
        { name: "helper", proto: "int helper(int a)", code: ["r0 = 0", "exit"] },
      ],
    };
    const { bytes, diagnostics } = buildObject({ name: "callback.json", text: JSON.stringify(document) });
    expect(diagnostics.map(({ code }) => code)).toEqual(warnings);
    const object = join(folder, "callback.o");
    writeFileSync(object, bytes!);
    await withLibbpf("libbpf-newest", async (libbpf) => {
      const opened = await libbpf.tryAsk(`open ${object}`);
      const loaded = opened.ok ? await libbpf.tryAsk("load") : opened;
      expect(loaded.ok, loaded.log).toBe(warnings.length === 0);
      if (!loaded.ok) expect(opened.log + loaded.log).toMatch(/exception callback/);
    });
  });

  it.each([
    ["xdp", "programs"],
    [".text", "functions"],
  ])("a function of section %s is none for struct_ops", async (section, list) => {
    const document = {
      license: "GPL",
      types: ["struct sock; struct ops { void (*init)(struct sock *sk); };"],
      data: [{ name: "ops", section: ".struct_ops.link", type: "struct ops", value: { init: "init" } }],
      [list]: [{ name: "init", section, proto: "void init(struct sock *sk)", code: ["exit"] }],
    };
    const log = new Log();
    const module = parseModule({ name: "ops.json", text: JSON.stringify(document) }, log);
    expect(log.diagnostics.map(({ code }) => code)).toContain("ir/struct-ops-function");
    // The object is written all the same, to hear what libbpf says of it.
    const object = join(folder, "ops.o");
    writeFileSync(object, writeElf(assemble(module!, { little: true, cpu: undefined }, new Log())!));
    await withLibbpf("libbpf-newest", async (libbpf) => {
      const { ok, log: said } = await libbpf.tryAsk(`open ${object}`);
      expect({ ok, said }).toEqual({ ok: false, said: expect.stringContaining("struct_ops reloc ops") });
    });
  });

  it("every change of a map draws a warning", () => {
    const broken = variants.filter(({ change }) => Object.keys(change).length > 0);
    for (const { type, definition } of broken) {
      const text = JSON.stringify({ license: "GPL", maps: [{ name: "m", type, ...definition }] });
      const { diagnostics } = buildObject({ name: "maps.json", text });
      expect([type, definition, diagnostics.some(({ code }) => RULES.has(code))]).toEqual([
        type,
        definition,
        true,
      ]);
    }
  });
});
