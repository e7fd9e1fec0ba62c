// What an author sees when C types are wrong: one line an error, its sentence and the text that it points at.

import { describe, expect, it } from "vitest";
import { Log, MESSAGES } from "../../src/base/index.js";
import { type CError, declareTypes, parsePrototype, parseTypeName, TypeScope } from "../../src/btf/index.js";

/** The sentence, the words that it points at, and the hint, as one line. */
function said(error: CError, texts: readonly string[]): string {
  const log = new Log();
  log.error(error.code, { kind: "bytes", file: "", section: "", offset: 0 }, error.args as never);
  const text = texts[error.text] ?? "";
  const marked = text.slice(error.start, error.start + error.length) || "<the end>";
  return `${log.diagnostics[0]?.message} | ${marked}${error.hint === "" ? "" : ` | ${error.hint}`}`;
}

/** What is wrong with declarations; the mark stands in the text that is wrong. */
function declared(...texts: string[]): string[] {
  return declareTypes(new TypeScope(), texts).map((error) => said(error, texts));
}

// Declaration → sentence | what is marked | hint
const DECLARATIONS: readonly (readonly [string, string])[] = [
  ["struct s { int a; }", '";" is expected here, not the end | <the end>'],
  ["struct s { int a } ;", '";" is expected here, not "}" | }'],
  ["struct a { int x; } struct b { int y; };", '";" is expected here, not "struct" | struct'],
  ["struct s { int a; ", '"{" is not closed | {'],
  ["struct s { int a[3; };", '"[" is not closed | ['],
  ["struct s ) ;", '")" closes nothing | )'],
  ["/* struct", '"/*" is not closed | /*'],
  ["struct s { int a @ };", 'character "@" is not part of a C declaration | @'],
  ["struct s { int é; };", 'character "é" is not part of a C declaration | é'],
  ["#include <x.h>\nint a;", "a preprocessor directive is not supported in C types | #include <x.h>"],
  ["struct s { __u23 a; };", 'type "__u23" is not declared | __u23 | did you mean "__u32"?'],
  [
    "struct event { int a; }; struct t { event e; };",
    'type "event" is not declared | event | did you mean "struct event"?',
  ],
  [
    "typedef int pid_type; struct t { pid_tpye e; };",
    'type "pid_tpye" is not declared | pid_tpye | did you mean "pid_type"?',
  ],
  ["struct s { zzqqxx a; };", 'type "zzqqxx" is not declared | zzqqxx'],
  ["struct s { struct s x; };", 'struct "s" contains itself | x'],
  ["struct a { struct b b; }; struct b { struct a a; };", 'struct "a" contains itself | a'],
  ["struct s { struct t x; };", 'struct "t" is declared, but not defined | x'],
  ["struct s { union t x[2]; };", 'union "t" is declared, but not defined | ['],
  ["struct s { enum e x; };", 'enum "e" is declared, but not defined | x'],
  ["struct s { void v; };", 'member "v" is void | v'],
  ["struct s { int f(int); };", 'member "f" is a function | f'],
  ["struct s { int a; long a; };", 'member "a" is declared twice | a'],
  ["struct s { struct { int a; }; int a; };", 'member "a" is declared twice | a'],
  ["struct s { int; };", 'a member name is expected here, not ";" | ;'],
  ["struct s { struct q; };", 'a member name is expected here, not ";" | ;'],
  ["struct s { int a[]; int b; };", 'member "a" has no length, but is not the last of its struct | a'],
  ["struct s { int a : 33; };", 'bit-field "a" has 33 bits, but its type has 32 | 33'],
  ["struct s { _Bool a : 2; };", 'bit-field "a" has 2 bits, but its type has 1 | 2'],
  ["struct s { int a : -1; };", 'bit-field "a" has -1 bits, but its type has 32 | -'],
  ["struct s { int a : 0; };", 'bit-field "a" has a name, but no bits | 0'],
  ["struct s { float a : 3; };", 'bit-field "a" is of a type that is no integer | a'],
  ["struct s { int a[-1]; };", "array length -1 is negative | -"],
  ["struct s { int a[2 - 3]; };", "array length -1 is negative | 2"],
  ["struct s { int a[N]; };", 'constant "N" is not declared | N'],
  [
    "enum { MAX = 3 }; struct s { int a[MXA]; };",
    'constant "MXA" is not declared | MXA | did you mean "MAX"?',
  ],
  ["struct s { int a[1 / 0]; };", "a constant is divided by zero | /"],
  ["struct s { int a[1 << 32]; };", "a value of 32 bits is shifted by 32 | <<"],
  ["struct s { int a[1.5]; };", 'number "1.5" is not an integer constant | 1.5'],
  ["struct s { int a[09]; };", 'number "09" is not an integer constant | 09'],
  [
    "struct s { int a[99999999999999999999]; };",
    'number "99999999999999999999" does not fit in 64 bits | 99999999999999999999',
  ],
  ["struct s { int a['ab']; };", "character constant 'ab' is not one plain character | 'ab'"],
  ["struct s { int a[]; } ; struct t { int a[sizeof(struct u)]; };", "this type has no size | struct u)"],
  ["struct s { int a[(struct s *)1]; };", "a constant is cast to a type that is no integer | struct s *)"],
  [
    "struct q { int a; }; enum { O = __builtin_offsetof(struct q, b) };",
    'member "b" is not in this type | b',
  ],
  [
    "struct s { char a[0x100000000]; };",
    "an array is larger than 4 GiB, the most that BTF can say | [0x100000000]",
  ],
  ["struct s { long a[0x20000000]; };", "an array is larger than 4 GiB, the most that BTF can say | ["],
  [
    "struct s { char a[0x30000000]; int b; };",
    'member "b" begins at bit 6442450944, beyond the last that BTF can say (4294967295) | b',
  ],
  [
    "struct s { char a[0x1fffffff]; char b[0xf0000000]; };",
    "a struct is larger than 4 GiB, the most that BTF can say | s",
  ],
  [
    "struct s { char a[0x300000]; int b : 3; };",
    'member "b" begins at bit 25165824, beyond the last that BTF can say (16777215) | b',
  ],
  ["struct s { int (*a)[2](int); };", "an array cannot hold functions | ["],
  ["struct s { void a[3]; };", "an array cannot hold void | ["],
  ["typedef int t[3][];", "an array cannot hold arrays without a length | ["],
  ["typedef int t(int)[3];", "a function cannot return an array | ("],
  ["typedef int t(int)(int);", "a function cannot return a function | ("],
  ["typedef int t(void, int);", "a parameter cannot be void | void"],
  ["typedef int t(...);", 'a parameter is expected here, not "..." | ...'],
  ["typedef int t(int,);", 'a type is expected here, not ")" | )'],
  [
    "typedef int a __attribute__((aligned(16))); typedef a t[3];",
    "elements of 4 bytes cannot be aligned to 16 bytes | [",
  ],
  ["typedef int t; typedef long t;", 'typedef "t" is declared again, and differently | t'],
  ["struct s { int a; }; struct s { long a; };", 'struct "s" is declared again, and differently | s'],
  ["struct s { int a; }; struct s { int b; };", 'struct "s" is declared again, and differently | s'],
  ["enum e { A }; enum e { A, B };", 'enum "e" is declared again, and differently | e'],
  ["struct s { struct s { int a; } b; };", 'struct "s" is declared again, and differently | s'],
  ["struct s { int a; }; union s { int a; };", '"s" is declared as struct, and here as union | s'],
  ["struct s; enum s { A };", '"s" is declared as struct, and here as enum | s'],
  ["enum e { A, A };", 'enumerator "A" is declared twice | A'],
  ["enum e { A }; enum f { A };", 'enumerator "A" is declared twice | A'],
  ["typedef int A; enum e { A };", '"A" is declared again, and differently | A'],
  ["enum e { A }; typedef int A;", '"A" is declared again, and differently | A'],
  ["enum e { };", "an enum has no enumerators | e"],
  ["enum e { 3 };", 'an enumerator is expected here, not "3" | 3'],
  ["enum e : char { A = 128 };", 'enumerator "A" is 128, which its enum cannot hold | e'],
  [
    "enum e { A = -1, B = 0xffffffffffffffff };",
    'enumerator "B" is 18446744073709551615, which its enum cannot hold | e',
  ],
  [
    "enum e { A = 0xffffffffffffffff, B };",
    'enumerator "B" is 18446744073709551616, which its enum cannot hold | B',
  ],
  ["enum e : float { A };", "an enum stands on an integer type of at most 64 bits | float"],
  ["typedef unsigned float t;", '"float" does not go with "unsigned" | float'],
  ["typedef long long long t;", '"long" does not go with "long" | long'],
  ["typedef struct s int t;", '"int" does not go with "s" | int'],
  ["typedef int restrict t;", '"restrict" goes with pointers only | typedef'],
  ["typedef int;", "this declaration declares nothing | typedef"],
  ["struct { int a; };", "this declaration declares nothing | struct"],
  ["typedef struct s { int a; };", "this declaration declares nothing | typedef"],
  ["int a;", "a variable is not supported in C types | a"],
  ["struct s { int a; } v;", "a variable is not supported in C types | v"],
  ["int a = 3;", "an initializer is not supported in C types | ="],
  ["int f(int);", "a function is not supported in C types | f"],
  ["int f(int a) { return a; };", "a function body is not supported in C types | f"],
  ["extern int a;", '"extern" is not supported in C types | extern'],
  ["typedef _Complex double t;", '"_Complex" is not supported in C types | _Complex'],
  ["typedef typeof(int) t;", '"typeof" is not supported in C types | typeof'],
  [
    "struct s { int a; } __attribute__((pakced));",
    'attribute "pakced" is not known | pakced | did you mean "packed"?',
  ],
  [
    "struct s { int a __attribute__((aligned(3))); };",
    "alignment 3 is not a power of two from 1 to 268435456 | 3",
  ],
  ["struct s { int a __attribute__((btf_decl_tag(3))); };", 'attribute "btf_decl_tag" needs a string | 3'],
  ["struct s { int a __attribute__((mode(XX))); };", 'attribute "mode" needs an integer mode | XX'],
  ["typedef int *t __attribute__((vector_size(16)));", 'attribute "vector_size" goes with a number only | t'],
  ["typedef float t __attribute__((mode(QI)));", 'attribute "mode" goes with an integer only | t'],
  [
    "typedef int t __attribute__((vector_size(6)));",
    "a vector of 6 bytes does not consist of elements of 4 bytes | t",
  ],
  [
    `typedef int ${"(".repeat(200)}t${")".repeat(200)};`,
    "declarations are nested deeper than 128 levels | (",
  ],
  [
    `struct s { int a[${"(".repeat(200)}1${")".repeat(200)}]; };`,
    "declarations are nested deeper than 128 levels | (",
  ],
];

