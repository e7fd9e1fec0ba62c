// Assembly among C.

#include "bpf.h"

SEC("tc") int prog(int *ctx) {
	int x = *ctx;
	asm volatile("%0 += 5\n%0 ^= 3\nif %0 > 7 goto +1\n%0 = 1" : "+r"(x));
	asm volatile("" : "+r"(x));
	return x;
}
__attribute__((naked)) __noinline static int bare(void) { asm volatile("r0 = 4; exit;"); }
SEC("tc") int other(int *ctx) { return bare(); }

char LICENSE[] SEC("license") = "GPL";
