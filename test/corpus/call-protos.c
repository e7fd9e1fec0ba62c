// Prototypes that BPF cannot pass: a kfunc with "...", and a static function whose arguments the compiler leaves out.

#include "bpf.h"

extern int report(const char *, ...) __attribute__((section(".ksyms")));
static __attribute__((noinline)) int pick(int a, int b, int c, int d, int e, int f, int *g) { return a + *(volatile int *)g; }
SEC("xdp") int prog(int *ctx) { return pick(*ctx, 2, 3, 4, 5, 6, ctx); }
SEC("tc") int other(void *ctx) { return report(ctx); }

char LICENSE[] SEC("license") = "GPL";
