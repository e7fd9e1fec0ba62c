// Objects of clang for the tests that link: C text in, the bytes of an object out, with the macros of libbpf's
// bpf_helpers.h that they need.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { InputFile } from "../../src/index.js";
import { run } from "./run.js";

const PRELUDE = `
#define SEC(n) __attribute__((section(n)))
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name
#define __array(name, val) typeof(val) *name[]
#define weak __attribute__((weak))
#define noinline __attribute__((noinline))
typedef unsigned int u32;
typedef unsigned long long u64;
static void *(*lookup)(void *map, const void *key) = (void *)1;
static long (*update)(void *map, const void *key, const void *value, u64 flags) = (void *)2;
#line 1
`;

/** What clang makes of a C text; `flags` come behind the usual ones. */
export function compile(clang: string, name: string, text: string, flags: readonly string[] = []): InputFile {
  const folder = mkdtempSync(join(tmpdir(), "tsbpf-clang-"));
  try {
    const [source, object] = [join(folder, name), join(folder, "out.o")];
    writeFileSync(source, PRELUDE + text);
    run(clang, ["-O2", "-g", "-target", "bpf", "-mcpu=v3", ...flags, "-c", source, "-o", object]);
    return { name: name.replace(/\.c$/, ".o"), bytes: readFileSync(object) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
