// Objects to link, compiled by clang-22 as any project's are: many small ones, two with thousands of functions, and many
// that carry the same types of the kernel.

import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** A row of the table. */
export interface LinkCase {
  readonly name: string;
  readonly objects: readonly string[];
  /** One of two rows of which the later has twice the functions of the earlier. */
  readonly doubles?: boolean;
}

const KERNEL_BTF = "/sys/kernel/btf/vmlinux";
const FLAGS = ["-O2", "-g", "-target", "bpf", "-mcpu=v3", "-fno-addrsig"];
/** Makes all inputs in `folder`; what is there from an earlier run is taken as it is. */
export async function makeCases(folder: string): Promise<readonly LinkCase[]> {
  mkdirSync(folder, { recursive: true });
  const small = Array.from({ length: 200 }, (_, i) => ({ name: `small-${i}`, text: oneProgram(i) }));
  const cases: LinkCase[] = [
    { name: "200 objects of one program", objects: await compileAll(folder, small) },
  ];
  for (const count of [1000, 4000, 8000])
    cases.push({ ...(await pair(folder, count)), doubles: count >= 4000 });
  // The first so many structs of the kernel, with all that they need, are 3,000 types.
  for (const structs of [455, 3000]) cases.push(await typed(folder, structs));
  return cases;
}

interface Source {
  readonly name: string;
  readonly text: string;
}

