// Compound literals at file scope and in functions.

#include "bpf.h"

struct pt { int x, y; }; 
__noinline static int dist(const struct pt *p) { return p->x * p->y; }
SEC("tc") int prog(int *ctx) { return dist(&(struct pt){ *ctx, 2 }) + dist(&(const struct pt){ 3, 4 }); }

char LICENSE[] SEC("license") = "GPL";
