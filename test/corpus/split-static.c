// A static struct that the compiler takes apart.

#include "bpf.h"

static struct { int a; __u64 b; int c[4]; } state;
SEC("tc") int prog(int *ctx) { state.a += *ctx; state.b ^= state.a; return state.b; }
SEC("xdp") int reader(int *ctx) { return state.a; }

char LICENSE[] SEC("license") = "GPL";
