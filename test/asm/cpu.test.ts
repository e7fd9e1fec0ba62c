// Which -mcpu an instruction needs: clang makes code at each of them, and no instruction in it may claim to need more.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { decodeInsn, formOf, isDecodeFailure, minimumCpu, slotsOf } from "../../src/asm/index.js";
import { describeWithJudge } from "../judges.js";
import { LLVM, textSection } from "./llvm.js";

/** What every version can say, in more and better instructions from one to the next. */
const SOURCE = `
typedef unsigned char u8; typedef unsigned short u16; typedef unsigned int u32; typedef unsigned long u64;
long shorter(long a, long b, int c) { return a < b ? a - b : (u64)a < (u64)c ? b : c; }
int narrow(int a, int b) { return a == b ? a * b : (a > b ? a / (u32)b : (a - b) >> (b & 31)); }
long extend(signed char *p, short *q, int *r, long i) { return p[i] + q[i] + r[i] + (long)(int)i; }
void store(u8 *a, u16 *b, u32 *c, u64 *d) { *a = 1; *b = 2; *c = 3; *d = -4; }
u64 swap(u64 a, u32 b, u16 c) { return __builtin_bswap64(a) + __builtin_bswap32(b) + __builtin_bswap16(c); }
void add(u32 *p, u64 *q, int v) { __sync_fetch_and_add(p, v); __sync_fetch_and_add(q, v); }
u64 exchange(u64 *p, u64 v, u64 w) { return __sync_lock_test_and_set(p, v) + __sync_val_compare_and_swap(p, v, w); }
u64 fetch(u64 *p, u64 v) { return __sync_fetch_and_or(p, v) ^ __sync_fetch_and_and(p, v) ^ __sync_fetch_and_xor(p, v); }
int through(int (*f)(int), int a) { return f(a); }
#if __BPF_CPU_VERSION__ >= 3
u64 fetch_add(u64 *p, u64 v) { return __sync_fetch_and_add(p, v); }
u32 fetch32(u32 *p, u32 v) { return __sync_fetch_and_add(p, v) + __sync_lock_test_and_set(p, v); }
#endif
#if __BPF_CPU_VERSION__ >= 4
long divide(long a, long b, int c, int d) { return a / b + a % b + c / d + c % d; }
u32 acquire(u32 *p, u8 *q) { __atomic_store_n(q, 1, __ATOMIC_RELEASE); return __atomic_load_n(p, __ATOMIC_ACQUIRE); }
void far(void) { asm volatile goto("gotol %l[out]" :::: out); out:; }
#endif
`;

/** The instructions of SOURCE at one -mcpu, by name, and the version that each needs. */
function namesAt(clang: string, llvm: Parameters<typeof textSection>[0], cpu: number): Map<string, number> {
  const folder = mkdtempSync(join(tmpdir(), "tsbpf-cpu-"));
  try {
    const object = join(folder, "a.o");
    const args = ["-O2", "-target", "bpf", `-mcpu=v${cpu}`, "-x", "c", "-c", "-", "-o", object];
    execFileSync(clang, args, { input: SOURCE });
    const bytes = textSection(llvm, object);
    const names = new Map<string, number>();
    for (let offset = 0; offset < bytes.length; ) {
      const insn = decodeInsn(bytes, offset, true);
      if (isDecodeFailure(insn)) throw new Error(`${insn.code} at ${offset}`);
      names.set(formOf(insn)!.op, minimumCpu(insn));
      offset += 8 * slotsOf(insn);
    }
    return names;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describeWithJudge("-mcpu", { ...LLVM, "clang-22": "apt: clang-22" }, (tool) => {
  const made = [1, 2, 3, 4].map((cpu) => namesAt(tool["clang-22"], tool, cpu));

  it.each([1, 2, 3, 4])("v%d has no instruction of a later one", (cpu) => {
    const names = [...made[cpu - 1]!];
    expect(names.filter(([, needs]) => needs > cpu)).toEqual([]);
    // And some of its own, or the test would show nothing.
    expect(names.filter(([, needs]) => needs === cpu).length).toBeGreaterThan(0);
  });

  it("is the one at which clang begins to make an instruction", () => {
    const late: string[] = [];
    made.forEach((names, index) => {
      for (const [op, needs] of names) {
        const first = made.findIndex((earlier) => earlier.has(op)) + 1;
        if (first === index + 1 && needs !== first) late.push(`${op}: v${needs}, clang from v${first}`);
      }
    });
    expect(late).toEqual([]);
  });
});
