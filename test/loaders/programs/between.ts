// Files of different makers in one link, and what the options of the linker make of a program.

import { L, map, type Program, XDP } from "./program.js";

const HELPERS = "static noinline int help(int x)";

/** Returns twice its argument, and counts in the map of the C file; its static function has the name of one there. */
const IR_DOUBLE = {
  license: "GPL",
  externs: [
    { name: "m", section: ".maps", type: "void" },
    { name: "scale", type: "int" },
  ],
  functions: [
    { name: "help", linkage: "static", proto: "int help(int x)", code: ["r0 = r1", "r0 *= 2", "exit"] },
    {
      name: "twice",
      proto: "int twice(int x)",
      code: [
        "r6 = r1",
        "*(u32 *)(r10 - 4) = 1",
        "*(u64 *)(r10 - 16) = 100",
        "r1 = m ll",
        "r2 = r10",
        "r2 += -4",
        "r3 = r10",
        "r3 += -16",
        "r4 = 0",
        "call bpf_map_update_elem",
        "r1 = scale ll",
        "r1 = *(u32 *)(r1 + 0)",
        "r1 *= r6",
        "call help",
        "exit",
      ],
    },
  ],
} as const;

const IR_MAIN = {
  license: "GPL",
  types: ["struct pair { int a; int b; };"],
  externs: [
    { name: "add", proto: "int add(struct pair *p)" },
    { name: "base", type: "int" },
  ],
  programs: [
    {
      name: "prog",
      section: "xdp",
      code: [
        "*(u32 *)(r10 - 8) = 3",
        "*(u32 *)(r10 - 4) = 4",
        "r1 = r10",
        "r1 += -8",
        "call add",
        "r1 = base ll",
        "r1 = *(u32 *)(r1 + 0)",
        "r0 += r1",
        "exit",
      ],
    },
  ],
} as const;

