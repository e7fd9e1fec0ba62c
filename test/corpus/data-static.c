// Static variables of all kinds.

#include "bpf.h"

static int hits; static __u64 sum = 40; static volatile const __u16 step = 3; static char text[8] = "abc";
__noinline static int bump(void) { static int inside = 5; static __u64 zero; zero += inside++; return zero; }
SEC("tc") int prog(void *ctx) { hits += step; sum += hits; text[hits & 7] = 'x'; return bump() + sum; }

char LICENSE[] SEC("license") = "GPL";
