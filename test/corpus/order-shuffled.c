// Sections that are opened by what comes late.

#include "bpf.h"

const volatile int c1 = 1; int d1 = 1; int b1; const volatile int c2 = 2; static int s1 = 3; char t1 = 4; static char st; struct { __uint(type, 2); __uint(max_entries, 1); __type(key, int); __type(value, int); } m SEC(".maps");
SEC("tc") int prog(void *ctx) { int k = 0; trace("q%d", 4, 1); return c1 + d1 + b1 + c2 + s1++ + t1 + st++ + (map_lookup(&m, &k) != 0); }
static const char lits[] = "tail"; 
SEC("tc") int prog2(int *ctx) { trace("qq%d", 5, 1); return lits[*ctx & 3]; }

char LICENSE[] SEC("license") = "GPL";
