// Kernel functions: flavours of one name, weak ones tested and called, one whose address is only tested, results and
// parameters of every kind, and declaration tags.
#define SEC(name) __attribute__((section(name), used))
#define __ksym __attribute__((section(".ksyms")))
#define __weak __attribute__((weak))
#define __kfunc_tag __attribute__((btf_decl_tag("bpf_kfunc")))
#define __noinline __attribute__((noinline))

char _license[] SEC("license") = "GPL";

typedef unsigned int u32;
typedef unsigned long long u64;

struct task_struct;
struct cgroup;
struct bpf_iter_num {
	u64 __opaque[1];
} __attribute__((aligned(8)));

extern struct task_struct *bpf_task_acquire___one(struct task_struct *task) __ksym __weak;
extern struct task_struct *bpf_task_acquire___two(struct task_struct *task, int untyped__ign) __ksym __weak;
extern void bpf_task_release(struct task_struct *p) __ksym;
extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __ksym __kfunc_tag;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __ksym;
extern struct cgroup *bpf_cgroup_from_id(u64 cgid) __ksym __weak;
extern void bpf_cgroup_release(struct cgroup *p) __ksym;
extern void bpf_preempt_disable(void) __ksym __weak;
extern int bpf_never_called(u32 a, u64 b) __ksym;

u64 found;

static __noinline void release(struct task_struct *t)
{
	bpf_task_release(t);
}

SEC("tp_btf/task_newtask") int on_task(u64 *ctx)
{
	struct task_struct *t = (void *)ctx[0];

	if (bpf_task_acquire___two)
		t = bpf_task_acquire___two(t, 2);
	else if (bpf_task_acquire___one)
		t = bpf_task_acquire___one(t);
	else
		return 1;
	if (t)
		release(t);
	return bpf_preempt_disable ? 2 : 0;
}

SEC("syscall") int count(u64 *ctx)
{
	struct bpf_iter_num it;
	struct cgroup *cgrp;
	int *i;

	bpf_iter_num_new(&it, 0, 10);
	while ((i = bpf_iter_num_next(&it)))
		found += *i;
	bpf_iter_num_destroy(&it);
	cgrp = bpf_cgroup_from_id(ctx[1]);
	if (cgrp)
		bpf_cgroup_release(cgrp);
	return 0;
}
