// The C type parser against clang on the largest list of types there is: the header that bpftool makes of the
// running kernel's BTF, some 130,000 lines. What clang says of its sizes, alignments and offsets must be ours.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { alignOf, declareTypes, sizeOf, TypeScope } from "../../src/btf/index.js";
import { describeUnless, judge } from "../judges.js";
import { compile, withFolder } from "./clang.js";

const VMLINUX = "/sys/kernel/btf/vmlinux";
const clang = judge("clang-22", "apt: clang-22");
const bpftool = judge("bpftool", "apt: bpftool");
const missing = [
  existsSync(VMLINUX) ? "" : `no ${VMLINUX} (a kernel with CONFIG_DEBUG_INFO_BTF)`,
  clang === undefined ? "missing clang-22 (apt: clang-22)" : "",
  bpftool === undefined ? "missing bpftool (apt: bpftool)" : "",
].filter((text) => text !== "");

describeUnless(missing.length === 0 ? undefined : missing.join(", "), "vmlinux.h", () => {
  it("has clang's sizes, alignments and offsets", () => {
    const header = execFileSync(bpftool ?? "", ["btf", "dump", "file", VMLINUX, "format", "c"], {
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    // Preprocessor lines are not part of C types.
    const text = header.replaceAll(/^#.*$/gm, "");
    const scope = new TypeScope();
    expect(declareTypes(scope, [text])).toEqual([]);

    const asserts: string[] = [];
    const claim = (what: string, value: number): void => {
      asserts.push(`_Static_assert(${what} == ${value}, "");`);
    };
    for (const [tag, id] of scope.tags) {
      const type = scope.types.at(id);
      const name = `${type.kind.replace("64", "")} ${tag}`;
      const size = sizeOf(scope.types, id);
      if (size === undefined) continue;
      claim(`sizeof(${name})`, size);
      claim(`_Alignof(${name})`, alignOf(scope, id));
      if (type.kind !== "struct" && type.kind !== "union") continue;
      for (const member of type.members) {
        if (member.name !== "" && member.bits === 0) {
          claim(`__builtin_offsetof(${name}, ${member.name})`, member.offset / 8);
        }
      }
    }
    for (const [name, value] of scope.enumerators) {
      // `==` of an int and its value: a wrong enumerator fails, and a wrong sign, too.
      asserts.push(`_Static_assert(${name} == ${value}${value > 0x7fffffffn ? "ULL" : "LL"}, "");`);
    }
    expect(asserts.length).toBeGreaterThan(50_000);
    withFolder((folder) => compile(clang ?? "", folder, `${text}\n${asserts.join("\n")}`));
  });
});
