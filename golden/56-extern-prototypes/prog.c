// An extern function's prototype becomes the one of all pointers of that signature, also of those written before.
#define SEC(name) __attribute__((section(name), used))
#define __ksym __attribute__((section(".ksyms")))

char _license[] SEC("license") = "GPL";

struct task_struct {
	int (*before)(struct task_struct *t, int how);
	void (*never)(long);
};

struct later {
	int (*after)(struct task_struct *task, int);
	void (*plain)(void);
	int (*const *twice)(struct task_struct *, int);
};

extern int bpf_first(struct task_struct *t, int flags) __ksym;
extern int bpf_second(struct task_struct *task, int) __ksym;
extern void bpf_lock(void) __ksym;

struct later later;

SEC("tp_btf/task_newtask") int prog(struct task_struct *t)
{
	bpf_lock();
	return bpf_first(t, 1) + bpf_second(t, 2);
}

int (*pointer)(struct task_struct *, int);
