// Callbacks, static and global.

#include "bpf.h"

static int step(__u32 i, void *ctx) { *(__u64 *)ctx += i; return 0; }
int visible(__u32 i, void *ctx) { *(__u64 *)ctx ^= i; return i > 5; }
SEC("tc") int prog(void *ctx) { __u64 sum = 0; loop(10, step, &sum, 0); loop(3, visible, &sum, 0); return sum; }

char LICENSE[] SEC("license") = "GPL";
