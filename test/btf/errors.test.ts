// What an author sees when C types are wrong: one line an error, its sentence and the text that it points at.

import { describe, expect, it } from "vitest";
import { Log } from "../../src/base/index.js";
import { type CError, declareTypes, parsePrototype, parseTypeName, TypeScope } from "../../src/btf/index.js";

/** The sentence, the words that it points at, and the hint, as one line. */
function said(error: CError, texts: readonly string[]): string {
  const log = new Log();
  log.error(error.code, { kind: "bytes", file: "", section: "", offset: 0 }, error.args as never);
  const text = texts[error.text] ?? "";
  const marked = text.slice(error.start, error.start + error.length) || "<the end>";
  return `${log.diagnostics[0]?.message} [${error.code}] | ${marked}${error.hint === "" ? "" : ` | ${error.hint}`}`;
}

/** What is wrong with declarations; the mark stands in the text that is wrong. */
function declared(...texts: string[]): string[] {
  return declareTypes(new TypeScope(), texts).map((error) => said(error, texts));
}

// Declaration → sentence | what is marked | hint
const DECLARATIONS: readonly (readonly [string, string])[] = [
  ["struct s { int a; }", '";" is expected here, not the end [btf/c-expected] | <the end>'],
  ["struct s { int a } ;", '";" is expected here, not "}" [btf/c-expected] | }'],
  [
    "struct a { int x; } struct b { int y; };",
    '";" is expected here, not "struct" [btf/c-expected] | struct',
  ],
  ["typedef int t __attribute-1;", '"(" is expected here, not "-" [btf/c-expected] | -'],
  ["struct s { int a; ", '"{" is not closed [btf/c-unclosed] | {'],
  ["struct s { int a[3; };", '"[" is not closed [btf/c-unclosed] | ['],
  ["struct s ) ;", '")" closes nothing [btf/c-unopened] | )'],
  ["/* struct", '"/*" is not closed [btf/c-unclosed] | /*'],
  ["struct s { int a @ };", 'character "@" is not part of a C declaration [btf/c-bad-character] | @'],
  ["struct s { int §; };", 'character "§" is not part of a C declaration [btf/c-bad-character] | §'],
  [
    "#include <x.h>\nint a;",
    "a preprocessor directive is not supported in C types [btf/c-unsupported] | #include <x.h>",
  ],
  [
    "struct s { __u23 a; };",
    'type "__u23" is not declared [btf/c-unknown-type] | __u23 | did you mean "__u32"?',
  ],
  [
    "struct event { int a; }; struct t { event e; };",
    'type "event" is not declared [btf/c-unknown-type] | event | did you mean "struct event"?',
  ],
  [
    "typedef int pid_type; struct t { pid_tpye e; };",
    'type "pid_tpye" is not declared [btf/c-unknown-type] | pid_tpye | did you mean "pid_type"?',
  ],
  ["struct s { zzqqxx a; };", 'type "zzqqxx" is not declared [btf/c-unknown-type] | zzqqxx'],
  ["struct s { struct s x; };", 'struct "s" contains itself [btf/c-recursive] | x'],
  ["struct a { struct b b; }; struct b { struct a a; };", 'struct "a" contains itself [btf/c-recursive] | a'],
  ["struct s { struct t x; };", 'struct "t" is declared, but not defined [btf/c-incomplete] | x'],
  ["struct s { union t x[2]; };", 'union "t" is declared, but not defined [btf/c-incomplete] | ['],
  ["struct s { enum e x; };", 'enum "e" is declared, but not defined [btf/c-incomplete] | x'],
  ["struct s { void v; };", 'member "v" is void [btf/c-bad-member] | v'],
  ["struct s { int f(int); };", 'member "f" is a function [btf/c-bad-member] | f'],
  ["struct s { int a; long a; };", 'member "a" is declared twice [btf/c-duplicate-member] | a'],
  ["struct s { struct { int a; }; int a; };", 'member "a" is declared twice [btf/c-duplicate-member] | a'],
  ["struct s { int; };", 'a member name is expected here, not ";" [btf/c-expected] | ;'],
  ["struct s { struct q; };", 'a member name is expected here, not ";" [btf/c-expected] | ;'],
  [
    "struct s { int a[]; int b; };",
    'member "a" has no length, but is not the last of its struct [btf/c-flexible-member] | a',
  ],
  ["struct s { int a : 33; };", 'bit-field "a" has 33 bits, but its type has 32 [btf/c-bit-width] | 33'],
  ["struct s { _Bool a : 2; };", 'bit-field "a" has 2 bits, but its type has 1 [btf/c-bit-width] | 2'],
  ["struct s { int a : -1; };", 'bit-field "a" has -1 bits, but its type has 32 [btf/c-bit-width] | -'],
  ["struct s { int a : 0; };", 'bit-field "a" has a name, but no bits [btf/c-bit-zero] | 0'],
  ["struct s { float a : 3; };", 'bit-field "a" is of a type that is no integer [btf/c-bit-type] | a'],
  ["struct s { int a[-1]; };", "array length -1 is negative [btf/c-negative-length] | -"],
  ["struct s { int a[2 - 3]; };", "array length -1 is negative [btf/c-negative-length] | 2"],
  ["struct s { int a[N]; };", 'constant "N" is not declared [btf/c-unknown-constant] | N'],
  [
    "enum { MAX = 3 }; struct s { int a[MXA]; };",
    'constant "MXA" is not declared [btf/c-unknown-constant] | MXA | did you mean "MAX"?',
  ],
  ["struct s { int a[1 / 0]; };", "a constant is divided by zero [btf/c-division-by-zero] | /"],
  ["struct s { int a[1 << 32]; };", "a value of 32 bits is shifted by 32 [btf/c-shift-count] | <<"],
  ["struct s { int a[1.5]; };", 'number "1.5" is not an integer constant [btf/c-bad-number] | 1.5'],
  ["struct s { int a[09]; };", 'number "09" is not an integer constant [btf/c-bad-number] | 09'],
  [
    "struct s { int a[99999999999999999999]; };",
    'number "99999999999999999999" does not fit in 64 bits [btf/c-number-range] | 99999999999999999999',
  ],
  [
    "struct s { int a['ab']; };",
    "character constant 'ab' is not one plain character [btf/c-bad-character-constant] | 'ab'",
  ],
  [
    "struct s { int a[]; } ; struct t { int a[sizeof(struct u)]; };",
    "this type has no size [btf/c-no-size] | struct u)",
  ],
  [
    "struct s { int a[(struct s *)1]; };",
    "a constant is cast to a type that is no integer [btf/c-cast] | struct s *)",
  ],
  [
    "struct q { int a; }; enum { O = __builtin_offsetof(struct q, b) };",
    'member "b" is not in this type [btf/c-unknown-member] | b',
  ],
  [
    "struct s { char a[0x100000000]; };",
    "an array is larger than 4 GiB, the most that BTF can say [btf/c-too-large] | [0x100000000]",
  ],
  [
    "struct s { long a[0x20000000]; };",
    "an array is larger than 4 GiB, the most that BTF can say [btf/c-too-large] | [",
  ],
  [
    "struct s { char a[0x30000000]; int b; };",
    'member "b" begins at bit 6442450944, beyond the last that BTF can say (4294967295) [btf/c-member-too-far] | b',
  ],
  [
    "struct s { char a[0x1fffffff]; char b[0xf0000000]; };",
    "a struct is larger than 4 GiB, the most that BTF can say [btf/c-too-large] | s",
  ],
  [
    "struct s { char a[0x300000]; int b : 3; };",
    'member "b" begins at bit 25165824, beyond the last that BTF can say (16777215) [btf/c-member-too-far] | b',
  ],
  ["struct s { int (*a)[2](int); };", "an array cannot hold functions [btf/c-bad-element] | ["],
  ["struct s { void a[3]; };", "an array cannot hold void [btf/c-bad-element] | ["],
  ["typedef int t[3][];", "an array cannot hold arrays without a length [btf/c-bad-element] | ["],
  ["typedef int t(int)[3];", "a function cannot return an array [btf/c-bad-result] | ("],
  ["typedef int t(int)(int);", "a function cannot return a function [btf/c-bad-result] | ("],
  ["typedef int t(void, int);", "a parameter cannot be void [btf/c-bad-parameter] | void"],
  ["typedef int t(...);", 'a parameter is expected here, not "..." [btf/c-expected] | ...'],
  ["typedef int t(int,);", 'a type is expected here, not ")" [btf/c-expected] | )'],
  [
    "typedef int a __attribute__((aligned(16))); typedef a t[3];",
    "elements of 4 bytes cannot be aligned to 16 bytes [btf/c-element-align] | [",
  ],
  ["typedef int t; typedef long t;", 'typedef "t" is declared again, and differently [btf/c-redefined] | t'],
  [
    "struct s { int a; }; struct s { long a; };",
    'struct "s" is declared again, and differently [btf/c-redefined] | s',
  ],
  [
    "struct s { int a; }; struct s { int b; };",
    'struct "s" is declared again, and differently [btf/c-redefined] | s',
  ],
  ["enum e { A }; enum e { A, B };", 'enum "e" is declared again, and differently [btf/c-redefined] | e'],
  [
    "struct s { struct s { int a; } b; };",
    'struct "s" is declared again, and differently [btf/c-redefined] | s',
  ],
  [
    "struct s { int a; }; union s { int a; };",
    '"s" is declared as struct, and here as union [btf/c-tag-clash] | s',
  ],
  ["struct s; enum s { A };", '"s" is declared as struct, and here as enum [btf/c-tag-clash] | s'],
  ["enum e { A, A };", 'enumerator "A" is declared twice [btf/c-duplicate-enumerator] | A'],
  ["enum e { A }; enum f { A };", 'enumerator "A" is declared twice [btf/c-duplicate-enumerator] | A'],
  ["typedef int A; enum e { A };", '"A" is declared again, and differently [btf/c-redefined] | A'],
  ["enum e { A }; typedef int A;", '"A" is declared again, and differently [btf/c-redefined] | A'],
  ["enum e { };", "an enum has no enumerators [btf/c-no-enumerators] | e"],
  ["enum e { 3 };", 'an enumerator is expected here, not "3" [btf/c-expected] | 3'],
  [
    "enum e : char { A = 128 };",
    'enumerator "A" is 128, which its enum cannot hold [btf/c-enumerator-range] | e',
  ],
  [
    "enum e { A = -1, B = 0xffffffffffffffff };",
    'enumerator "B" is 18446744073709551615, which its enum cannot hold [btf/c-enumerator-range] | e',
  ],
  [
    "enum e { A = 0xffffffffffffffff, B };",
    'enumerator "B" is 18446744073709551616, which its enum cannot hold [btf/c-enumerator-range] | B',
  ],
  ["enum e : float { A };", "an enum stands on an integer type of at most 64 bits [btf/c-enum-type] | float"],
  ["typedef unsigned float t;", '"float" does not go with "unsigned" [btf/c-specifiers] | float'],
  ["typedef long long long t;", '"long" does not go with "long" [btf/c-specifiers] | long'],
  ["typedef struct s int t;", '"int" does not go with "s" [btf/c-specifiers] | int'],
  ["typedef int restrict t;", '"restrict" goes with pointers to data only [btf/c-restrict] | typedef'],
  [
    "typedef int (*restrict t)(void);",
    '"restrict" goes with pointers to data only [btf/c-restrict] | restrict',
  ],
  [
    "typedef int (*f)(void); typedef f restrict t;",
    '"restrict" goes with pointers to data only [btf/c-restrict] | typedef',
  ],
  ["typedef int;", "this declaration declares nothing [btf/c-declares-nothing] | typedef"],
  ["struct { int a; };", "this declaration declares nothing [btf/c-declares-nothing] | struct"],
  ["typedef struct s { int a; };", "this declaration declares nothing [btf/c-declares-nothing] | typedef"],
  ["int a;", "a variable is not supported in C types [btf/c-unsupported] | a"],
  ["struct s { int a; } v;", "a variable is not supported in C types [btf/c-unsupported] | v"],
  ["int a = 3;", "an initializer is not supported in C types [btf/c-unsupported] | ="],
  ["int f(int);", "a function is not supported in C types [btf/c-unsupported] | f"],
  ["int f(int a) { return a; };", "a function body is not supported in C types [btf/c-unsupported] | f"],
  ["extern int a;", '"extern" is not supported in C types [btf/c-unsupported] | extern'],
  [
    "typedef _Atomic struct s t;",
    '"_Atomic" of this type is not supported in C types [btf/c-unsupported] | _Atomic',
  ],
  [
    "typedef int t __attribute__((vector_size(12)));",
    'attribute "vector_size" needs a power of two [btf/c-attribute-argument] | 12',
  ],
  ["typedef _Complex double t;", '"_Complex" is not supported in C types [btf/c-unsupported] | _Complex'],
  ["typedef typeof(int) t;", '"typeof" is not supported in C types [btf/c-unsupported] | typeof'],
  [
    "struct s { int a; } __attribute__((pakced));",
    'attribute "pakced" is not known [btf/c-unknown-attribute] | pakced | did you mean "packed"?',
  ],
  [
    "struct s { int a __attribute__((aligned(3))); };",
    "alignment 3 is not a power of two from 1 to 268435456 [btf/c-alignment] | 3",
  ],
  [
    "struct s { int a __attribute__((btf_decl_tag(3))); };",
    'attribute "btf_decl_tag" needs a string [btf/c-attribute-argument] | 3',
  ],
  [
    "struct s { int a __attribute__((mode(XX))); };",
    'attribute "mode" needs an integer mode [btf/c-attribute-argument] | XX',
  ],
  [
    "typedef int *t __attribute__((vector_size(16)));",
    'attribute "vector_size" goes with a number only [btf/c-attribute-target] | t',
  ],
  [
    "typedef float t __attribute__((mode(QI)));",
    'attribute "mode" goes with an integer only [btf/c-attribute-target] | t',
  ],
  [
    "typedef int t __attribute__((vector_size(2)));",
    "a vector of 2 bytes does not consist of elements of 4 bytes [btf/c-vector-size] | t",
  ],
  [
    `typedef int ${"(".repeat(200)}t${")".repeat(200)};`,
    "declarations are nested deeper than 128 levels [btf/c-too-deep] | (",
  ],
  [
    `struct s { int a[${"(".repeat(200)}1${")".repeat(200)}]; };`,
    "declarations are nested deeper than 128 levels [btf/c-too-deep] | (",
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
    ).toEqual(['type "nope" is not declared [btf/c-unknown-type] | nope']);
  });

  it("may stand twice if it says the same", () => {
    const twice =
      "struct s { int a; struct { char b; } c; }; enum e { A = 1 }; typedef struct s *t; union u;";
    expect(declared(twice, twice)).toEqual([]);
  });
});

