// The string table: order and shared tails as LLVM writes them. golden/17-strtab holds a whole table that clang-22
// wrote; here are the rules one by one.

import { describe, expect, it } from "vitest";
import { buildStrings } from "../../src/elf/index.js";

function printed(strings: readonly string[]): string[] {
  const { bytes } = buildStrings(strings);
  return new TextDecoder().decode(bytes).split("\0").slice(1, -1);
}

describe("buildStrings", () => {
  it("stores a string that ends another one inside it", () => {
    const { bytes, offsets } = buildStrings([".text", "a_text", "text", "_text"]);
    expect(printed([".text", "a_text", "text", "_text"])).toEqual(["a_text", ".text"]);
    const at = (name: string): string =>
      new TextDecoder().decode(bytes.subarray(offsets.get(name)!)).split("\0")[0]!;
    for (const name of [".text", "a_text", "text", "_text"]) expect(at(name)).toBe(name);
  });

  it("does not depend on the order of the input", () => {
    const names = ["xdp", "q/xdp", ".relmy/xdp", "my_xdp", "rel.xdp", "b", "_b", "zab", "btab"];
    const forwards = buildStrings(names);
    const backwards = buildStrings([...names].reverse());
    expect(backwards.bytes).toEqual(forwards.bytes);
    expect(new Map(backwards.offsets)).toEqual(new Map(forwards.offsets));
  });

  it("keeps the empty string at 0", () => {
    const { bytes, offsets } = buildStrings(["", ""]);
    expect(offsets.get("")).toBe(0);
    expect([...bytes]).toEqual([0]);
  });
});
