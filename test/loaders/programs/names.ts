// Names that several files have: weak and strong, hidden, static; types that they share, or that only look alike.

import { HIDDEN, L, map, type Program, XDP } from "./program.js";

export const NAMES: readonly Program[] = [
  {
    name: "a variable that two define weakly and a fourth strongly",
    files: [
      `${L}extern int v; int f(int); int g(int); ${XDP} { return v + f(0) + g(0); }`,
      "weak int v = 1; noinline int f(int x) { return v * 2 + x; }",
      "weak int v = 2; noinline int g(int x) { return v * 3 + x; }",
      "int before = 9; int v = 10;",
    ],
    returns: 60,
    theirs: "no link",
  },
  {
    name: "static functions of one name in four files",
    files: [
      `${L}int f(int); int g(int); int h(int); static noinline int own(int x) { return x + 1; }
${XDP} { return own(0) + f(0) + g(0) + h(0); }`,
      "static noinline int own(int x) { return x + 20; } noinline int f(int x) { return own(x); }",
      "static noinline int own(int x) { return x + 300; } noinline int g(int x) { return own(x); }",
      "static noinline int own(int x) { return x + 4000; } noinline int h(int x) { return own(x); }",
    ],
    returns: 4321,
    ordered: true,
    // Theirs has four functions of one name, ours "own", "own_1", "own_2" and "own_3".
    theirs: [
      "function changed",
      "function removed",
      "function changed",
      "function removed",
      "function added",
      "function added",
    ],
  },
  {
    name: "hidden functions, variables and maps",
    files: [
      `${L}extern ${map("m")}extern int v; int f(int); ${XDP} { u32 k = 1; f(7); u64 *p = lookup(&m, &k); return (p ? *p : 0) + v; }`,
      `${HIDDEN} ${map("m")}${HIDDEN} int v = 30;`,
      `extern ${map("m")}${HIDDEN} noinline int f(int x) { u32 k = 1; u64 n = x; return update(&m, &k, &n, 0); }`,
    ],
    returns: 37,
    // In theirs the map stays hidden, and libbpf refuses it.
    theirs: ["map changed"],
  },
  {
    name: "a file of which all is hidden",
    files: [
      `${L}extern ${map("m")}int f(int); ${XDP} { return f(7); }`,
      {
        c: `${map("m")}int v = 30; noinline int f(int x) { u32 k = 1; u64 n = x; update(&m, &k, &n, 0); u64 *p = lookup(&m, &k); return (p ? *p : 0) + v; }`,
        flags: ["-fvisibility=hidden"],
      },
    ],
    returns: 37,
    // In theirs the map stays hidden, and libbpf refuses it.
    theirs: ["map changed"],
  },
  {
    name: "static maps of one name",
    files: [
      `${L}static ${map("own", 1)}int f(u32 n); ${XDP} { u32 k = 2; u64 n = 5; update(&own, &k, &n, 0); f(6); u64 *p = lookup(&own, &k); return p ? *p : -1; }`,
      `static ${map("own", 1)}noinline int f(u32 n) { u32 k = 2; u64 v = n; return update(&own, &k, &v, 0); }`,
      `static ${map("own", 1, 8)}noinline int g(u32 n) { u32 k = 2; u64 v = n; return update(&own, &k, &v, 0); }`,
    ],
    returns: 5,
    ordered: true,
    // In theirs three maps of one name stay static, and libbpf refuses them.
    theirs: [
      "function changed",
      "function changed",
      "map changed",
      "map removed",
      "map removed",
      "map added",
      "map added",
    ],
  },
  {
    name: "members of an archive",
    files: [
      `${L}int f(int); ${XDP} { return f(1); }`,
      "int g(int); noinline int f(int x) { return g(x) * 10; }",
      'int dead(int); noinline int unused(int x) { return dead(x); } SEC("xdp") int other(void *ctx) { return 0; }',
      "noinline int g(int x) { return x + 3; }",
    ],
    archived: [1, 2, 3],
    returns: 40,
    // It knows no archives, and so has what nobody needs.
    theirs: ["program removed", "function removed", "extern removed"],
  },
  {
    name: "a struct that only one file defines",
    files: [
      `${L}struct pair; int sum(struct pair *p); ${XDP} { u64 pair[2] = { 30, 4 }; return sum((void *)pair); }`,
      "struct pair { u64 a, b; }; int second(struct pair *p); noinline int sum(struct pair *p) { return p ? p->a + second(p) : -1; }",
      "struct pair { u64 a, b; }; noinline int second(struct pair *p) { return p ? p->b : -1; }",
    ],
    returns: 34,
  },
  {
    name: "structs that point at each other, over four files",
    files: [
      `${L}struct leaf; struct node { struct node *next; struct leaf *leaf; int value; }; extern struct node first; int f(int); int g(int);
${XDP} { return first.value + f(1) + g(1); }`,
      "struct leaf { struct node *of; int weight; }; struct node { struct node *next; struct leaf *leaf; int value; }; struct node first = { .value = 5 };",
      "struct node; struct leaf { struct node *of; int weight; }; struct leaf one = { .weight = 6 }; noinline int f(int x) { return one.weight * x; }",
      "struct leaf { struct node *of; int weight; }; extern struct leaf one; noinline int g(int x) { return one.weight * x * 10; }",
    ],
    returns: 71,
  },
  {
    name: "enums of 32 and 64 bits",
    files: [
      `${L}enum mode { OFF, ON = 7 }; enum wide { LOW = 1, HIGH = 0x100000000 }; int f(enum mode m); int g(enum wide w);
${XDP} { return f(ON) + g(HIGH); }`,
      "enum mode { OFF, ON = 7 }; noinline int f(enum mode m) { return m == ON ? 40 : 0; }",
      "enum wide { LOW = 1, HIGH = 0x100000000 }; noinline int g(enum wide w) { return w == HIGH ? 2 : 0; }",
    ],
    returns: 42,
  },
  {
    name: "two structs of one name",
    files: [
      `${L}struct state { int a; }; struct state one = { 3 }; int f(int); ${XDP} { return one.a + f(0); }`,
      "struct state { char text[5]; long n; }; struct state two = { .n = 50 }; noinline int f(int x) { return two.n + x; }",
    ],
    returns: 53,
  },
  {
    name: "bit-fields, unions and arrays by reference",
    files: [
      `${L}union u { struct { u32 low : 5, high : 27; }; u32 all; }; struct s { union u u[3]; char tail[]; }; extern struct s shared; int set(int n, int v); int high(int n);
${XDP} { set(2, 0x47); return shared.u[2].low * 100 + high(2); }`,
      "union u { struct { u32 low : 5, high : 27; }; u32 all; }; struct s { union u u[3]; char tail[]; }; struct s shared; noinline int set(int n, int v) { if (n == 2) shared.u[2].all = v; return 0; }",
      "union u { struct { u32 low : 5, high : 27; }; u32 all; }; struct s { union u u[3]; char tail[]; }; extern struct s shared; noinline int high(int n) { return n == 2 ? shared.u[2].high : -1; }",
    ],
    returns: 702,
  },
];
