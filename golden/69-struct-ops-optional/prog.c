// struct_ops maps of all four sections, optional ones too; programs that two maps share, static and sleepable ones, and
// a flavour of the kernel's struct.
#define SEC(name) __attribute__((section(name), used))

typedef unsigned int u32;

struct task_struct;
struct module;

struct ops_data {
	u32 priority;
	int (*inner)(void);
};

struct sched_ops {
	int (*select)(struct task_struct *p, int cpu);
	void (*enqueue)(struct task_struct *p, unsigned long flags);
	int (*init)(void);
	void (*exit)(void);
	unsigned long flags;
	u32 timeout_ms;
	struct ops_data data;
	struct module *owner;
	char name[12];
};

struct sched_ops___v2 {
	int (*init)(void);
	void (*fresh)(void);
	char name[12];
};

static SEC("struct_ops/select") int pick(struct task_struct *p, int cpu)
{
	return cpu;
}

SEC("struct_ops/enqueue") void enqueue(struct task_struct *p, unsigned long flags)
{
}

SEC("?struct_ops.s/init") int init_sleepable(void)
{
	return 0;
}

SEC("struct_ops.s") void leave(void)
{
}

SEC("?struct_ops/fresh") void fresh(void)
{
}

SEC(".struct_ops.link")
struct sched_ops linked = {
	.select = (void *)pick,
	.enqueue = enqueue,
	.init = init_sleepable,
	.exit = leave,
	.flags = 3,
	.timeout_ms = 5000,
	.name = "linked",
};

SEC("?.struct_ops.link")
struct sched_ops optional = {
	.enqueue = enqueue,
	.exit = leave,
	.data = { .priority = 7, .inner = init_sleepable },
	.name = "optional",
};

SEC("?.struct_ops")
struct sched_ops___v2 optional_unlinked = {
	.init = init_sleepable,
	.fresh = fresh,
	.name = "newer",
};

SEC(".struct_ops")
static struct sched_ops unlinked = {
	.select = pick,
	.name = "unlinked",
};

SEC(".struct_ops.link")
struct sched_ops second = {
	.select = pick,
	.init = init_sleepable,
	.name = "second",
};

char _license[] SEC("license") = "GPL";