describe("a wrong declaration", () => {
  it.each(DECLARATIONS)("%s", (text, expected) => {
    expect(declared(text)).toEqual([expected]);
  });

  it("is reported with its text, and the others are declared all the same", () => {
    const scope = new TypeScope();
    const texts = [
      "struct good { int a; };",
      "struct bad { foo x; }; struct also { int b; };",
      "typedef strct *t;",
    ];
    const errors = declareTypes(scope, texts);
    expect(errors.map((error) => [error.text, error.start, error.length])).toEqual([
      [1, 13, 3],
      [2, 8, 5],
    ]);
    expect(["struct good", "struct also"].map((name) => typeof parseTypeName(scope, name))).toEqual([
      "number",
      "number",
    ]);
  });

  it("is reported once, not again by each that needs it", () => {
    expect(
      declared("struct a { struct b x; }; struct c { struct b y[2]; };", "struct b { nope z; };"),
    ).toEqual(['type "nope" is not declared | nope']);
  });

  it("may stand twice if it says the same", () => {
    const twice =
      "struct s { int a; struct { char b; } c; }; enum e { A = 1 }; typedef struct s *t; union u;";
    expect(declared(twice, twice)).toEqual([]);
  });
});

// Type name → sentence | what is marked | hint
const NAMES: readonly (readonly [string, string])[] = [
  ["", "a type is expected here, not the end | <the end>"],
  ["const", "a type is expected here, not the end | <the end>"],
  ["__u33", 'type "__u33" is not declared | __u33 | did you mean "__u32"?'],
  ["int x", 'name "x" stands in a type name | x'],
  ["int, long", 'the end is expected here, not "," | ,'],
  ["int;", 'the end is expected here, not ";" | ;'],
  ["int (*", '"(" is not closed | ('],
  ["typedef int", '"typedef" is not supported in C types | typedef'],
  ["struct", 'a tag or "{" is expected here, not the end | <the end>'],
  ["static int", '"static" is not supported in C types | static'],
];

