// Types printed as C. Three witnesses: our own parser, which must give the same types back (it is held against clang
// in clang.test.ts); clang, which must give the printed C the same sizes and offsets; and the kernel's own types, of
// which nobody can say that we made them up.

import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Log } from "../../src/base/index.js";
import {
  cPrinter,
  declarationOrder,
  declareTypes,
  decodeBtf,
  parseTypeName,
  printDeclaration,
  printTypeName,
  sizeOf,
  spellNames,
  type TypeId,
  TypeMatcher,
  TypeScope,
  type TypeTable,
} from "../../src/btf/index.js";
import { describeUnless, describeWithJudge } from "../judges.js";
import { compile, withFolder } from "./clang.js";
import { CASES } from "./declarations.js";

const VMLINUX = "/sys/kernel/btf/vmlinux";

/** BTF has no vectors: what comes back is an array, which as a parameter is a pointer. */
const VECTOR_PARAMETERS: ReadonlySet<string> = new Set(["int (*@)(v$)"]);

/** Prints `id` with all that it needs, reads it back, and says what is different; "" where nothing is. */
function roundTrip(types: TypeTable, id: TypeId): string {
  const printer = cPrinter(types);
  const declarations = declarationOrder(types, [id]).map((one) => printer.declaration(one));
  const name = printer.typeName(id);
  const scope = new TypeScope();
  const errors = declareTypes(scope, declarations);
  if (errors.length > 0) return `${name}: ${errors[0]!.code}: ${declarations[errors[0]!.text]}`;
  const again = parseTypeName(scope, name);
  if (typeof again !== "number") return `${name}: ${again.code}`;
  if (new TypeMatcher(types, scope.types).same(id, again)) return "";
  return `${name}: not the same\n${declarations.join("\n")}`;
}

