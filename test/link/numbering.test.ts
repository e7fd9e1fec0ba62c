// Numbers for lists (src/link/numbering.ts), judged by a Map of texts, and the two lists of references in BTF records,
// which must name the same ids.

import { describe, expect, it } from "vitest";
import { type BtfType, forEachRef, mapRefs } from "../../src/btf/index.js";
import { hashOf, Numbering } from "../../src/link/numbering.js";

const SEED = 20261121;

/** A linear congruential generator (Numerical Recipes, chapter 7): the same numbers in every run. */
function random(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * limit);
  };
}

function numberOf(numbers: Numbering, list: readonly number[]): number {
  const start = numbers.open();
  for (const value of list) numbers.push(value);
  return numbers.close(start);
}

describe("numbers of lists", () => {
  it(`are equal where the lists are: 50,000 lists by seed ${SEED}`, () => {
    const below = random(SEED);
    const numbers = new Numbering();
    const texts = new Map<string, number>();
    const wrong: string[] = [];
    for (let i = 0; i < 50_000; i++) {
      const list = Array.from({ length: below(4) }, () => below(600) - 300);
      const text = list.join();
      const key = `${list.length} ${text}`;
      const number = numberOf(numbers, list);
      const known = texts.get(key);
      if (known === undefined) texts.set(key, number);
      else if (known !== number) wrong.push(key);
    }
    expect(wrong).toEqual([]);
    expect(new Set(texts.values()).size).toBe(texts.size);
  });

  it("take 32 bits of either sign, and as many as there are", () => {
    const numbers = new Numbering();
    const long = Array.from({ length: 100_000 }, (_, i) => i);
    expect(numberOf(numbers, long)).toBe(numberOf(numbers, long));
    expect(numberOf(numbers, [...long, 0])).not.toBe(numberOf(numbers, long));
    expect(numberOf(numbers, [0xffffffff])).toBe(numberOf(numbers, [-1]));
    expect(numberOf(numbers, [])).not.toBe(numberOf(numbers, [0]));
  });

  it("are right for lists that were chosen to collide", () => {
    const numbers = new Numbering();
    // More than the slots that are looked at, and of one slot in tables of up to 2^12.
    const colliding: number[][] = [];
    for (let i = 0; colliding.length < 50; i++) {
      if ((hashOf(Int32Array.of(i, 1), 0, 2) & 0xfff) === 5) colliding.push([i, 1]);
    }
    const first = colliding.map((list) => numberOf(numbers, list));
    expect(new Set(first).size).toBe(50);
    expect(colliding.map((list) => numberOf(numbers, list))).toEqual(first);
    // The table grows over them.
    for (let i = 0; i < 1200; i++) numberOf(numbers, [i, 2, 3]);
    expect(colliding.map((list) => numberOf(numbers, list))).toEqual(first);
  });

  it("can be made while another list is open", () => {
    const numbers = new Numbering();
    const outer = numbers.open();
    numbers.push(7);
    const inner = numberOf(numbers, [1, 2]);
    numbers.push(inner);
    const number = numbers.close(outer);
    expect(number).toBe(numberOf(numbers, [7, inner]));
    expect(inner).toBe(numberOf(numbers, [1, 2]));
  });
});

describe("the references of a record", () => {
  const member = (type: number) => ({ name: "m", type, offset: 0, bits: 0 });
  const records: readonly BtfType[] = [
    { kind: "int", name: "int", size: 4, encoding: "signed", bits: 32, bitOffset: 0 },
    { kind: "ptr", type: 1 },
    { kind: "array", element: 2, index: 3, length: 4 },
    { kind: "struct", name: "s", size: 8, members: [member(5), member(6)], bitfields: false },
    { kind: "union", name: "u", size: 8, members: [member(7)], bitfields: false },
    { kind: "enum", name: "e", size: 4, signed: false, values: [] },
    { kind: "enum64", name: "e", size: 8, signed: false, values: [] },
    { kind: "fwd", name: "f", union: false },
    { kind: "typedef", name: "t", type: 8 },
    { kind: "volatile", type: 9 },
    { kind: "const", type: 10 },
    { kind: "restrict", type: 11 },
    { kind: "func", name: "f", type: 12, linkage: "global" },
    { kind: "func_proto", result: 13, params: [{ name: "p", type: 14 }] },
    { kind: "var", name: "v", type: 15, linkage: "global" },
    { kind: "datasec", name: ".data", size: 0, entries: [{ type: 16, offset: 0, size: 4 }] },
    { kind: "float", name: "double", size: 8 },
    { kind: "decl_tag", value: "t", type: 17, component: -1, attribute: false },
    { kind: "type_tag", value: "t", type: 18, attribute: false },
  ];

  it.each(records.map((record) => [record.kind, record] as const))(
    "are those that are mapped: %s",
    (_, record) => {
      const visited: number[] = [];
      const mapped: number[] = [];
      forEachRef(record, (id) => void visited.push(id));
      mapRefs(record, (id) => {
        mapped.push(id);
        return id;
      });
      expect(visited).toEqual(mapped);
    },
  );
});
