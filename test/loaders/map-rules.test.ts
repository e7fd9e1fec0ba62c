// The kernel's rules for each type of map, as our warnings tell them: a map that draws no warning is made, and each map
// that draws one is refused by the kernel. src/ir/map-rules.ts has the rules.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildObject, type IrMap } from "../../src/index.js";
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

describeInKernel("rules for types of maps", ["libbpf-newest"], () => {
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

  it("are each broken by a change", () => {
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
