// Function prototypes, member lookup and layout of tables: the parts of the room that the declarations' table does
// not reach. clang is the judge where it can be.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  alignOf,
  BtfStrings,
  declareTypes,
  encodeBtf,
  findMember,
  memberNames,
  type Prototype,
  parsePrototype,
  parseTypeName,
  resolveType,
  sizeOf,
  type TypeId,
  TypeScope,
} from "../../src/btf/index.js";
import { describeWithJudge } from "../judges.js";
import { canonicalVariables, compile, type DumpedType, dump, withFolder } from "./clang.js";

/** Prototypes with `@` for a number, and the types that they need. */
const PROTOTYPES: readonly string[] = [
  "int f@(void *ctx)",
  "int f@(void)",
  "int f@()",
  "long f@(struct s *in, const char *name, int n)",
  "void f@(int (*cb)(struct s *a, int b), void *priv)",
  "struct s *f@(struct s **table, int n[4])",
  "const char *f@(const int x, volatile int *restrict y)",
  "int (f@)(int x)",
  "int (*f@(int which))(long)",
  "bool f@(enum e which, td t)",
  "int f@(int, long)",
  'int f@(struct s *c __attribute__((btf_decl_tag("arg:ctx"))), int n)',
  'int f@(__attribute__((btf_decl_tag("a"), btf_decl_tag("b"))) int n, int m __attribute__((btf_decl_tag("c"))))',
  'int f@(struct s *c) __attribute__((btf_decl_tag("whole")))',
  'int f@(struct s __attribute__((btf_type_tag("t"))) *c)',
  "unsigned long long f@(__int128 x, float y)",
];

const TYPES = "struct s { int a; }; enum e { A }; typedef int td(int); ";

function parsed(scope: TypeScope, text: string): Prototype {
  const found = parsePrototype(scope, text);
  if ("code" in found) throw new Error(`${text}: ${JSON.stringify(found)}`);
  return found;
}

/** Each FUNC as a variable of its prototype, so that one canonical text serves both. */
function functionsOf(types: readonly DumpedType[]): Map<string, string> {
  const tags = new Map<number, string[]>();
  for (const type of types) {
    if (type.kind !== "DECL_TAG") continue;
    const id = type.type_id as number;
    tags.set(id, [...(tags.get(id) ?? []), `${type.name}@${type.component_idx}`]);
  }
  const asVariables = types.map((type) => (type.kind === "FUNC" ? { ...type, kind: "VAR" } : type));
  const found = canonicalVariables(asVariables);
  return new Map(
    types
      .filter(({ kind }) => kind === "FUNC")
      .map(({ id, name }) => [name, `${found.get(name)} ${(tags.get(id) ?? []).sort().join(" ")}`]),
  );
}

