// Kernel functions, weak and strong, called and asked for.

#include "bpf.h"

struct task; extern struct task *task_acquire(struct task *t) __ksym; extern void task_release(struct task *t) __ksym; extern int maybe(int x) __ksym __weak;
SEC("tp_btf/task_newtask") int prog(__u64 *ctx) {
	struct task *t = task_acquire((struct task *)ctx[0]);
	if (!t) return 0;
	if (maybe) maybe(3);
	task_release(t);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
