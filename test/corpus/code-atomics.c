// Atomic operations.

#include "bpf.h"

__u64 a; __u32 b; __u64 old;
SEC("tc") int prog(__u64 *ctx) {
	__sync_fetch_and_add(&a, 2);
	__sync_fetch_and_add(&b, 3);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
