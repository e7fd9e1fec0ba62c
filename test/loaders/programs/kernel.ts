// What files ask the kernel for, each by itself and all together: settings, functions, types, structs of functions, arenas.

import { KCONFIG, KSYM, L, map, type Program, SYSCALL, XDP } from "./program.js";

const CORE = "__attribute__((preserve_access_index))";
const OPS = `struct sock { long any; } ${CORE}; struct tcp_congestion_ops { void (*init)(struct sock *sk); u32 (*ssthresh)(struct sock *sk); void (*cong_avoid)(struct sock *sk, u32 ack, u32 acked); u32 (*undo_cwnd)(struct sock *sk); char name[16]; };\n`;
const ARENA =
  'struct { __uint(type, 33); __uint(map_flags, 1 << 10); __uint(max_entries, 4); } arena SEC(".maps");\n#define __arena __attribute__((address_space(1)))\n';

/** Cases of which clang makes a table: of fewer, or of those that look alike, it makes none. */
const OPERATIONS = [
  "= lookup(c, c) != 0",
  "+= 3",
  "^= c[1]",
  "= update(c, c, c, 0)",
  "*= 5",
  "-= c[2]",
  "|= 8",
];
const CASES = Array.from(
  { length: 14 },
  (_, i) => `case ${i}: LAST ${OPERATIONS[i % 7]} + ${i}; break;`,
).join(" ");
const table = (name: string): string =>
  `int last_${name}; SEC("syscall") int ${name}(int *c) { switch (*c) { ${CASES} default: return 7; } return last_${name}; }\n`.replaceAll(
    "LAST",
    `last_${name}`,
  );

