// Functions and variables in an order of their own.

#include "bpf.h"

extern int last_one; int z_first = 1; static int s_used; int helper(int); 
SEC("xdp") int zz(int *ctx) { return helper(*ctx) + z_first; }
static __noinline int s3(int x) { s_used += x; return x + s_used; }
static __noinline int s2(int x) { return s3(x) * 2; }
int a_late; int unused_tentative;
__noinline int helper(int x) { a_late = x; return s2(x) + last_one; }
SEC("tc") int aa(int *ctx) { return s3(*ctx) + a_late; }
int tail_var = 6;

char LICENSE[] SEC("license") = "GPL";
