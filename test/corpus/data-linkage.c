// Weak and hidden variables, and weak functions.

#include "bpf.h"

int soft __weak = 4; int secret __hidden = 5; const volatile int soft_const __weak = 6; int soft_zero __weak;
__weak __noinline int helper(int x) { return x * soft; }
__hidden __noinline int quiet(int x) { return x + secret; }
SEC("tc") int prog(int *ctx) { return helper(*ctx) + quiet(soft_const) + soft_zero; }

char LICENSE[] SEC("license") = "GPL";