export const KERNEL: readonly Program[] = [
  {
    name: "settings and symbols of the kernel in four files",
    files: [
      `${L}extern int LINUX_KERNEL_VERSION ${KCONFIG}; int f(int); int g(int); int h(int); ${XDP} { return (LINUX_KERNEL_VERSION > 0x50000) + f(1) + g(1) + h(1); }`,
      `extern int LINUX_KERNEL_VERSION ${KCONFIG}; extern _Bool CONFIG_BPF_SYSCALL ${KCONFIG}; noinline int f(int x) { return (LINUX_KERNEL_VERSION > 0x50000) * 10 * x + CONFIG_BPF_SYSCALL * 100; }`,
      `extern _Bool CONFIG_BPF_SYSCALL ${KCONFIG}; extern const void tsbpf_no_such_symbol ${KSYM} weak; noinline int g(int x) { return CONFIG_BPF_SYSCALL * 1000 * x + (&tsbpf_no_such_symbol ? 5 : 0); }`,
      `extern const void tsbpf_no_such_symbol ${KSYM} weak; noinline int h(int x) { return &tsbpf_no_such_symbol ? 5 : 20000 * x; }`,
    ],
    returns: 21111,
    notCilium: "it knows symbols of type void, but not const void, as libbpf's users write them",
    // bpftool 7.1 asks for the size of a symbol of the kernel that two files declare.
    theirs: "no link",
  },
  {
    name: "functions of the kernel in three files",
    files: [
      `${L}void bpf_rcu_read_lock(void) ${KSYM}; void bpf_rcu_read_unlock(void) ${KSYM}; int f(int); int g(int); ${SYSCALL} { bpf_rcu_read_lock(); int n = 1; bpf_rcu_read_unlock(); return n + f(2) + g(3); }`,
      `void bpf_rcu_read_lock(void) ${KSYM}; void bpf_rcu_read_unlock(void) ${KSYM}; noinline int f(int x) { bpf_rcu_read_lock(); x *= 10; bpf_rcu_read_unlock(); return x; }`,
      `void *bpf_cast_to_kern_ctx(void *) ${KSYM}; void tsbpf_no_such_kfunc(int) ${KSYM} weak; noinline int g(int x) { if (tsbpf_no_such_kfunc) tsbpf_no_such_kfunc(1); return x * 100; }`,
    ],
    returns: 321,
    // bpftool 7.1 asks for the size of a function of the kernel that two files declare.
    theirs: "no link",
    newest: [],
  },
  {
    name: "relocations against the kernel's types in two files",
    files: [
      `${L}struct task_struct { int pid; } ${CORE}; enum kind { ONE }; int f(int);
${XDP} { return __builtin_preserve_type_info(*(struct task_struct *)0, 0) + f(1); }`,
      `struct task_struct___own { int tgid; long no_such_member; } ${CORE}; struct no_such_struct { int x; } ${CORE}; enum bpf_prog_type { BPF_PROG_TYPE_XDP = 99 };
noinline int f(int x) { struct task_struct___own *t = 0; return __builtin_preserve_field_info(t->tgid, 1) * 10 * x + __builtin_preserve_field_info(t->no_such_member, 2) * 5 + __builtin_preserve_type_info(*(struct no_such_struct *)0, 0) * 5 + __builtin_preserve_enum_value(*(enum bpf_prog_type *)BPF_PROG_TYPE_XDP, 1) * 100; }`,
    ],
    returns: 641,
  },
  {
    name: "a struct of functions whose functions are of two files",
    files: [
      `${L}${OPS}void on_init(u64 *ctx); u32 on_ssthresh(u64 *ctx); void on_avoid(u64 *ctx); u32 on_undo(u64 *ctx);
struct tcp_congestion_ops tsbpf_parts SEC(".struct_ops.link") = { .init = (void *)on_init, .ssthresh = (void *)on_ssthresh, .cong_avoid = (void *)on_avoid, .undo_cwnd = (void *)on_undo, .name = "tsbpf_parts" };
${XDP} { return 5; }`,
      `${OPS}u32 tcp_reno_ssthresh(struct sock *sk) ${KSYM}; int count; SEC("struct_ops") void on_init(u64 *ctx) { count++; } SEC("struct_ops") u32 on_ssthresh(u64 *ctx) { return tcp_reno_ssthresh((void *)ctx[0]); }`,
      `${OPS}u32 tcp_reno_undo_cwnd(struct sock *sk) ${KSYM}; void tcp_reno_cong_avoid(struct sock *sk, u32 ack, u32 acked) ${KSYM}; extern int count;
SEC("struct_ops") void on_avoid(u64 *ctx) { count++; tcp_reno_cong_avoid((void *)ctx[0], ctx[1], ctx[2]); } SEC("struct_ops") u32 on_undo(u64 *ctx) { return tcp_reno_undo_cwnd((void *)ctx[0]); }`,
    ],
    returns: 5,
  },
  {
    name: "an arena whose variables are of two files",
    files: [
      `${L}extern ${ARENA}extern int __arena counter SEC(".addr_space.1"); int f(int); ${SYSCALL} { void *volatile p = &arena; f(4); return counter; }`,
      `extern ${ARENA}int __arena before SEC(".addr_space.1") = 9; int __arena counter SEC(".addr_space.1") = 30; noinline int f(int x) { void *volatile p = &arena; counter += x; return 0; }`,
      ARENA,
    ],
    returns: 34,
    notCilium: "it knows no variables of arenas",
    notAsIr: "an extern of IR stands in no section of data",
  },
  {
    name: "global functions with tagged arguments",
    files: [
      `${L}struct p { u64 a, b; }; int f(struct p *p __attribute__((btf_decl_tag("arg:nonnull")))); int g(void *ctx __attribute__((btf_decl_tag("arg:ctx")))); ${XDP} { struct p p = { 5, 60 }; return f(&p) + g(ctx); }`,
      `struct p { u64 a, b; }; noinline int f(struct p *p __attribute__((btf_decl_tag("arg:nonnull")))) { return p->a + p->b; } static long (*adjust)(void *ctx, int by) = (void *)44;
noinline int g(void *ctx __attribute__((btf_decl_tag("arg:ctx")))) { return adjust(ctx, 0) == 0 ? 700 : 0; }`,
    ],
    returns: 765,
  },
  {
    name: "an exception that another file throws, and a third catches",
    files: [
      `${L}int check(u64 n); int handle(u64 cookie); ${XDP.replace("int prog", '__attribute__((btf_decl_tag("exception_callback:handle"))) int prog')} { return check(12); }`,
      `void bpf_throw(u64 cookie) ${KSYM}; noinline int check(u64 n) { if (n > 9) bpf_throw(n); return 1; }`,
      "noinline int handle(u64 cookie) { return cookie + 1000; }",
    ],
    returns: 1012,
    notCilium: "it knows no exception callbacks",
  },
  {
    name: "an exception whose catcher only a tag names, where names change and what is not needed goes",
    files: [
      `${L}int check(u64 n); ${XDP.replace("int prog", '__attribute__((btf_decl_tag("exception_callback:handle"))) int prog')} { return check(12); }`,
      `void bpf_throw(u64 cookie) ${KSYM}; noinline int check(u64 n) { if (n > 9) bpf_throw(n); return 1; }`,
      "noinline int handle(u64 cookie) { return cookie + 1000; }",
    ],
    options: { gcSections: true, rename: [["handle", "catch"]], exports: [] },
    returns: 1012,
    notCilium: "it knows no exception callbacks",
    theirs: ["program changed", "function changed", "function removed", "function added"],
  },
  {
    name: "jump tables of both files",
    files: [
      { c: `${L}${table("prog")}`, flags: ["-mcpu=v4"] },
      { c: `${table("other")}`, flags: ["-mcpu=v4"] },
    ],
    returns: { notHere: "maps of instructions need Linux 6.19" },
    notCilium: "it knows no jump tables",
    ordered: true,
    // bpftool 7.1 does not know them; later ones leave those of the second file leading into the first one's code.
    theirs: "no link",
    newest: "broken",
  },
  {
    name: "replacements of functions in two files",
    files: [
      `${L}int shared(int x); SEC("freplace/first") int prog(int x) { return shared(x); }`,
      'noinline int shared(int x) { return x + 1; } SEC("freplace/second") int other(int x) { return shared(x) * 2; }',
    ],
    returns: { notHere: "the kernel here forbids freplace" },
  },
  {
    name: "a ring buffer, a counter for each CPU",
    files: [
      `${L}extern struct { __uint(type, 27); __uint(max_entries, 4096); } ring SEC(".maps"); extern ${map("hits", 6, 1)}int send(u64 n); ${XDP} { u32 k = 0; send(7); u64 *p = lookup(&hits, &k); return p ? *p : -1; }`,
      `struct { __uint(type, 27); __uint(max_entries, 4096); } ring SEC(".maps"); ${map("hits", 6, 1)}`,
      `extern struct { __uint(type, 27); __uint(max_entries, 4096); } ring SEC(".maps"); extern ${map("hits", 6, 1)}static long (*output)(void *ring, void *data, u64 size, u64 flags) = (void *)130;
noinline int send(u64 n) { u32 k = 0; long error = output(&ring, &n, 8, 0); u64 *p = lookup(&hits, &k); if (p && !error) *p += n; return 0; }`,
    ],
    returns: 7,
  },
];
