// C programs that follow from a seed: types of all kinds that BTF knows, variables in all kinds of sections, maps,
// subprograms and entry points that use them. They compile; what they compute means nothing.

import { randomFrom } from "../random.js";

/** Widths that fit each type of a bit-field. */
const BITS = { __u8: 8, __u16: 16, __u32: 32, __s32: 32, __u64: 64, bool: 1 } as const;
const SCALARS = ["char", "short", "int", "long", "__u8", "__u16", "__u32", "__u64", "__s64", "bool"] as const;
const OPERATORS = ["+", "-", "*", "&", "|", "^", "<<", ">>", "/", "%", "<", "=="] as const;
const ENTRIES = [
  "tc",
  "xdp",
  "kprobe/do_exit",
  "tracepoint/sched/sched_switch",
  "cgroup_skb/egress",
] as const;

/** The text of program `seed`; it includes test/corpus/bpf.h. */
export function randomProgram(seed: number): string {
  const below = randomFrom(seed);
  const chance = (percent: number): boolean => below(100) < percent;
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
  const many = <T>(least: number, most: number, make: (index: number) => T): T[] =>
    Array.from({ length: least + below(most - least + 1) }, (_, i) => make(i));
  const qualifier = (): string => pick(["", "", "", "const ", "volatile ", "const volatile "]);

  /** Complete types that members and variables may have by value, and structs that only pointers may name. */
  const complete: string[] = [...SCALARS];
  const structs = many(2, 6, (i) => `struct s${i}`);
  const open = [...structs, "struct sock", "union nowhere"];
  /** Structs of the kernel, with a member of each scalar type: "struct k0". */
  const kernel: string[] = [];

  const pointer = (name: string): string =>
    pick([
      () => `${qualifier()}${pick(open)} *${name}`,
      () => `${pick(open)} *${pick(["", "const", "restrict"])} *${name}`,
      () => `${qualifier()}void *${name}`,
      () => `${pick(complete)} (*${name})(${pick(open)} *, ${pick(SCALARS)})`,
      () => `${pick(open)} __attribute__((btf_type_tag("${pick(["user", "rcu"])}"))) *${name}`,
      () => `${pick(complete)} (*${name})[${1 + below(4)}]`,
    ])();
  let enums = 0;
  const member = (name: string, depth: number): string => {
    const kind = below(12);
    if (kind < 4) return `${qualifier()}${pick(complete)} ${name};`;
    if (kind < 7) return `${pointer(name)};`;
    if (kind === 7)
      return `${pick(complete)} ${name}[${below(4) || (name.endsWith("m0") ? 1 : 0)}]${chance(40) ? `[${1 + below(3)}]` : ""};`;
    if (kind === 8) {
      const type = pick(Object.keys(BITS) as (keyof typeof BITS)[]);
      return `${type} ${name} : ${1 + below(BITS[type])};${chance(30) ? ` ${type} : ${chance(50) ? 0 : 1};` : ""}`;
    }
    if (kind === 9 && depth < 3) return `${composite("", depth + 1, name)} ${chance(50) ? "" : name};`;
    if (kind === 10) return `${pointer(name)} __tag("${pick(["a", "b c"])}");`;
    const word = `N${enums++}`;
    return `enum { ${word}_A${chance(50) ? ` = ${below(9)}` : ""}, ${word}_B } ${name};`;
  };
  const composite = (name: string, depth: number, prefix: string): string => {
    const keyword = name !== "" ? "" : pick(["struct", "union"]);
    const attributes = [
      chance(10) ? " __attribute__((packed))" : "",
      chance(10) ? ` __attribute__((aligned(${pick([4, 8, 16])})))` : "",
      depth === 0 && chance(15) ? ' __tag("of a struct")' : "",
    ].join("");
    const members = many(1, 5, (i) => member(`${prefix}m${i}`, depth)).join(" ");
    return `${keyword}${name} { ${members} }${attributes}`;
  };

  const lines: string[] = ['#include "bpf.h"', ""];
  for (const [i, struct] of structs.entries()) {
    if (chance(40)) {
      const wide = chance(30)
        ? `, E${i}_C = 0x${(1 + below(255)).toString(16)}00000000${chance(50) ? "ULL" : "LL"}`
        : "";
      lines.push(`enum e${i} { E${i}_A = ${chance(30) ? "-" : ""}${below(9)}, E${i}_B${wide} };`);
      complete.push(`enum e${i}`);
    }
    const flexible = chance(10) ? " " : "";
    const body = composite(struct, 0, "").replace(
      / \}(?=[^}]*$)/,
      flexible === "" ? " }" : ` ${pick(SCALARS)} rest[]; }`,
    );
    lines.push(`${body};`);
    if (flexible === "") complete.push(struct);
    if (chance(30)) {
      lines.push(`typedef ${pick(complete)} t${i};`);
      complete.push(`t${i}`);
    }
    if (chance(20)) {
      lines.push(`typedef ${pick(open)} *p${i};`);
      complete.push(`p${i}`);
    }
  }
  for (const name of many(1, 2, (i) => `struct k${i}`)) {
    const inner = chance(50) ? " struct { int deep; struct sock *peer; } inner;" : "";
    const members = `int a; __u64 b; char c[8]; ${kernel[0] ?? "struct sock"} *next; unsigned d : 3, e : 7;${inner}`;
    lines.push(`${name} { ${members} } __core;`);
    kernel.push(name);
  }

  const externs = [
    chance(40) ? "extern int kfunc_a(struct k0 *, int) __ksym;" : "",
    chance(30) ? "extern const int ksym_a __ksym __weak;" : "",
    chance(30) ? "extern unsigned long CONFIG_HZ __kconfig;" : "",
  ].filter((line) => line !== "");
  lines.push(...externs);

  const value = chance(70) ? pick(complete.slice(SCALARS.length).concat("__u64")) : "__u32";
  const maps = many(1, 4, (i) => `m${i}`);
  for (const name of maps) {
    const linkage = chance(20) ? "static " : "";
    const more = chance(30) ? " __uint(map_flags, 1);" : "";
    const types = chance(60)
      ? `__type(key, __u32); __type(value, ${value});`
      : "__uint(key_size, 4); __uint(value_size, 8);";
    lines.push(
      `${linkage}struct { __uint(type, ${pick([1, 2, 5, 6, 9])}); __uint(max_entries, ${1 + below(99)}); ${types}${more} } ${name} SEC(".maps");`,
    );
  }
  const jumps = chance(30);
  if (jumps) {
    lines.push("int tail(void *ctx);");
    lines.push(
      'struct { __uint(type, 3); __uint(max_entries, 2); __type(key, int); __array(values, int(void *)); } jumps SEC(".maps") = { .values = { [1] = (void *)&tail } };',
    );
  }

  /** Integers that code may read, and those that it may write. */
  const readable: string[] = [];
  const writable: string[] = [];
  for (const name of many(1, 6, (i) => `g${i}`)) {
    const type = pick(SCALARS);
    const constant = chance(30);
    const words = [
      chance(25) ? "static " : chance(15) ? "__weak " : "",
      chance(10) ? "__hidden " : "",
      constant ? "const volatile " : chance(30) ? "volatile " : "",
    ]
      .join("")
      .replace("static __hidden", "static");
    const section = chance(25) ? ` SEC("${constant ? ".rodata" : ".data"}.${pick(["one", "two"])}")` : "";
    const start = constant || section !== "" || chance(60) ? ` = ${below(100)}` : "";
    lines.push(`${words}${type} ${name}${section}${start};`);
    readable.push(name);
    if (!constant) writable.push(name);
  }
  const struct = complete.filter((name) => name.startsWith("struct"));
  if (struct.length > 0) lines.push(`${pick(struct)} big${chance(50) ? "[3]" : ""};`);
  if (chance(40)) lines.push('static const char text[] = "some text";');
  if (chance(30)) lines.push("static const int table[4] = { 1, 2, 3, 4 };");
  if (externs.some((line) => line.includes("ksym_a"))) readable.push("(long)&ksym_a");
  if (externs.some((line) => line.includes("CONFIG_HZ"))) readable.push("CONFIG_HZ");

  const callable: string[] = [];
  const expression = (depth: number): string => {
    const kind = below(depth > 2 ? 3 : 9);
    if (kind === 0) return String(below(1000));
    if (kind === 1) return pick([...readable, "x", "x"]);
    if (kind === 2) return chance(50) ? "cpu()" : `${0x100000000 + below(1000)}LL`;
    if (kind === 3 && callable.length > 0) return `${pick(callable)}(${expression(depth + 1)}, k)`;
    if (kind === 4) return pick(["k->a", "k->b", "k->c[2]", "k->d", "(k->next != 0)"]);
    if (kind === 5) return `(${expression(depth + 1)} ? ${expression(depth + 1)} : ${expression(depth + 1)})`;
    if (kind === 6) return `(${pick(["__u8", "int", "__s64", "short"])})(${expression(depth + 1)})`;
    const operator = pick(OPERATORS);
    if (operator === "/" || operator === "%")
      return `((__u64)(${expression(depth + 1)}) ${operator} ${1 + below(50)})`;
    if (operator === "<<" || operator === ">>")
      return `((${expression(depth + 1)}) ${operator} ${below(31)})`;
    return `(${expression(depth + 1)} ${operator} ${expression(depth + 1)})`;
  };
  const fields = [
    "sizeof(struct k0)",
    "__builtin_preserve_field_info(k->e, 2)",
    "__builtin_preserve_type_info(*k, 0)",
    "__builtin_preserve_enum_value(*(enum picked *)P_B, 1)",
  ];
  const statement = (depth: number): string => {
    const inside = (): string => many(1, 3, () => statement(depth + 1)).join(" ");
    switch (below(depth > 2 ? 6 : 13)) {
      case 0:
        return writable.length > 0 ? `${pick(writable)} = ${expression(0)};` : `x += ${expression(0)};`;
      case 1:
        return `x ${pick(["+", "^", "-"])}= ${expression(0)};`;
      case 2:
        return `{ __u32 key = ${expression(1)}; __u64 *v = map_lookup(&${pick(maps)}, &key); if (v) ${pick(["x += *v", "*v = x", "__sync_fetch_and_add(v, 1)", "x += __sync_lock_test_and_set(v, x)"])}; }`;
      case 3:
        return `{ struct k0 *p; read_kernel(&p, 8, &k->next); k = p; }`;
      case 4:
        return `x += ${pick(fields)};`;
      case 5:
        return pick(['asm volatile("%0 = 5" : "=r"(x));', 'asm volatile("" ::: "memory");', "x += ktime();"]);
      case 6:
        return `if (${expression(0)}) { ${inside()} } else { ${inside()} }`;
      case 7:
        return `for (int i = 0; i < ${1 + below(20)}; i++) { ${inside()} }`;
      case 8:
        return `switch (x & 7) { ${many(2, 6, (i) => `case ${i}: ${inside()} break;`).join(" ")} default: x++; }`;
      case 9:
        return `trace("${pick(["x %d", "text", "a longer text that is no tail %d"])}", ${5 + below(10)}, x);`;
      case 10:
        return `loop(${1 + below(9)}, each, &x, 0);`;
      case 11:
        return jumps ? "tail_call(k, &jumps, x);" : `x = ${expression(0)};`;
      default:
        return externs.some((line) => line.includes("kfunc_a")) ? "x += kfunc_a(k, x);" : "x++;";
    }
  };
  lines.push(
    "enum picked { P_A = 3, P_B = 5 };",
    "static int each(__u32 at, long *to) { *to += at; return 0; }",
  );
  const spread = (): string => (chance(50) ? "\n\t" : " ");
  for (const name of many(1, 4, (i) => `f${i}`)) {
    const words = pick(["static __noinline", "__noinline", "__weak __noinline", "__hidden __noinline"]);
    const body = many(1, 5, () => statement(0)).join(spread());
    lines.push(
      `${words} ${pick(["int", "long", "__u64"])} ${name}(${pick(["int", "long", "__u32"])} x0, struct k0 *k) {${spread()}long x = x0; ${body}${spread()}return x;${spread()}}`,
    );
    callable.push(name);
  }
  for (const [i, name] of many(1, 3, (at) => `prog${at}`).entries()) {
    const body = many(1, 6, () => statement(0)).join(spread());
    lines.push(
      `SEC("${pick(ENTRIES)}") int ${name}(${i === 0 ? "void" : "struct k0"} *ctx) {${spread()}struct k0 *k = (void *)ctx; long x = ${below(9)}; ${body}${spread()}return x;${spread()}}`,
    );
  }
  if (jumps) lines.push('SEC("tc") int tail(void *ctx) { return 1; }');
  lines.push("", 'char LICENSE[] SEC("license") = "GPL";', "");
  return lines.join("\n");
}
