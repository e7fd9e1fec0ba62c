// Global functions of .text that call each other.

#include "bpf.h"

__noinline int leaf(__u64 x) { return x ^ 5; }
__noinline int middle(__u64 x) { return leaf(x) + leaf(x + 1); }
SEC("tc") int prog(__u64 *ctx) { return middle(*ctx); }
__noinline int unused_here(struct { int a; } *p __attribute__((unused))) { return leaf(3); }

char LICENSE[] SEC("license") = "GPL";
