// The C type parser against clang: the same declarations must give the same types, sizes and alignments.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import {
  alignOf,
  BtfStrings,
  type CError,
  declareTypes,
  encodeBtf,
  parseTypeName,
  sizeOf,
  TypeScope,
} from "../../src/btf/index.js";
import { describeWithJudge } from "../judges.js";
import { canonicalVariables, compile, dump, withFolder } from "./clang.js";
import { CASES, type DeclarationCase } from "./declarations.js";

/** What we know without a declaration, as the kernel's headers and glibc declare it. */
const PRELUDE = `
typedef unsigned char __u8; typedef signed char __s8; typedef unsigned short __u16; typedef short __s16;
typedef unsigned int __u32; typedef int __s32; typedef unsigned long long __u64; typedef long long __s64;
typedef __u16 __be16; typedef __u32 __be32; typedef __u64 __be64; typedef __u16 __le16; typedef __u32 __le32;
typedef __u64 __le64; typedef __u16 __sum16; typedef __u32 __wsum;
typedef __u8 u8; typedef __s8 s8; typedef __u16 u16; typedef __s16 s16; typedef __u32 u32; typedef __s32 s32;
typedef __u64 u64; typedef __s64 s64; typedef unsigned long size_t;
#define bool _Bool
typedef signed char __int8_t; typedef unsigned char __uint8_t; typedef short __int16_t;
typedef unsigned short __uint16_t; typedef int __int32_t; typedef unsigned int __uint32_t;
typedef long __int64_t; typedef unsigned long __uint64_t;
typedef __int8_t int8_t; typedef __uint8_t uint8_t; typedef __int16_t int16_t; typedef __uint16_t uint16_t;
typedef __int32_t int32_t; typedef __uint32_t uint32_t; typedef __int64_t int64_t; typedef __uint64_t uint64_t;
`;

/** Printed by a failure in the names of the structs; the same structs on every run. */
const SEED = 20250119;

/** Structs and unions with members, bit-fields and attributes by chance: what no table thinks of. */
function randomStructs(count: number): DeclarationCase[] {
  const random = fc.sample(
    fc.record({
      kind: fc.constantFrom("struct", "struct", "struct", "union"),
      whole: fc.constantFrom("", "", "", "packed", "aligned(2)", "packed, aligned(4)", "aligned(16)"),
      members: fc.array(
        fc.record({
          type: fc.constantFrom(
            "char",
            "short",
            "int",
            "long",
            "unsigned",
            "__u64",
            "_Bool",
            "u16",
            "__int128",
            "void *",
            "float",
          ),
          width: fc.option(fc.integer({ min: 0, max: 64 })),
          named: fc.integer({ min: 0, max: 5 }),
          length: fc.option(fc.integer({ min: 0, max: 4 }), { freq: 4 }),
          attribute: fc.option(fc.constantFrom("packed", "aligned(2)", "aligned(8)", "packed, aligned(4)"), {
            freq: 5,
          }),
        }),
        { minLength: 1, maxLength: 9 },
      ),
    }),
    { seed: SEED, numRuns: count },
  );
  const bits: Readonly<Record<string, number>> = {
    char: 8,
    short: 16,
    u16: 16,
    int: 32,
    unsigned: 32,
    _Bool: 1,
    long: 64,
    __u64: 64,
    __int128: 64,
  };
  return random.map(({ kind, whole, members }) => {
    const body = members.map(({ type, width, named, length, attribute }, i) => {
      const limit = bits[type];
      const behind = attribute === null ? "" : ` __attribute__((${attribute}))`;
      if (width === null || limit === undefined)
        return `${type} m${i}${length === null ? "" : `[${length}]`}${behind};`;
      const shown = width % (limit + 1);
      return shown === 0 || named === 0 ? `${type} : ${shown};` : `${type} m${i} : ${shown}${behind};`;
    });
    const attributes = whole === "" ? "" : ` __attribute__((${whole}))`;
    return { types: `${kind} r$ { ${body.join(" ")} }${attributes};`, uses: [`${kind} r$ @`] };
  });
}

type Operator = {
  readonly kind: "pointer" | "array" | "function";
  readonly quals: string;
  readonly length: number;
};