async function compileAll(
  folder: string,
  sources: readonly Source[],
  flags: readonly string[] = [],
): Promise<string[]> {
  const open = [...sources];
  const worker = async (): Promise<void> => {
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const object = join(folder, `${next.name}.o`);
      if (existsSync(object)) continue;
      const source = join(folder, `${next.name}.c`);
      writeFileSync(source, next.text);
      await promisify(execFile)("clang-22", [...FLAGS, ...flags, "-c", source, "-o", object]);
      // As projects ship them; bpftool does the same to what it links.
      execFileSync("llvm-strip-22", ["-g", object]);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return sources.map(({ name }) => join(folder, `${name}.o`));
}

/** What clang compiles at once of a large object: its time for BTF grows with the square of the functions. */
const PART = 500;

/** Two objects of many functions, joined of parts by ourselves: the file is the one that clang would write. */
async function pair(folder: string, count: number): Promise<LinkCase> {
  const objects: string[] = [];
  for (const name of ["first", "second"] as const) {
    const object = join(folder, `${name}-${count}.o`);
    objects.push(object);
    if (existsSync(object)) continue;
    const parts = Array.from({ length: count / PART }, (_, i) => ({
      name: `${name}-part-${i}`,
      text: functions(name, i * PART),
    }));
    const made = await compileAll(folder, parts);
    ourselves(["-r", ...made, "-o", object]);
  }
  return { name: `2 objects of ${count} functions`, objects };
}

const PRELUDE = `typedef unsigned int __u32;
typedef unsigned long long __u64;
#define SEC(name) __attribute__((section(name), used))
static void *(*bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;
static __u64 (*bpf_ktime_get_ns)(void) = (void *)5;
char _license[] SEC("license") = "GPL";
`;

/** A program with a map, a variable and a static function of its own, and a map that all share. */
function oneProgram(i: number): string {
  const shared = i === 0 ? "" : "extern ";
  return `${PRELUDE}
struct event { __u32 pid; __u32 cpu; __u64 time; char comm[16]; };
struct { int (*type)[1]; __u32 *key; struct event *value; int (*max_entries)[${i + 1}]; } map_${i} SEC(".maps");
${shared}struct { int (*type)[2]; __u32 *key; __u64 *value; int (*max_entries)[8]; } all SEC(".maps");
__u64 count_${i};
static __attribute__((noinline)) int check(struct event *e, int limit) {
  return e->time + limit > ${i} ? e->pid : e->cpu;
}
SEC("xdp") int prog_${i}(void *ctx) {
  __u32 key = ${i % 8};
  __u64 *sum = bpf_map_lookup_elem(&all, &key);
  struct event *e = bpf_map_lookup_elem(&map_${i}, &key);
  if (!e || !sum) return 0;
  e->time = bpf_ktime_get_ns();
  *sum += count_${i};
  count_${i}++;
  return check(e, ${i});
}
`;
}

/** Global functions from `start` on; each of the second object calls one of the first. */
function functions(name: "first" | "second", start: number): string {
  const one = (i: number): string => {
    const declared = name === "first" ? "" : `extern int first_${i}(struct state *s, int n);\n`;
    const called = name === "first" ? "" : ` + first_${i}(s, n)`;
    return `${declared}__attribute__((noinline)) int ${name}_${i}(struct state *s, int n) {
  if (!s) return ${i};
  s->hits += n;
  if (s->hits > s->limit * ${i + 1}) { s->last = bpf_ktime_get_ns(); return -1; }
  s->values[${i % 16}] ^= s->last;
  return (int)s->values[${(i + 1) % 16}]${called};
}`;
  };
  return `${PRELUDE}
struct state { __u64 hits; __u64 limit; __u64 last; __u64 values[16]; };
${Array.from({ length: PART }, (_, i) => one(start + i)).join("\n")}
`;
}

/**
 * 50 objects of one program each that carry the same types of the kernel. One is compiled, and the others are it with
 * another name for the program, which is what clang would write.
 */
async function typed(folder: string, structs: number): Promise<LinkCase> {
  const header = typesHeader(folder, structs);
  const name = `types-${structs}`;
  const [first] = await compileAll(
    folder,
    [{ name, text: typedProgram(header, structs) }],
    ["-include", header],
  );
  const objects = Array.from({ length: 50 }, (_, i) => join(folder, `${name}-${i}.o`));
  for (const [i, object] of objects.entries()) {
    if (!existsSync(object)) ourselves([first!, "--rename", `typed=typed_${i}`, "-o", object]);
  }
  return { name: `50 objects of ${structs} structs, ${countTypes(first!)} types`, objects };
}

function ourselves(args: readonly string[]): void {
  execFileSync(process.execPath, ["dist/tsbpf-ld.cjs", ...args]);
}

function countTypes(object: string): number {
  return runBpftool(["btf", "dump", "file", object]).match(/^\[/gm)?.length ?? 0;
}

function runBpftool(args: readonly string[]): string {
  return execFileSync("bpftool", args, { encoding: "utf8", maxBuffer: 1 << 28 });
}

/** The kernel's types as C, or as many invented ones where the kernel has no BTF. */
function typesHeader(folder: string, structs: number): string {
  const dumped = existsSync(KERNEL_BTF);
  const header = join(folder, dumped ? "kernel.h" : `invented-${structs}.h`);
  if (existsSync(header)) return header;
  writeFileSync(
    header,
    dumped ? runBpftool(["btf", "dump", "file", KERNEL_BTF, "format", "c"]) : inventedTypes(structs),
  );
  return header;
}

function inventedTypes(structs: number): string {
  const list = Array.from({ length: structs }, (_, i) => {
    const before = i === 0 ? "long" : `struct part_${i - 1} *`;
    const fields = Array.from({ length: 5 }, (_, f) => `  char field_${f}[${i * 5 + f + 1}];`);
    return `struct part_${i} {\n  ${before} link;\n${fields.join("\n")}\n};`;
  });
  return `${list.join("\n")}\n`;
}

/** Asks whether the kernel has each of the first structs of the header: CO-RE relocations that need the whole types. */
function typedProgram(header: string, structs: number): string {
  const names = readFileSync(header, "utf8").matchAll(/^struct (\w+) \{/gm);
  const asks = [...names]
    .slice(0, structs)
    .map(([, name]) => `  found += __builtin_preserve_type_info(*(struct ${name} *)0, 0);`);
  return `#define SEC(name) __attribute__((section(name), used))
char _license[] SEC("license") = "GPL";
SEC("xdp") int typed(void *ctx) {
  int found = 0;
${asks.join("\n")}
  return found;
}
`;
}