export const BETWEEN: readonly Program[] = [
  {
    name: "C that calls IR that uses what C has",
    files: [
      `${L}${map("m")}int scale = 3; int twice(int x); ${HELPERS} { return x + 1; } ${XDP} { u32 k = 1; int n = twice(help(6)); u64 *p = lookup(&m, &k); return n + (p ? *p : 0); }`,
      { ir: IR_DOUBLE },
    ],
    returns: 142,
    ordered: true,
    theirs: "no link",
  },
  {
    name: "IR that calls C, and C that calls C",
    files: [
      { ir: IR_MAIN },
      "struct pair { int a, b; }; int mul(int x, int y); noinline int add(struct pair *p) { return p ? p->a + mul(p->b, 5) : -1; }",
      "int base = 200; noinline int mul(int x, int y) { return x * y; }",
    ],
    returns: 223,
  },
  {
    name: "objects of clang 14 and clang 22",
    files: [
      `${L}extern ${map("m")}struct s { int a; long b; }; int f(struct s *s); ${XDP} { struct s s = { 2, 30 }; u32 k = 3; int n = f(&s); u64 *p = lookup(&m, &k); return n + (p ? *p : 0); }`,
      {
        c: `struct s { int a; long b; }; int put(u64 n); static int own = 7; noinline int set(int x) { return own = x; } noinline int f(struct s *s) { put(100); set(1); return s ? s->a + s->b + own : -1; }`,
        clang: "clang-14",
      },
      {
        c: `${map("m")}noinline int put(u64 n) { u32 k = 3; return update(&m, &k, &n, 0); }`,
        clang: "clang-14",
      },
    ],
    returns: 133,
  },
  {
    name: "objects of clang 14",
    files: [
      {
        c: `${L}int f(int); extern const int limit; static const char text[] = "abc"; ${XDP} { char s[4]; __builtin_memcpy(s, text, 4); asm volatile("" : "+m"(s)); return f(s[1]) + limit; }`,
        clang: "clang-14",
      },
      {
        c: "const volatile int limit = 1000; static noinline int half(int x) { return x >> 1; } noinline int f(int x) { return half(x); }",
        clang: "clang-14",
      },
    ],
    returns: 1049,
  },
  {
    name: "big-endian objects",
    files: [
      { c: `${L}int f(int); extern int v; ${XDP} { return f(v); }`, flags: ["-target", "bpfeb"] },
      {
        c: "int v = 0x01020304; extern const char name[6]; noinline int f(int x) { return x + name[1]; }",
        flags: ["-target", "bpfeb"],
      },
      { c: 'const char name[6] = "hello";', flags: ["-target", "bpfeb"] },
    ],
    returns: { notHere: "the machine is little-endian" },
    // bpftool 7.1 knows only the byte order of its machine.
    theirs: "no link",
    newest: [],
  },
  {
    name: "big-endian objects with maps and IR",
    files: [
      {
        c: `${L}extern ${map("m")}struct pair { int a, b; }; int add(struct pair *p); ${XDP} { struct pair p = { 1, 2 }; u32 k = 0; return lookup(&m, &k) ? 1 : add(&p); }`,
        flags: ["-target", "bpfeb"],
      },
      {
        c: `${map("m")}struct pair { int a, b; }; noinline int add(struct pair *p) { return p ? p->a + p->b : 0; }`,
        flags: ["-target", "bpfeb"],
      },
    ],
    returns: { notHere: "the machine is little-endian" },
    // bpftool 7.1 knows only the byte order of its machine.
    theirs: "no link",
    newest: [],
  },
  {
    name: "functions in sections of their own",
    files: [
      {
        c: `${L}int f(int); int g(int); ${HELPERS} { return x + 1; } ${XDP} { return f(help(0)) + g(2); }`,
        flags: ["-ffunction-sections"],
      },
      { c: "noinline int f(int x) { return x * 10; }", flags: ["-ffunction-sections"] },
      '__attribute__((cold, section(".text.unlikely"))) noinline int g(int x) { return x * 100; }',
    ],
    returns: 210,
    // Theirs leaves them where they are, and libbpf refuses the object.
    theirs: ["program changed", "program changed"],
  },
  {
    name: "data in sections of their own, over four files",
    files: [
      `${L}extern int a, b, d; extern const int c; ${XDP} { return a + b + c + d; }`,
      'int a SEC(".data.own") = 1; int mine SEC(".data.own") = 7;',
      'int before SEC(".data.own") = 8; int b SEC(".data.own") = 20; char odd SEC(".data.own") = 1;',
      'const volatile int c SEC(".rodata.config") = 300; int d SEC(".data.late") = 4000;',
    ],
    returns: 4321,
  },
  {
    name: "literals that three files have",
    files: [
      `${L}int f(int); int g(int); static long (*print)(const char *f, u32 n, ...) = (void *)6; ${XDP} { char s[] = "one literal of some length, and more"; asm volatile("" : "+m"(s)); return s[0] + f(1) + g(1); }`,
      'noinline int f(int x) { char s[] = "one literal of some length, and more"; asm volatile("" : "+m"(s)); return s[1] * x; }',
      'noinline int g(int x) { char s[] = "of some length, and more"; asm volatile("" : "+m"(s)); return s[1] * x; }',
    ],
    returns: 111 + 110 + 102,
    // Theirs keeps all of them.
    theirs: ["constant removed", "constant removed"],
  },
  {
    name: "three spellings of the GPL",
    files: [
      `${L}int f(int); int g(int); ${XDP} { return f(1) + g(1); }`,
      'char l[] SEC("license") = "GPL v2"; noinline int f(int x) { return x; }',
      'char l[] SEC("license") = "Dual MIT/GPL"; noinline int g(int x) { return x + 1; }',
    ],
    returns: 3,
    theirs: "no link",
    ordered: true,
  },
  {
    name: "an object without debug info",
    files: [
      `${L}int f(int); ${XDP} { return f(4); }`,
      {
        c: "noinline int f(int x) { return x * 3 + 1; }",
        flags: ["-g0"],
      },
    ],
    returns: 13,
    theirs: "no link",
  },
  {
    name: "only what is needed, and what is to be kept",
    files: [
      `${L}int f(int); ${map("m")}${XDP} { return f(1); }`,
      "int dead; int never(int); noinline int f(int x) { return x + 5; } noinline int g(int x) { return never(x) + dead; }",
      "int kept_state = 3; noinline int never(int x) { return x; } noinline int kept(int x) { return x + kept_state; }",
    ],
    options: { gcSections: true, gcMaps: true, keep: ["kept"] },
    returns: 6,
    // It cannot drop anything.
    theirs: [
      "function removed",
      "function removed",
      "map removed",
      "variable removed",
      "type removed",
      "type removed",
    ],
  },
  {
    name: "values that are set",
    files: [
      `${L}extern const struct config { int level; short list[3]; char name[8]; } config; extern int tuned; ${XDP} { return config.level + config.list[2] + config.name[1] + tuned; }`,
      "const volatile struct config { int level; short list[3]; char name[8]; } config = { 1 }; int tuned = 5;",
    ],
    options: {
      set: [
        ["config.level", "1000"],
        ["config.list[2]", "-200"],
        ["config.name", "xa"],
        ["tuned", "0x14"],
      ],
    },
    returns: 1000 - 200 + 97 + 20,
    theirs: ["variable changed", "variable changed"],
  },
  {
    name: "names that are changed",
    files: [
      `${L}int f(int); extern int v; SEC("xdp") int entry(void *ctx) { return f(v); }`,
      "int v = 8; noinline int f(int x) { return x * 2; } noinline int g(int x) { return x + v; }",
    ],
    options: {
      rename: [
        ["entry", "prog"],
        ["f", "lib_f"],
        ["v", "lib_v"],
      ],
      exports: ["v"],
    },
    returns: 16,
    theirs: [
      "program removed",
      "function removed",
      "function changed",
      "program added",
      "function added",
      "variable removed",
      "variable added",
    ],
  },
  {
    name: "a weak function that is asked for where two files become one part, and a third the whole",
    files: [
      `${L}int g(int x); ${XDP} { return g(4); }`,
      "extern int f(int) weak; noinline int g(int x) { if (f) return f(x); return 0; }",
      "noinline int f(int x) { return x * 11; }",
    ],
    returns: 44,
    theirs: ["function changed"],
  },
];