/** Declarators by chance, out to six operators, with qualifiers, tags and parameters everywhere. */
function randomDeclarators(count: number): DeclarationCase[] {
  const quals = fc.constantFrom(
    "",
    "",
    "const",
    "volatile",
    "restrict const",
    'volatile __attribute__((btf_type_tag("p")))',
  );
  const bases = fc.constantFrom(
    "int",
    "const char",
    "unsigned long volatile",
    "struct known",
    "const struct unknown",
    "enum color const volatile",
    "name_t",
    "const array_t",
    'int __attribute__((btf_type_tag("b"))) const',
    "void",
  );
  const operator: fc.Arbitrary<Operator> = fc.record({
    kind: fc.constantFrom("pointer", "pointer", "array", "function"),
    quals,
    length: fc.integer({ min: 1, max: 5 }),
  });
  const declared = (params: fc.Arbitrary<readonly string[]>): fc.Arbitrary<string> =>
    fc.tuple(bases, fc.array(operator, { maxLength: 6 }), params).map(([base, operators, given]) =>
      declaratorOf(
        base,
        operators,
        given.map((param) => param.replace("@", "")),
      ),
    );
  const list = (item: fc.Arbitrary<string>) => fc.array(item, { maxLength: 2 });
  const deep = declared(list(declared(list(declared(fc.constant([]))))));
  const uses = fc.sample(deep, { seed: SEED, numRuns: count });
  const types =
    "struct known { int a; }; enum color { RED }; typedef struct known *name_t; typedef long array_t[3]; struct unknown;";
  return [{ types, uses }];
}

/** `@` with the operators around it, from the inside out; what C does not allow is left out or made a pointer. */
function declaratorOf(base: string, operators: readonly Operator[], params: readonly string[]): string {
  let text = "@";
  let last = "array"; // of a variable, no function
  for (const { kind, quals, length } of operators) {
    const refused = last === "function" ? kind !== "pointer" : last === "array" && kind === "function";
    if (kind === "pointer" || refused) {
      text = `*${quals} ${text}`;
      last = "pointer";
    } else {
      // C has no restrict pointers to functions.
      const free = kind === "function" ? text.replace(/^\*restrict /, "*") : text;
      const whole = last === "pointer" ? `(${free})` : free;
      text = kind === "array" ? `${whole}[${length}]` : `${whole}(${params.join(", ") || "void"})`;
      last = kind;
    }
  }
  // Only behind a pointer may a type be void, unknown, or an array that a function returns.
  const complete = last === "pointer" || !/void|unknown|array_t/.test(base);
  return `${base} ${complete ? text : `*${text}`}`;
}

const numbered = [...CASES, ...randomStructs(600), ...randomDeclarators(800)].map(({ types, uses }, i) => ({
  types: types.replaceAll("$", `_${i}`),
  uses: uses.map((use, k) => ({ name: `v${i}_${k}`, text: use.replaceAll("$", `_${i}`) })),
}));
const uses = numbered.flatMap((one) => one.uses);

/** All cases in one scope: our side of the comparison. */
function declareAll(texts: readonly string[]): {
  scope: TypeScope;
  ids: Map<string, number>;
  errors: (CError | string)[];
} {
  const scope = new TypeScope();
  const errors: (CError | string)[] = declareTypes(scope, texts).map((e) => ({
    ...e,
    source: texts[e.text],
  }));
  const ids = new Map<string, number>();
  for (const { name, text } of uses) {
    const id = parseTypeName(scope, text.replace("@", ""));
    if (typeof id === "number") ids.set(name, id);
    else errors.push(`${text}: ${JSON.stringify(id)}`);
  }
  return { scope, ids, errors };
}

const texts = numbered.map(({ types }) => types);
const cSource = `${PRELUDE}\n${numbered
  .map(
    ({ types, uses }) =>
      `${types}\n${uses.map(({ name, text }) => `${text.replace("@", name)};`).join("\n")}`,
  )
  .join("\n")}\n`;

