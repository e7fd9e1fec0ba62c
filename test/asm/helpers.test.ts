// The helper table against the kernel's header, as the machine has it.

import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { helperId, helperName, helperNames, helperProto } from "../../src/asm/index.js";
import { describeUnless } from "../judges.js";

const HEADER = "/usr/include/linux/bpf.h";

describe("helpers", () => {
  // Articles give other numbers for the first five.
  it.each([
    ["bpf_getsockopt", 57],
    ["bpf_csum_level", 135],
    ["bpf_task_storage_get", 156],
    ["bpf_task_storage_delete", 157],
    ["bpf_tcp_gen_syncookie", 110],
    ["bpf_map_lookup_elem", 1],
    ["bpf_trace_printk", 6],
    ["bpf_cgrp_storage_delete", 211],
  ])("%s is %d", (name, id) => {
    expect(helperId(name)).toBe(id);
    expect(helperName(id)).toBe(name);
    expect(helperProto(id)).toContain(`${name}(`);
  });

  it("are not what is not one", () => {
    for (const name of [
      "bpf_map_lookup_and_delete_elem",
      "bpf_unspec",
      "map_lookup_elem",
      "",
      "constructor",
    ]) {
      expect(helperId(name), name).toBeUndefined();
    }
    for (const id of [0, -1, 212, 1.5]) {
      expect(helperName(id)).toBeUndefined();
      expect(helperProto(id)).toBeUndefined();
    }
  });
});

describeUnless(
  existsSync(HEADER) ? undefined : `${HEADER} (apt: linux-libc-dev)`,
  "the kernel's header",
  () => {
    it("numbers the helpers as we do", () => {
      // ___BPF_FUNC_MAPPER lists FN(name) in the order of the ids; since Linux 6.2 FN(name, id, ...).
      const text = readFileSync(HEADER, "utf8");
      const known = [...text.matchAll(/^\s*FN\((\w+)/gm)].map((match) => `bpf_${match[1]}`);
      expect(known.length).toBeGreaterThan(200);
      expect(helperNames().slice(0, known.length)).toEqual(known);
    });
  },
);
