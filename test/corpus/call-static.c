// Static functions called within and across sections.

#include "bpf.h"

__noinline static int in_text(int x) { return x * 3; }
__noinline static SEC("tc") int beside(int x) { return x - 1; }
SEC("tc") int prog(int *ctx) { return in_text(*ctx) + beside(*ctx); }
SEC("xdp") int other(int *ctx) { return in_text(*ctx + 1); }

char LICENSE[] SEC("license") = "GPL";