describeWithJudge("prototypes", { "clang-22": "apt: clang-22", bpftool: "apt: bpftool" }, (tool) => {
  it("are clang's, with the names of parameters and their tags", () => {
    const scope = new TypeScope();
    expect(declareTypes(scope, [TYPES])).toEqual([]);
    const texts = PROTOTYPES.map((text, i) => text.replace("@", String(i)));
    for (const text of texts) {
      const { name, type, paramTags, tags } = parsed(scope, text);
      const func = scope.types.add({ kind: "func", name, type, linkage: "global" });
      const all = [...paramTags, ...tags.map((value) => ({ component: -1, value }))];
      for (const tag of all) scope.types.add({ kind: "decl_tag", ...tag, type: func, attribute: false });
    }
    withFolder((folder) => {
      const raw = join(folder, "ours.btf");
      writeFileSync(raw, encodeBtf(scope.types, new BtfStrings(), true));
      const bodies = texts.map((text) => {
        // An attribute may not stand between a definition and its body: a declaration carries it.
        const plain = text.replace(/ __attribute__\(\(btf_decl_tag\("whole"\)\)\)$/, "");
        return `${text};\n${plain} { for (;;) __asm__ volatile(""); }`;
      });
      const source = `#define bool _Bool\n${TYPES}\n${bodies.join("\n")}`;
      const ours = functionsOf(dump(tool.bpftool, raw));
      const theirs = functionsOf(dump(tool.bpftool, compile(tool["clang-22"], folder, source)));
      expect(theirs.size).toBe(PROTOTYPES.length);
      for (const [i, text] of texts.entries()) {
        expect(`${text}: ${ours.get(`f${i}`)}`).toBe(`${text}: ${theirs.get(`f${i}`)}`);
      }
    });
  });

  it("find members where clang has them, through anonymous ones", () => {
    const types = `struct s { char a; union { int b; struct { long c; short d[3]; }; }; struct { int e; } f; struct { union { char g; }; } ; };
      typedef const struct s ts; union u { int x; struct s s; };`;
    const scope = new TypeScope();
    expect(declareTypes(scope, [types])).toEqual([]);
    const asserts = ["struct s", "ts", "union u"].flatMap((type) => {
      const id = parseTypeName(scope, type) as TypeId;
      return memberNames(scope.types, id).map((name) => {
        const found = findMember(scope.types, id, name);
        const size = sizeOf(scope.types, found?.type ?? 0);
        const where = `__builtin_offsetof(${type}, ${name}) == ${(found?.offset ?? -8) / 8}`;
        return `_Static_assert(${where} && sizeof(((${type} *)0)->${name}) == ${size}, "${type} ${name}");`;
      });
    });
    expect(asserts.length).toBe(6 + 6 + 2);
    withFolder((folder) => compile(tool["clang-22"], folder, `${types}\n${asserts.join("\n")}`));
  });
});

describe("prototypes", () => {
  it("need no name, and are a record each", () => {
    const scope = new TypeScope();
    const [one, two] = ["int (void *ctx)", "int (void *ctx);"].map((text) => parsed(scope, text));
    expect(one?.name).toBe("");
    expect(one?.type).not.toBe(two?.type);
    expect(scope.types.at(one?.type ?? 0)).toEqual(scope.types.at(two?.type ?? 0));
  });
});

describe("members", () => {
  const scope = new TypeScope();
  declareTypes(scope, ["struct s { int a; struct { int b; union { int c; int d : 3; }; }; int e; };"]);
  const s = parseTypeName(scope, "const volatile struct s") as TypeId;

  it("come with the path that a CO-RE access takes", () => {
    const found = ["a", "b", "c", "d", "e", "f", ""].map((name) => findMember(scope.types, s, name)?.path);
    expect(found).toEqual([[0], [1, 0], [1, 1, 0], [1, 1, 1], [2], undefined, undefined]);
    expect(memberNames(scope.types, s)).toEqual(["a", "b", "c", "d", "e"]);
    expect(findMember(scope.types, parseTypeName(scope, "int") as TypeId, "a")).toBe(undefined);
  });
});

describe("sizes and alignments", () => {
  it("are those of the type behind names and qualifiers; what has no size has none", () => {
    const scope = new TypeScope();
    declareTypes(scope, [
      "typedef const struct p { char c; int i; } __attribute__((packed)) *t[2][3]; struct fwd;",
    ]);
    const id = (text: string): TypeId => parseTypeName(scope, text) as TypeId;
    expect(sizeOf(scope.types, id("volatile t"))).toBe(48);
    expect([alignOf(scope, id("struct p")), alignOf(scope, id("t"))]).toEqual([1, 8]);
    for (const text of ["void", "const void", "struct fwd", "int (void)", "enum undefined"]) {
      expect(sizeOf(scope.types, id(text))).toBe(undefined);
    }
    expect(resolveType(scope.types, id("const volatile struct p"))).toBe(id("struct p"));
  });

  it("of a packed struct show in its record, where nothing else is known", () => {
    const scope = new TypeScope();
    declareTypes(scope, [
      "struct p { char c; int i; } __attribute__((packed)); struct q { int i; char c; } __attribute__((packed)); struct n { char c; long l; };",
    ]);
    const bare = { types: scope.types, alignments: new Map() };
    const aligns = ["struct p", "struct q", "struct n"].map((text) =>
      alignOf(bare, parseTypeName(scope, text) as TypeId),
    );
    expect(aligns).toEqual([1, 1, 8]);
  });
});