describe("a wrong type name", () => {
  it.each(NAMES)("%s", (text, expected) => {
    const error = parseTypeName(new TypeScope(), text);
    expect(typeof error === "number" ? "no error" : said(error, [text])).toBe(expected);
  });
});

// Prototype → sentence | what is marked | hint
const PROTOTYPES: readonly (readonly [string, string])[] = [
  ["int prog", "a parameter list is expected here, not the end | <the end>"],
  ["prog(void *ctx)", 'type "prog" is not declared | prog'],
  ["int prog(void *ctx) { }", 'the end is expected here, not "{" | {'],
  ["int prog(struct xdp_md *ctx", '"(" is not closed | ('],
  ["int (*prog)(void *ctx)", "a parameter list is expected here, not the end | <the end>"],
];

describe("a wrong prototype", () => {
  it.each(PROTOTYPES)("%s", (text, expected) => {
    const error = parsePrototype(new TypeScope(), text);
    expect("code" in error ? said(error, [text]) : "no error").toBe(expected);
  });
});

it("every sentence about C types is said here", () => {
  const all = [...DECLARATIONS, ...NAMES, ...PROTOTYPES].map(([, sentence]) => sentence);
  const unsaid = Object.entries(MESSAGES).filter(([code, sentence]) => {
    if (!code.startsWith("btf/c-")) return false;
    const pattern = new RegExp(
      `^${sentence.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{\w+\}/g, ".*")} \\|`,
    );
    return !all.some((text) => pattern.test(text));
  });
  // More than 65535 members need a text of their own (limits.test.ts).
  expect(unsaid.map(([code]) => code)).toEqual(["btf/c-too-many"]);
});
