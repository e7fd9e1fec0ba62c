// Loops and branches of every width.

#include "bpf.h"

SEC("tc") int prog(__u32 *ctx) {
	__u32 sum = 0; __s64 wide = ctx[1];
	for (int i = 0; i < 100; i++) { if (ctx[0] > (__u32)i) sum += ctx[0] % 7; else if ((__s32)ctx[1] < -i) sum ^= i; if (wide * i > 1000) break; }
	while (sum > 50 && (sum & 3)) sum -= 3;
	return sum;
}

char LICENSE[] SEC("license") = "GPL";
