// Maps that several files define, declare, fill and use.

import { L, map, type Program, XDP } from "./program.js";

const FOR_EACH = "static long (*for_each)(void *map, void *callback, void *ctx, u64 flags) = (void *)164;\n";
const TIMER = "struct bpf_timer { u64 opaque[2]; } __attribute__((aligned(8)));\n";
const LOCK = "struct bpf_spin_lock { u32 val; }; struct slot { struct bpf_spin_lock lock; u32 n; };\n";

export const MAPS: readonly Program[] = [
  {
    name: "a program array whose program is in a third file",
    files: [
      `${L}struct progs { __uint(type, 3); __uint(max_entries, 2); __type(key, u32); __array(values, int(void *)); };
extern struct progs jump SEC(".maps"); static long (*tail_call)(void *ctx, void *map, u32 i) = (void *)12;
${XDP} { tail_call(ctx, &jump, 1); return 3; }`,
      `int target(void *ctx); struct progs { __uint(type, 3); __uint(max_entries, 2); __type(key, u32); __array(values, int(void *)); };
struct progs jump SEC(".maps") = { .values = { [1] = (void *)&target } };`,
      'SEC("xdp") int target(void *ctx) { return 44; }',
    ],
    returns: 44,
    // Theirs gives the declaration of the slots the names of the parameters, too.
    theirs: ["map changed"],
  },
  {
    name: "a map of maps whose inner map is in a third file",
    files: [
      `${L}struct inner { __uint(type, 1); __uint(max_entries, 1); __type(key, u32); __type(value, u64); };
struct outer { __uint(type, 12); __uint(max_entries, 1); __type(key, u32); __array(values, struct inner); }; extern struct outer outer SEC(".maps");
int put(u32 n); ${XDP} { u32 k = 0; put(17); void *m = lookup(&outer, &k); u64 *p = m ? lookup(m, &k) : 0; return p ? *p : -1; }`,
      `struct inner { __uint(type, 1); __uint(max_entries, 1); __type(key, u32); __type(value, u64); };
struct outer { __uint(type, 12); __uint(max_entries, 1); __type(key, u32); __array(values, struct inner); };
extern struct inner first SEC(".maps"); struct outer outer SEC(".maps") = { .values = { [0] = (void *)&first } };`,
      `struct inner { __uint(type, 1); __uint(max_entries, 1); __type(key, u32); __type(value, u64); };
struct inner first SEC(".maps"); noinline int put(u32 n) { u32 k = 0; u64 v = n; return update(&first, &k, &v, 0); }`,
    ],
    returns: 17,
  },
  {
    name: "a spin lock that three files take",
    files: [
      `${L}${LOCK}static void (*lock)(void *l) = (void *)93; static void (*unlock)(void *l) = (void *)94; extern ${map("slots", 2, 1, "struct slot")}
int f(int); int g(int); ${XDP} { u32 k = 0; f(1); g(1); struct slot *s = lookup(&slots, &k); if (!s) return -1; lock(&s->lock); s->n += 5; int n = s->n; unlock(&s->lock); return n; }`,
      `${LOCK}static void (*lock)(void *l) = (void *)93; static void (*unlock)(void *l) = (void *)94; ${map("slots", 2, 1, "struct slot")}
noinline int f(int x) { u32 k = 0; struct slot *s = lookup(&slots, &k); if (!s) return -1; lock(&s->lock); s->n += 10 * x; unlock(&s->lock); return 0; }`,
      `${LOCK}static void (*lock)(void *l) = (void *)93; static void (*unlock)(void *l) = (void *)94; extern ${map("slots", 2, 1, "struct slot")}
noinline int g(int x) { u32 k = 0; struct slot *s = lookup(&slots, &k); if (!s) return -1; lock(&s->lock); s->n += 200 * x; unlock(&s->lock); return 0; }`,
    ],
    returns: 215,
  },
  {
    name: "a map that three files declare, each another part",
    files: [
      `${L}extern struct { __type(key, u32); __type(value, u64); } m SEC(".maps"); int f(int); int g(int);
${XDP} { u32 k = 2; f(3); g(40); u64 *p = lookup(&m, &k); return p ? *p : -1; }`,
      `extern struct { __uint(type, 6); __type(value, u64); } m SEC(".maps"); noinline int f(int x) { u32 k = 2; u64 *p = lookup(&m, &k); if (p) *p += x; return 0; }`,
      `extern struct { __uint(max_entries, 4); } m SEC(".maps"); noinline int g(int x) { u32 k = 2; u64 *p = lookup(&m, &k); if (p) *p += x; return 0; }`,
      map("m", 6),
    ],
    returns: 43,
    theirs: "no link",
  },
  {
    name: "a callback for each element of another file's map",
    files: [
      `${L}int fill(int); int sum(int); ${XDP} { fill(3); return sum(1); }`,
      `${FOR_EACH}extern ${map("m")}extern u64 total; static long each(void *map, u32 *key, u64 *value, void *ctx) { total += *value; return 0; }
noinline int sum(int x) { for_each(&m, each, 0, 0); return total * x; }`,
      `${map("m")}u64 total; noinline int fill(int n) { u64 v = n; u32 a = 0, b = 1, c = 2, d = 3; update(&m, &a, &v, 0); update(&m, &b, &v, 0); update(&m, &c, &v, 0); update(&m, &d, &v, 0); return 0; }`,
    ],
    returns: 12,
  },
  {
    name: "a timer whose map, callback and counter are of three files",
    files: [
      `${L}int arm(int); extern int fired; ${XDP} { return arm(1) * 10 + fired; }`,
      `${TIMER}struct elem { struct bpf_timer t; }; extern ${map("timers", 2, 1, "struct elem")}extern int fired;
static long (*init)(struct bpf_timer *t, void *map, u64 flags) = (void *)169; static long (*set)(struct bpf_timer *t, void *f) = (void *)170; static long (*start)(struct bpf_timer *t, u64 ns, u64 flags) = (void *)171;
static int done(void *map, u32 *key, struct elem *e) { fired += 1000; return 0; }
noinline int arm(int x) { u32 k = 0; struct elem *e = lookup(&timers, &k); if (!e) return 9; if (init(&e->t, &timers, 1)) return 8; if (set(&e->t, done)) return 7; return start(&e->t, 3600000000000ull, 0) ? 6 : 4 * x; }`,
      `${TIMER}struct elem { struct bpf_timer t; }; ${map("timers", 2, 1, "struct elem")}int fired = 2;`,
    ],
    returns: 42,
  },
];
