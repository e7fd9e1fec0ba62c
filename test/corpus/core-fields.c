// CO-RE: fields of structs, nested and in arrays.

#include "bpf.h"

struct inner { int skip; __u64 when; } __core; struct task { int pid; char comm[16]; struct inner in; struct task *parent; struct inner list[4]; union { int u1; __u8 u2; }; } __core;
SEC("kprobe/f") int prog(struct task *t) {
	struct task *parent; int pid; __u64 when;
	read_kernel(&parent, 8, __builtin_preserve_access_index(&t->parent));
	read_kernel(&pid, 4, __builtin_preserve_access_index(&parent->pid));
	read_kernel(&when, 8, __builtin_preserve_access_index(&t->list[2].when));
	return pid + when + (long)__builtin_preserve_access_index(&t->in.when) + (long)__builtin_preserve_access_index(&t->u2) + (long)__builtin_preserve_access_index(&t[2].comm[3]);
}

char LICENSE[] SEC("license") = "GPL";
