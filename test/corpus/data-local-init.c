// Initialisers of locals that are copied from constants.

#include "bpf.h"

struct big { __u64 v[6]; char t[12]; };
__noinline static int use(struct big *b) { return b->v[3] + b->t[2]; }
SEC("tc") int prog(void *ctx) { struct big b = { { 1, 2, 3, 4, 5, 6 }, "eleven char" }; char key[20] = "a key of 20 bytes"; __u32 w[8] = { 1, 2, 3 }; trace(key, 20); return use(&b) + w[cpu() & 7]; }

char LICENSE[] SEC("license") = "GPL";