describe("C of a type", () => {
  it.each([
    ["const char *", "const char *"],
    ["char const*const", "const char *const"],
    ["struct sock *[4]", "struct sock *[4]"],
    ["int(void*)", "int (void *)"],
    ["int (*)(const char*, ...)", "int (*)(const char *, ...)"],
    ["int (*(*)(int))(long)", "int (*(*)(int))(long)"],
    ["char (*(*[3])[2])[5]", "char (*(*[3])[2])[5]"],
    ["unsigned", "unsigned int"],
    ["struct { int a; char b[]; }", "struct { int a; char b[]; }"],
    ["struct { struct { int a; } x, *y; }", "struct { struct { int a; } x, *y; }"],
    ["const volatile int [2][3]", "const volatile int[2][3]"],
    ["int *restrict", "int *restrict"],
  ])("%s is printed as %s", (text, printed) => {
    const scope = new TypeScope();
    const id = parseTypeName(scope, text);
    expect(typeof id === "number" ? printTypeName(scope.types, id) : id).toBe(printed);
  });

  it.each([
    ["struct s { char a; int b; } __attribute__((packed));"],
    ["struct s { char a; } __attribute__((aligned(32)));"],
    ["struct s { int a : 3; unsigned int b : 5; };"],
    ["enum e { A, B, C = 10, D };"],
    ["enum e { M = -1, N = 5 };"],
    ["enum e : unsigned char { A = 200 };"],
    ["enum e { A = 0xffffffffffffffffULL };"],
    ["enum e { A = (-9223372036854775807LL - 1) };"],
    ["typedef int (*cb)(void *, int);"],
    ["typedef struct { int x; } t;"],
    ['struct s { int a __attribute__((btf_decl_tag("d"))); } __attribute__((btf_decl_tag("\\"e\\\\")));'],
  ])("%s is printed as it stands", (text) => {
    const scope = new TypeScope();
    expect(declareTypes(scope, [text])).toEqual([]);
    const id = scope.tags.get("s") ?? scope.tags.get("e") ?? [...scope.typedefs.values()].at(-1)!;
    expect(printDeclaration(scope.types, id)).toBe(text);
  });

  it("comes out of every declaration of the table, and goes in again", () => {
    const wrong: string[] = [];
    for (const [i, { types, uses }] of CASES.entries()) {
      const scope = new TypeScope();
      expect(declareTypes(scope, [types.replaceAll("$", `_${i}`)])).toEqual([]);
      for (const use of uses) {
        if (VECTOR_PARAMETERS.has(use)) continue;
        const id = parseTypeName(scope, use.replace("@", "").replaceAll("$", `_${i}`));
        expect(typeof id).toBe("number");
        const problem = roundTrip(scope.types, id as number);
        if (problem !== "") wrong.push(`${types} ${use}: ${problem}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("ends where a type never does", () => {
    const scope = new TypeScope();
    const { types } = scope;
    types.add({ kind: "ptr", type: 1 });
    const proto = types.size + 1;
    for (let i = 0; i < 100; i++) {
      const next = proto + i + 1;
      types.add({
        kind: "func_proto",
        result: 0,
        params: [
          { name: "", type: next },
          { name: "", type: next },
        ],
      });
    }
    types.add({ kind: "struct", name: "s", size: 4, members: [], bitfields: false });
    const inside = types.add({
      kind: "struct",
      name: "",
      size: 4,
      members: [{ name: "x", type: types.size + 1, offset: 0, bits: 0 }],
      bitfields: false,
    });
    for (const id of [1, proto, inside]) expect(printTypeName(types, id).length).toBeLessThan(50_000_000);
  });
});

describeWithJudge("clang", { "clang-22": "apt: clang-22" }, (tool) => {
  it("gives the printed declarations the same sizes and offsets", () => {
    const source: string[] = [];
    for (const [i, { types: text, uses }] of CASES.entries()) {
      const scope = new TypeScope();
      declareTypes(scope, [text.replaceAll("$", `_${i}`)]);
      const { types } = scope;
      const roots = uses.map((use) => parseTypeName(scope, use.replace("@", "").replaceAll("$", `_${i}`)));
      const printer = cPrinter(types, { multiline: true });
      for (const id of declarationOrder(types, roots as TypeId[])) {
        source.push(printer.declaration(id));
        const type = types.at(id);
        if (type.kind !== "struct" && type.kind !== "union") continue;
        const claims = [`sizeof(${printer.typeName(id)}) == ${sizeOf(types, id)}`];
        for (const { name, offset, bits } of type.members) {
          if (name === "" || bits !== 0) continue;
          claims.push(`__builtin_offsetof(${printer.typeName(id)}, ${name}) == ${offset / 8}`);
        }
        source.push(...claims.map((claim) => `_Static_assert(${claim}, "");`));
      }
    }
    expect(source.length).toBeGreaterThan(600);
    const typedefs = `typedef __UINT8_TYPE__ __u8; typedef __UINT32_TYPE__ __u32; typedef unsigned long long __u64;
      typedef __SIZE_TYPE__ size_t;`;
    withFolder((folder) => compile(tool["clang-22"], folder, `${typedefs}\n${source.join("\n")}`));
  }, 30_000);
});

describe("types that are no C", () => {
  it.each([
    ["members that overlap", [0, 0], 8],
    ["members that go backwards", [32, 0], 8],
    ["a struct that is shorter than its members", [0, 32], 4],
  ])("%s are given as a record", (_, offsets, size) => {
    const { types } = new TypeScope();
    const int = types.add({ kind: "int", name: "int", size: 4, encoding: "signed", bits: 32, bitOffset: 0 });
    const members = offsets.map((offset, i) => ({ name: `m${i}`, type: int, offset, bits: 0 }));
    const id = types.add({ kind: "struct", name: "s", size, members, bitfields: false });
    expect(spellNames(types, [id]).own.get(id)).toBe("$s");
    expect(roundTrip(types, id)).not.toBe("");
  });
});

describeUnless(
  existsSync(VMLINUX) ? undefined : `no ${VMLINUX} (a kernel with CONFIG_DEBUG_INFO_BTF)`,
  "the kernel's types",
  () => {
    const log = new Log();
    const origin = { file: VMLINUX, section: "", base: 0 };
    const { types } = decodeBtf(readFileSync(VMLINUX), origin, log)!;
    const named = [...types.ids()].filter((id) => {
      const type = types.at(id);
      return (
        ["struct", "union", "enum", "enum64", "typedef"].includes(type.kind) &&
        "name" in type &&
        type.name !== ""
      );
    });

    it("come back from the C parser", () => {
      const all = declarationOrder(types, named);
      // pahole keeps some types of one name; C has one.
      const seen = new Set<string>();
      const twice = new Set<string>();
      const printer = cPrinter(types);
      const once = all.filter((id) => {
        const name = printer.typeName(id);
        if (seen.has(name)) twice.add(name);
        return !seen.has(name) && seen.add(name);
      });
      const scope = new TypeScope();
      const errors = declareTypes(
        scope,
        once.map((id) => printer.declaration(id)),
      );
      // The kernel is many programs: what two of them call by one name, no header can declare.
      const excused = new Set(["btf/c-duplicate-enumerator", "btf/c-tag-clash"]);
      expect(errors.filter(({ code }) => !excused.has(code))).toEqual([]);
      expect(errors.length).toBeLessThan(30);
      const failed = new Set(errors.map(({ text }) => text));
      const matcher = new TypeMatcher(types, scope.types, { byName: true });
      const wrong = once.filter((id, i) => {
        const again = failed.has(i) ? undefined : parseTypeName(scope, printer.typeName(id));
        if (again === undefined || (typeof again === "number" && matcher.same(id, again))) return false;
        const clashes = [...twice].some((name) => printer.declaration(id).includes(name));
        if (clashes) twice.add(printer.typeName(id));
        return !clashes;
      });
      expect(once.length).toBeGreaterThan(5000);
      expect(wrong.map((id) => printer.declaration(id).slice(0, 200))).toEqual([]);
    }, 60_000);
  },
);