describeWithJudge("C declarations", { "clang-22": "apt: clang-22", bpftool: "apt: bpftool" }, (tool) => {
  it("has more than 200 of them", () => {
    expect(numbered.filter(({ types }) => types !== "").length).toBeGreaterThan(200);
    expect(uses.length).toBeGreaterThan(400);
  });

  it.each([
    ["in the order of the table", texts, true],
    ["in the reverse order", [...texts].reverse(), true],
    ["in one text, big endian", [texts.join("\n")], false],
  ] as const)("give clang's types %s", (_, given, little) => {
    const { scope, ids, errors } = declareAll(given);
    expect(errors).toEqual([]);
    for (const [name, type] of ids) scope.types.add({ kind: "var", name, type, linkage: "global" });
    withFolder((folder) => {
      const raw = join(folder, "ours.btf");
      writeFileSync(raw, encodeBtf(scope.types, new BtfStrings(), little));
      const ours = canonicalVariables(dump(tool.bpftool, raw));
      const theirs = canonicalVariables(dump(tool.bpftool, compile(tool["clang-22"], folder, cSource)));
      expect(theirs.size).toBe(uses.length);
      const said = (by: ReadonlyMap<string, string>): string[] =>
        uses.map(({ name, text }) => `${text}\n${by.get(name)}`).filter((_, i) => differs[i]);
      const differs = uses.map(({ name }) => ours.get(name) !== theirs.get(name));
      expect(said(ours)).toEqual(said(theirs));
    });
  });

  it("have clang's constants: a thousand expressions by chance", () => {
    const { expression } = fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom(
          "0",
          "1",
          "2",
          "3u",
          "7",
          "11l",
          "5ul",
          "0x10",
          "'!'",
          "13LL",
          "04",
          "(char)200",
          "sizeof(int)",
        ),
        fc.tuple(fc.constantFrom("-", "~", "!", "+"), tie("expression")).map(([op, a]) => `${op}(${a})`),
        fc
          .tuple(
            tie("expression"),
            fc.constantFrom(..."+ - * / % & | ^ < > <= >= == != && ||".split(" ")),
            tie("expression"),
          )
          .map(([a, op, b]) => `(${a} ${op} ${b})`),
        fc
          .tuple(
            tie("expression"),
            fc.constantFrom(..."+ - * & | ^ < == &&".split(" ")),
            fc.constantFrom("6", "2u"),
          )
          .map((parts) => parts.join(" ")),
        fc
          .tuple(tie("expression"), fc.constantFrom(">> 3", "<< 2", "<< 1u"))
          .map(([a, shift]) => `((${a}) & 0xff) ${shift}`),
        fc
          .tuple(tie("expression"), tie("expression"), tie("expression"))
          .map(([condition, yes, no]) => `(${condition} ? ${yes} : ${no})`),
      ),
    }));
    const asserts = fc.sample(expression, { seed: SEED, numRuns: 1400 }).flatMap((text) => {
      const scope = new TypeScope();
      const [error] = declareTypes(scope, [`enum { A = ${text} };`]);
      if (error?.code === "btf/c-division-by-zero" || error?.code === "btf/c-shift-count") return [];
      expect(`${text}: ${error?.code}`).toBe(`${text}: undefined`);
      const value = scope.enumerators.get("A") ?? 0n;
      const bits = BigInt.asUintN(64, value);
      const sign = `((${text}) < 0) == ${value < 0n ? 1 : 0}`;
      return [`_Static_assert((unsigned long long)(${text}) == ${bits}ULL && ${sign}, "");`];
    });
    expect(asserts.length).toBeGreaterThan(1000);
    // `1 < 2 <= 3` is C, but clang takes it for a slip.
    const source = ['#pragma clang diagnostic ignored "-Wparentheses"', ...asserts].join("\n");
    withFolder((folder) => compile(tool["clang-22"], folder, source));
  });

  it("have clang's sizes and alignments", () => {
    const { scope, ids } = declareAll(texts);
    const asserts = uses.flatMap(({ name, text }) => {
      const id = ids.get(name) ?? 0;
      const size = sizeOf(scope.types, id);
      if (size === undefined) return [];
      const align = `_Static_assert(_Alignof(__typeof__(${name})) == ${alignOf(scope, id)}, "align of ${text.replaceAll(/["\\]/g, "'")}");`;
      return [
        `_Static_assert(sizeof(${name}) == ${size}, "size of ${text.replaceAll(/["\\]/g, "'")}");`,
        align,
      ];
    });
    expect(asserts.length).toBeGreaterThan(2 * 400);
    withFolder((folder) => compile(tool["clang-22"], folder, cSource + asserts.join("\n")));
  });
});
