// A program array that holds static programs.

#include "bpf.h"

static int hidden_one(void *ctx); 
struct { __uint(type, 3); __uint(max_entries, 2); __uint(key_size, 4); __array(values, int(void *)); } jumps SEC(".maps") = { .values = { (void *)&hidden_one, (void *)&hidden_one } };
SEC("tc") static int hidden_one(void *ctx) { return 1; }
SEC("tc") int entry(void *ctx) { tail_call(ctx, &jumps, 1); return 0; }

char LICENSE[] SEC("license") = "GPL";
