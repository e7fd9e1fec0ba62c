// Initial values, against clang: the same type and the same value as C and as JSON must be the same bytes, on both
// byte orders. Each variable has a section of its own, which llvm-objcopy cuts out.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Log } from "../../src/base/index.js";
import { parseModule } from "../../src/ir/index.js";
import { describeWithJudge } from "../judges.js";

/** C declarations that C and IR share. */
const TYPES = `
enum mode { OFF, ON = 7, BELOW = -2 };
enum big { SMALL = 1, HUGE = 0x123456789ab };
struct padded { char tag; long long value; short last; };
struct inner { unsigned short a; unsigned char b[3]; };
struct outer { struct inner one; struct inner many[2]; int tail; };
struct mixed { int first; union { int number; char letters[4]; }; struct { short x, y; }; };
struct bits { unsigned a : 3; unsigned b : 5; unsigned c : 10; int d : 6; unsigned long long e : 40; };
struct kinds { _Bool yes : 1; enum mode mode : 4; unsigned char small : 3; };
struct tight { char tag; int value; } __attribute__((packed));
struct tail { int count; char text[]; };
struct tails { long count; char tag; short numbers[]; };
union either { char letter; long long number; };
typedef const volatile unsigned short setting_t;
`;

/** Type, value in C, value in JSON. `@` is the place of the name in a C declaration. */
const CASES: readonly (readonly [type: string, c: string, json: unknown])[] = [
  ["int @", "-5", -5],
  ["unsigned char @", "200", 200],
  ["signed char @", "-128", -128],
  ["char @", "65", "0x41"],
  ["short @", "-2", "-2"],
  ["unsigned short @", "0xfedc", 0xfedc],
  ["long long @", "0x7fffffffffffffffll", "0x7fffffffffffffff"],
  ["unsigned long @", "0xfedcba9876543210", "0xfedcba9876543210"],
  ["__int128 @", "-2", -2],
  ["_Bool @", "1", true],
  ["float @", "1.5f", 1.5],
  ["float @", "0.1f", 0.1],
  ["double @", "-1e300", -1e300],
  ["double @", "3", 3],
  ["enum mode @", "ON", "ON"],
  ["enum mode @", "BELOW", "BELOW"],
  ["enum mode @", "7", 7],
  ["enum big @", "HUGE", "HUGE"],
  ["void *@", "(void *)0x1234", "0x1234"],
  ["setting_t @", "513", 513],
  ["int @[3]", "{ 1, 2 }", [1, 2]],
  ["int @[]", "{ 1, 2, 3 }", [1, 2, 3]],
  ["char @[8]", '"abc"', "abc"],
  ["char @[4]", '"abcd"', "abcd"],
  ["char @[]", '"h\u00e9llo"', "h\u00e9llo"],
  ["unsigned char @[]", '"tab\\t"', "tab\t"],
  ["char @[2][3]", '{ "ab", "cd" }', ["ab", "cd"]],
  ["short @[2][2]", "{ { 1 }, { 3, 4 } }", [[1], [3, 4]]],
  ["struct padded @", "{ 1, -1, 2 }", { tag: 1, value: -1, last: 2 }],
  ["struct padded @", "{ .last = 2 }", { last: 2 }],
  [
    "struct outer @",
    "{ .one = { 1, { 2, 3 } }, .many = { {}, { .a = 9 } }, .tail = -1 }",
    { one: { a: 1, b: [2, 3] }, many: [{}, { a: 9 }], tail: -1 },
  ],
  ["struct mixed @", '{ .first = 1, .letters = "ab", .y = 3 }', { first: 1, letters: "ab", y: 3 }],
  ["struct mixed @", "{ .number = 0x01020304, .x = 3 }", { number: 0x01020304, x: 3 }],
  ["struct bits @", "{ 5, 17, 1000, -3, 0x123456789a }", { a: 5, b: 17, c: 1000, d: -3, e: 0x123456789a }],
  ["struct bits @", "{ .d = 31 }", { d: 31 }],
  ["struct kinds @", "{ 1, ON, 6 }", { yes: true, mode: "ON", small: 6 }],
  ["struct tight @", "{ 1, 0x01020304 }", { tag: 1, value: 0x01020304 }],
  ["struct tail @", '{ 3, "abc" }', { count: 3, text: "abc" }],
  ["struct tails @", "{ 3, 1, { 1, 2 } }", { count: 3, tag: 1, numbers: [1, 2] }],
  ["union either @", "{ .number = -2 }", { number: -2 }],
  ["union either @", "{ .letter = 2 }", { letter: 2 }],
  ["struct padded @[2]", "{ { 1 }, { 2 } }", [{ tag: 1 }, { tag: 2 }]],
  ["char @[4]", '"\\001\\002\\003"', { hex: "01 02 03" }],
  ["struct inner @", "{ 0x0101, { 2, 3, 4 } }", { hex: "0101020304" }],
];

describeWithJudge(
  "values are what clang makes of them",
  { "clang-22": "apt: clang-22", "llvm-objcopy-22": "apt: llvm-22" },
  (tool) => {
    let folder = "";
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "tsbpf-data-"));
    });
    afterAll(() => {
      rmSync(folder, { recursive: true });
    });

    it.each(["bpfel", "bpfeb"] as const)("%s", (target) => {
      const expected = bytesOfClang(target);
      const actual = bytesOfOurs(target === "bpfel");
      const wrong = CASES.flatMap(([type, c], i) =>
        actual[i] === expected[i] ? [] : [{ type, c, ours: actual[i], clang: expected[i] }],
      );
      expect(wrong).toEqual([]);
    });

    function bytesOfClang(target: string): string[] {
      const source = join(folder, "values.c");
      const object = join(folder, "values.o");
      const lines = CASES.map(
        ([type, c], i) => `__attribute__((section(".data.v${i}"))) ${type.replace("@", `v${i}`)} = ${c};`,
      );
      writeFileSync(source, `${TYPES}${lines.join("\n")}\n`);
      execFileSync(tool["clang-22"], ["-O2", "-target", target, "-w", "-c", source, "-o", object]);
      const dumps = CASES.flatMap((_, i) => ["--dump-section", `.data.v${i}=${join(folder, `v${i}`)}`]);
      execFileSync(tool["llvm-objcopy-22"], [...dumps, object, join(folder, "copy.o")]);
      return CASES.map((_, i) => readFileSync(join(folder, `v${i}`)).toString("hex"));
    }
  },
);

function bytesOfOurs(little: boolean): string[] {
  const data = CASES.map(([type, , value], i) => ({
    name: `v${i}`,
    section: `.data.v${i}`,
    type: type.replace(/ ?@/, ""),
    value,
  }));
  const log = new Log();
  const text = JSON.stringify({ license: "GPL", types: [TYPES], data });
  const module = parseModule({ name: "values.json", text }, log, { little });
  expect(log.diagnostics.map(({ message }) => message)).toEqual([]);
  return module!.variables.flatMap((variable) =>
    variable.kind === "data" && variable.section !== "license"
      ? [Buffer.from(variable.bytes).toString("hex")]
      : [],
  );
}
