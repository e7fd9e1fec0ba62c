// Functions and data of several files in the plain forms of C.

import { L, map, type Program, XDP } from "./program.js";

export const BASIC: readonly Program[] = [
  {
    name: "a function of another file",
    files: [`${L}int f(int); ${XDP} { return f(20); }`, "noinline int f(int x) { return x + 1; }"],
    returns: 21,
  },
  {
    name: "a chain through four files",
    files: [
      `${L}int f(int); ${XDP} { return f(1); }`,
      "int g(int); noinline int f(int x) { return g(x) + 1; }",
      "int h(int); noinline int g(int x) { return h(x) * 3; }",
      "noinline int h(int x) { return x + 5; }",
    ],
    returns: 19,
  },
  {
    name: "functions that call each other's files",
    files: [
      `${L}int f(int); noinline int back(int x) { return x * 2; } ${XDP} { return f(4); }`,
      "int back(int); noinline int f(int x) { return back(x) + 1; }",
    ],
    returns: 9,
  },
  {
    name: "global data",
    files: [
      `${L}extern int counter; int bump(void); ${XDP} { counter = 3; bump(); return counter; }`,
      "int counter = 1; noinline int bump(void) { return counter += 4; }",
    ],
    returns: 7,
  },
  {
    name: "data of three sections",
    files: [
      `${L}extern int zeroed; extern int set; extern const int fixed; ${XDP} { return zeroed + set * 10 + fixed * 100; }`,
      "int zeroed; int set = 2;",
      "const volatile int fixed = 3; const volatile int own = 1;",
    ],
    returns: 320,
  },
  {
    name: "arrays and structs",
    files: [
      `${L}struct p { int x, y; }; extern struct p points[3]; extern int table[];
${XDP} { return points[2].y + table[1]; }`,
      "struct p { int x, y; }; struct p points[3] = { { 1, 2 }, { 3, 4 }, { 5, 6 } };",
      "int table[4] = { 10, 20, 30, 40 };",
    ],
    returns: 26,
  },
  {
    name: "a struct by reference",
    files: [
      `${L}struct p { int x, y; struct p *next; }; int sum(struct p *p);
${XDP} { struct p p = { 3, 4 }; return sum(&p); }`,
      "struct p { int x, y; struct p *next; }; noinline int sum(struct p *p) { return p ? p->x * 10 + p->y : 0; }",
    ],
    returns: 34,
  },
  {
    name: "a map that two files use",
    files: [
      `${L}extern ${map("m")}int put(u32 v); ${XDP} { u32 k = 1; put(9); u64 *v = lookup(&m, &k); return v ? *v : -1; }`,
      `${map("m")}noinline int put(u32 n) { u32 k = 1; u64 v = n; return update(&m, &k, &v, 0); }`,
    ],
    returns: 9,
  },
  {
    name: "maps of both files",
    files: [
      `${L}${map("a")}u64 get(u32 k); ${XDP} { u32 k = 2; u64 five = 5; update(&a, &k, &five, 0); u64 *v = lookup(&a, &k); return (v ? *v : 0) + get(1); }`,
      `${map("b", 1)}noinline u64 get(u32 k) { u64 seven = 7; update(&b, &k, &seven, 0); u64 *v = lookup(&b, &k); return v ? *v : 0; }`,
    ],
    returns: 12,
  },
  {
    name: "a map whose declaration is partial",
    files: [
      `${L}extern struct { __uint(type, 2); __type(key, u32); __type(value, u64); } m SEC(".maps");
${XDP} { u32 k = 1; u64 v = 6, *w; update(&m, &k, &v, 0); w = lookup(&m, &k); return w ? *w : -1; }`,
      map("m"),
    ],
    returns: 6,
    theirs: "no link",
  },
  {
    name: "static functions of one name",
    files: [
      `${L}int f(int); static noinline int help(int x) { return x + 1; } ${XDP} { return help(1) * 10 + f(1); }`,
      "static noinline int help(int x) { return x + 4; } noinline int f(int x) { return help(x); }",
    ],
    returns: 25,
    ordered: true,
  },
  {
    name: "static data of one name",
    files: [
      `${L}int f(void); static int s = 3; noinline int set(int x) { return s = x; } ${XDP} { set(4); return s * 10 + f(); }`,
      "static int s = 5; noinline int reset(int x) { return s = x; } noinline int f(void) { reset(6); return s; }",
    ],
    returns: 46,
    // One of two static variables has another name in ours.
    theirs: ["function changed", "function changed", "variable removed", "variable added"],
    ordered: true,
  },
  {
    name: "a weak function that is replaced",
    files: [
      `${L}int f(void); ${XDP} { return f(); }`,
      "weak noinline int f(void) { return 1; }",
      "noinline int f(void) { return 2; }",
    ],
    returns: 2,
    theirs: "no link",
  },
  {
    name: "a weak function that stays",
    files: [`${L}int f(void); ${XDP} { return f(); }`, "weak noinline int f(void) { return 8; }"],
    returns: 8,
    // A plain extern makes it strong in theirs.
    theirs: ["function changed"],
  },
  {
    name: "a weak variable that is replaced, in another section",
    files: [
      `${L}extern int v; ${XDP} { return v; }`,
      "weak int v; int beside;",
      "int before = 1; int v = 6;",
    ],
    returns: 6,
    theirs: "no link",
  },
  {
    name: "weak declarations",
    files: [
      `${L}extern int f(void) weak; extern int g(void) weak; ${XDP} { return (f ? f() : 1) + (g ? g() : 10); }`,
      "noinline int f(void) { return 5; }",
    ],
    returns: 15,
    // Theirs leaves them to a loader, which does not know them.
    theirs: ["program changed", "extern removed"],
  },
  {
    name: "hidden functions",
    files: [
      `${L}int f(int); ${XDP} { return f(2); }`,
      '__attribute__((visibility("hidden"))) noinline int f(int x) { return x * 8; }',
    ],
    returns: 16,
  },
  {
    name: "several programs",
    files: [
      `${L}extern int n; int f(int); ${XDP} { return f(n); } SEC("tc") int classify(void *ctx) { return f(1); }`,
      'int n = 3; noinline int f(int x) { return x + 7; } SEC("tc") int other(void *ctx) { return f(2); }',
    ],
    returns: 10,
  },
  {
    name: "string literals",
    files: [
      `${L}int first(int); ${XDP} { char s[] = "hello, world, hello"; asm volatile("" : "+m"(s)); return s[4] + first(1); }`,
      'noinline int first(int x) { char s[] = "hello, world, hello"; asm volatile("" : "+m"(s)); return s[0] + x; }',
    ],
    returns: 111 + 105,
    // Theirs keeps both.
    theirs: ["constant removed"],
  },
  {
    name: "an enum and a typedef",
    files: [
      `${L}enum mode { A, B = 4, C }; typedef enum mode mode_t; int f(mode_t m); ${XDP} { return f(C); }`,
      "enum mode { A, B = 4, C }; noinline int f(enum mode m) { return m == C ? 11 : 12; }",
    ],
    returns: 11,
  },
  {
    name: "a callback's address",
    files: [
      `${L}static long (*loop)(u32 n, void *f, void *c, u64 flags) = (void *)181; extern int hits;
static long each(u32 i, void *c) { hits += i; return 0; } ${XDP} { loop(5, each, 0, 0); return hits; }`,
      "int hits;",
    ],
    returns: 10,
  },
  {
    name: "licenses that go together",
    files: [
      `${L}int f(void); ${XDP} { return f(); }`,
      'char other[] SEC("license") = "Dual BSD/GPL"; noinline int f(void) { return 3; }',
    ],
    returns: 3,
    theirs: "no link",
    ordered: true,
  },
  {
    name: "a map of maps over two files",
    files: [
      `${L}${map("inner", 2, 1)}struct inner_t { __uint(type, 2); __uint(max_entries, 1); __type(key, u32); __type(value, u64); };
struct { __uint(type, 12); __uint(max_entries, 1); __type(key, u32); __array(values, struct inner_t); } outer SEC(".maps") = { .values = { [0] = (void *)&inner } };
int put(u32 v); ${XDP} { u32 k = 0; u64 v = 13; update(&inner, &k, &v, 0); void *m = lookup(&outer, &k); u64 *w = m ? lookup(m, &k) : 0; return w ? *w + put(1) : -1; }`,
      `${map("beside")}noinline int put(u32 v) { u32 k = 0; u64 n = v; update(&beside, &k, &n, 0); u64 *w = lookup(&beside, &k); return w ? *w : 0; }`,
    ],
    returns: 14,
  },
];
