// Names that the kernel defines: functions of two prototypes, a weak one, typed and untyped variables, settings.
#define SEC(name) __attribute__((section(name), used))
#define __ksym __attribute__((section(".ksyms")))
#define __kconfig __attribute__((section(".kconfig")))
#define __weak __attribute__((weak))

char _license[] SEC("license") = "GPL";

typedef unsigned int __u32;

struct task_struct {
	int pid;
	__u32 flags;
};

struct rq {
	__u32 nr_running;
	unsigned long clock;
};

extern struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;
extern void bpf_new_release(struct task_struct *p) __weak __ksym;
extern const struct rq runqueues __ksym;
extern const void init_task __weak __ksym;
extern unsigned int LINUX_KERNEL_VERSION __kconfig;
extern _Bool CONFIG_BPF_JIT __kconfig __weak;

SEC("tp_btf/task_newtask") int on_task(unsigned long long *ctx)
{
	struct task_struct *p = bpf_task_acquire((struct task_struct *)ctx[0]);

	if (!p)
		return 0;
	if (bpf_new_release)
		bpf_new_release(p);
	else
		bpf_task_release(p);
	if (CONFIG_BPF_JIT && LINUX_KERNEL_VERSION >= 0x060000)
		return runqueues.nr_running;
	return &init_task != 0;
}
