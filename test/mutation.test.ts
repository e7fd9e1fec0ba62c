// Damaged inputs. Whatever stands in the file, the linker ends in an object or in an error that says where, and never
// in another exception (design: bytes from strangers). And what it accepts without a warning, libbpf must open.
//
// Each mutation has a number, and follows from the seed and its number alone: a failure names both.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "jsonc-parser";
import { describe, expect, it } from "vitest";
import { type BuildResult, buildObject } from "../src/index.js";
import { describeWithJudge } from "./judges.js";
import { randomFrom } from "./random.js";

const SEED = 20261121;
const COUNT = 20_000;

const examples = join(dirname(fileURLToPath(import.meta.url)), "../examples");
const texts = readdirSync(examples)
  .sort()
  .map((file) => readFileSync(join(examples, file), "utf8"));

type Random = (limit: number) => number;

function pick<T>(random: Random, list: readonly T[]): T {
  return list[random(list.length)]!;
}

/** Pieces that stand at the edges of something. */
const PIECES = [
  '"',
  "\\",
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "//",
  "/*",
  "*/",
  "null",
  "true",
  "-1",
  "0",
  "4294967296",
  "1e999",
  "9007199254740993",
  "\u0000",
  "\ud800",
  "\u202e",
  "\ufeff",
  "r11",
  "r10",
  "w0",
  " ll",
  "goto",
  "goto -1",
  "exit",
  "+ 40000",
  "struct ",
  "*",
  "[0]",
  "[4294967295]",
  "const ",
  "__u64",
  ";",
  "__attribute__((packed))",
  ": 3",
  "?",
  ".maps",
  ".bss",
  ".data",
  "xdp",
  "license",
  "\\u0000",
  "\\n",
  "0x",
  "ll",
  "call ",
  "lock ",
] as const;

const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  1,
  -1,
  4,
  4096,
  4294967295,
  4294967296,
  0.5,
  "",
  "0",
  "0xffffffffffffffff",
  "x",
  ".bss",
  ".data",
  ".rodata",
  ".text",
  ".maps",
  "xdp",
  "weak",
  "static",
  "private",
  "int",
  "char[]",
  "struct nowhere",
  "int (void *)",
  "hash",
  "array",
  "prog_array",
  "array_of_maps",
  "ringbuf",
  [],
  {},
  ["x"],
  [null],
  { hex: "00" },
  "r0 = 0\nexit",
  "exit",
  ["exit"],
  ["goto +0", "exit"],
  "by_name",
  "GPL",
  ["BPF_F_NO_PREALLOC"],
  "__proto__",
  { loc: { file: "a.c", line: 1 } },
  { insn: "exit" },
  { op: "exit" },
];

const KEYS = [
  "name",
  "type",
  "key",
  "value",
  "key_size",
  "value_size",
  "max_entries",
  "map_flags",
  "pinning",
  "values",
  "of",
  "init",
  "section",
  "proto",
  "linkage",
  "code",
  "tags",
  "param_tags",
  "align",
  "license",
  "types",
  "maps",
  "data",
  "programs",
  "functions",
  "externs",
  "order",
  "struct",
  "numa_node",
  "map_extra",
  "weak",
  "loc",
  "__proto__",
] as const;

function mutateText(random: Random, text: string): string {
  let result = text;
  for (let left = 1 + random(3); left > 0; left--) {
    const at = random(result.length + 1);
    const length = random(4) === 0 ? random(60) : random(3);
    switch (random(4)) {
      case 0:
        result = result.slice(0, at) + result.slice(at + length);
        break;
      case 1:
        result = result.slice(0, at) + pick(random, PIECES) + result.slice(at);
        break;
      case 2:
        result = result.slice(0, at) + pick(random, PIECES) + result.slice(at + length);
        break;
      default: {
        const other = pick(random, texts);
        const from = random(other.length);
        result = result.slice(0, at) + other.slice(from, from + length) + result.slice(at + length);
      }
    }
  }
  return result;
}

type Parent = { [key: string]: unknown } | unknown[];

/** Every object and list of a document. */
function parentsOf(value: unknown, found: Parent[] = []): Parent[] {
  if (typeof value !== "object" || value === null) return found;
  found.push(value as Parent);
  for (const child of Object.values(value)) parentsOf(child, found);
  return found;
}

function mutateStructure(random: Random, text: string): string {
  const document: unknown = parse(text);
  for (let left = 1 + random(3); left > 0; left--) {
    const parent = pick(random, parentsOf(document));
    const other = pick(random, Object.values(pick(random, parentsOf(document))).concat([0]));
    if (Array.isArray(parent)) {
      const at = random(parent.length + 1);
      const removed = random(2);
      parent.splice(
        at,
        removed,
        ...(random(3) === 0 ? [] : [structuredClone(random(2) === 0 ? other : pick(random, VALUES))]),
      );
    } else {
      const keys = Object.keys(parent);
      const key = keys.length > 0 && random(3) > 0 ? pick(random, keys) : pick(random, KEYS);
      if (random(4) === 0) delete parent[key];
      else parent[key] = structuredClone(random(3) === 0 ? other : pick(random, VALUES));
    }
  }
  return JSON.stringify(document, undefined, random(2));
}

function mutation(number: number): string {
  const random = randomFrom(SEED + number);
  const text = pick(random, texts);
  return random(2) === 0 ? mutateText(random, text) : mutateStructure(random, text);
}

function build(number: number): BuildResult {
  try {
    return buildObject({ name: "mutant.json", text: mutation(number) });
  } catch (error) {
    throw new Error(`seed ${SEED}, mutation ${number} ends in an exception`, { cause: error });
  }
}

describe(`${COUNT} damaged documents (seed ${SEED})`, () => {
  const accepted: number[] = [];

  it("give an object, or an error with its place", { timeout: 120_000 }, () => {
    let refused = 0;
    for (let number = 0; number < COUNT; number++) {
      const { bytes, diagnostics } = build(number);
      const errors = diagnostics.filter(({ severity }) => severity === "error");
      if (bytes === undefined) {
        refused += 1;
        if (errors.length === 0) expect.unreachable(`mutation ${number} has neither an object nor an error`);
      } else {
        if (errors.length > 0) expect.unreachable(`mutation ${number} has an object and an error`);
        if (diagnostics.length === 0) accepted.push(number);
      }
      for (const { at } of diagnostics) {
        const inside = at.kind === "text" && at.start >= 0 && at.start + at.length <= at.source.text.length;
        if (!inside) expect.unreachable(`mutation ${number} has a message without a place in the text`);
      }
    }
    // Both kinds must be there in numbers, or the mutations test nothing.
    expect(refused).toBeGreaterThan(COUNT / 4);
    expect(accepted.length).toBeGreaterThan(COUNT / 20);
  });

  describeWithJudge("without errors and warnings", { bpftool: "apt: bpftool" }, (tool) => {
    it("are objects that libbpf opens, all of them", { timeout: 240_000 }, () => {
      const folder = mkdtempSync(join(tmpdir(), "tsbpf-mutation-"));
      try {
        const refused: string[] = [];
        for (const number of accepted) {
          const file = join(folder, "mutant.o");
          writeFileSync(file, build(number).bytes!);
          try {
            execFileSync(tool.bpftool, ["gen", "skeleton", file], { stdio: ["ignore", "ignore", "pipe"] });
          } catch (error) {
            refused.push(`mutation ${number}: ${String((error as { stderr?: unknown }).stderr)}`);
          }
        }
        expect(refused).toEqual([]);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  });
});
