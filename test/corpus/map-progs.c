// A program array with its programs, and a hole.

#include "bpf.h"

int one(void *ctx); int two(void *ctx);
struct { __uint(type, 3); __uint(max_entries, 8); __type(key, __u32); __array(values, int(void *)); } jumps SEC(".maps") = { .values = { [1] = (void *)&one, [3] = (void *)&two } };
SEC("socket") int one(void *ctx) { return 1; }
SEC("socket") int two(void *ctx) { return 2; }
SEC("socket") int entry(void *ctx) { tail_call(ctx, &jumps, 1); tail_call(ctx, &jumps, 3); return 0; }

char LICENSE[] SEC("license") = "GPL";
