// CO-RE: bit-fields.

#include "bpf.h"

struct flags { __u64 a : 5; __u64 b : 11; __s64 c : 20; __u32 tail; } __core;
SEC("tc") int prog(struct flags *f) {
	__u64 v = *(__u64 *)((char *)f + __builtin_preserve_field_info(f->b, 0));
	v <<= __builtin_preserve_field_info(f->b, 4); v >>= __builtin_preserve_field_info(f->b, 5);
	return v + __builtin_preserve_field_info(f->c, 3) + __builtin_preserve_field_info(f->c, 1);
}

char LICENSE[] SEC("license") = "GPL";
