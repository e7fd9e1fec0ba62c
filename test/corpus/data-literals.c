// String literals, equal ones and one that ends another.

#include "bpf.h"

SEC("tc") int prog(void *ctx) {
	trace("hello %d", 9, 1); trace("hello %d", 9, 2); trace("lo %d", 6, 3); trace("with\0zero", 10); trace("", 1);
	return 0;
}
SEC("tc") int more(void *ctx) { trace("hello %d", 9, 1); trace("other", 6); return 0; }

char LICENSE[] SEC("license") = "GPL";
