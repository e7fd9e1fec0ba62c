// Globals of the usual sections.

#include "bpf.h"

int counter; __u64 total = 7; const volatile __u32 limit = 10; const volatile char who[16] = "nobody"; __u8 flags[3] = { 1, 2, 3 };
SEC("raw_tp/sys_enter") int prog(void *ctx) { counter++; total += limit; return flags[counter & 1] + who[2]; }

char LICENSE[] SEC("license") = "GPL";