// Type name → sentence | what is marked | hint
const NAMES: readonly (readonly [string, string])[] = [
  ["", "a type is expected here, not the end [btf/c-expected] | <the end>"],
  ["const", "a type is expected here, not the end [btf/c-expected] | <the end>"],
  ["__u33", 'type "__u33" is not declared [btf/c-unknown-type] | __u33 | did you mean "__u32"?'],
  ["int x", 'name "x" stands in a type name [btf/c-name-in-type] | x'],
  ["int, long", 'the end is expected here, not "," [btf/c-expected] | ,'],
  ["int;", 'the end is expected here, not ";" [btf/c-expected] | ;'],
  ["int (*", '"(" is not closed [btf/c-unclosed] | ('],
  ["typedef int", '"typedef" is not supported in C types [btf/c-unsupported] | typedef'],
  ["struct", 'a tag or "{" is expected here, not the end [btf/c-expected] | <the end>'],
  ["static int", '"static" is not supported in C types [btf/c-unsupported] | static'],
];

describe("a wrong type name", () => {
  it.each(NAMES)("%s", (text, expected) => {
    const error = parseTypeName(new TypeScope(), text);
    expect(typeof error === "number" ? "no error" : said(error, [text])).toBe(expected);
  });
});

// Prototype → sentence | what is marked | hint
const PROTOTYPES: readonly (readonly [string, string])[] = [
  ["int prog", "a parameter list is expected here, not the end [btf/c-expected] | <the end>"],
  ["prog(void *ctx)", 'type "prog" is not declared [btf/c-unknown-type] | prog'],
  ["int prog(void *ctx) { }", 'the end is expected here, not "{" [btf/c-expected] | {'],
  ["int prog(struct xdp_md *ctx", '"(" is not closed [btf/c-unclosed] | ('],
  ["int (*prog)(void *ctx)", "a parameter list is expected here, not the end [btf/c-expected] | <the end>"],
];

describe("a wrong prototype", () => {
  it.each(PROTOTYPES)("%s", (text, expected) => {
    const error = parsePrototype(new TypeScope(), text);
    expect("code" in error ? said(error, [text]) : "no error").toBe(expected);
  });
});

it("more members or enumerators than BTF can count are refused where the first of them stands", () => {
  const many = (one: (i: number) => string): string =>
    Array.from({ length: 0x10001 }, (_, i) => one(i)).join("");
  const limit = "more than 65535 members are more than BTF can say [btf/c-too-many]";
  expect(declared(`struct s { ${many((i) => `char a${i};`)} };`)).toEqual([`${limit} | a65535`]);
  expect(declared(`enum e { ${many((i) => `A${i},`)} };`)).toEqual([
    `${limit.replace("members", "enumerators")} | A65535`,
  ]);
});
