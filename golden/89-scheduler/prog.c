// A scheduler of sched_ext in small: operations, kernel functions in new and old flavours, enumerators of 64 bits asked
// for at load, an optional program, per-CPU data, settings in .rodata, an exit record.
#define SEC(name) __attribute__((section(name), used))
#define __core __attribute__((preserve_access_index))
#define __ksym __attribute__((section(".ksyms")))
#define __weak __attribute__((weak))
#define __hidden __attribute__((visibility("hidden")))
#define __noinline __attribute__((noinline))
#define __arg_trusted __attribute__((btf_decl_tag("arg:trusted")))
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name

typedef signed int s32;
typedef unsigned int u32;
typedef unsigned long long u64;

enum scx_public_consts { SCX_SLICE_DFL = 20000000ULL, SCX_SLICE_INF = 0xffffffffffffffffULL };
enum scx_dsq_id_flags { SCX_DSQ_FLAG_BUILTIN = 1ULL << 63, SCX_DSQ_GLOBAL = (1ULL << 63) | 1, SCX_DSQ_LOCAL = (1ULL << 63) | 2 };

struct sched_ext_entity {
	u64 dsq_vtime;
	u64 slice;
	u32 weight;
} __core;

struct task_struct {
	int pid;
	struct sched_ext_entity scx;
	char comm[16];
} __core;

struct scx_exit_info {
	int kind;
	const char *reason;
};

struct scx_init_task_args {
	_Bool fork;
};

struct sched_ext_ops {
	s32 (*select_cpu)(struct task_struct *p, s32 prev_cpu, u64 wake_flags);
	void (*enqueue)(struct task_struct *p, u64 enq_flags);
	void (*dispatch)(s32 cpu, struct task_struct *prev);
	s32 (*init_task)(struct task_struct *p, struct scx_init_task_args *args);
	s32 (*init)(void);
	void (*exit)(struct scx_exit_info *info);
	u64 flags;
	u32 timeout_ms;
	char name[32];
};

struct {
	__uint(type, 6); /* BPF_MAP_TYPE_PERCPU_ARRAY */
	__type(key, u32);
	__type(value, u64);
	__uint(max_entries, 2);
} stats SEC(".maps");

extern s32 scx_bpf_create_dsq(u64 dsq_id, s32 node) __ksym;
extern void scx_bpf_dispatch___compat(struct task_struct *p, u64 dsq_id, u64 slice, u64 enq_flags) __ksym __weak;
extern void scx_bpf_dsq_insert___new(struct task_struct *p, u64 dsq_id, u64 slice, u64 enq_flags) __ksym __weak;
extern _Bool scx_bpf_dsq_move_to_local(u64 dsq_id) __ksym __weak;
extern s32 scx_bpf_select_cpu_dfl(struct task_struct *p, s32 prev_cpu, u64 wake_flags, _Bool *is_idle) __ksym;

static void *(*const bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;

const volatile _Bool fifo;
const volatile u64 slice_ns = SCX_SLICE_DFL;
static u64 vtime_now;
struct {
	int kind;
	char text[8];
} exit_record SEC(".data.exit");

static void count(u32 index)
{
	u64 *n = bpf_map_lookup_elem(&stats, &index);

	if (n)
		(*n)++;
}

__hidden __noinline int insert(struct task_struct *p __arg_trusted, u64 dsq, u64 flags)
{
	if (scx_bpf_dsq_insert___new)
		scx_bpf_dsq_insert___new(p, dsq, slice_ns, flags);
	else
		scx_bpf_dispatch___compat(p, dsq, slice_ns, flags);
	return 0;
}

SEC("struct_ops/simple_select_cpu") s32 simple_select_cpu(struct task_struct *p, s32 prev_cpu, u64 wake_flags)
{
	_Bool idle = 0;
	s32 cpu = scx_bpf_select_cpu_dfl(p, prev_cpu, wake_flags, &idle);

	if (idle) {
		count(0);
		insert(p, __builtin_preserve_enum_value(*(enum scx_dsq_id_flags *)SCX_DSQ_LOCAL, 1), 0);
	}
	return cpu;
}

SEC("struct_ops/simple_enqueue") void simple_enqueue(struct task_struct *p, u64 enq_flags)
{
	count(1);
	if (p->scx.dsq_vtime < vtime_now - slice_ns && !fifo)
		p->scx.dsq_vtime = vtime_now - slice_ns;
	if (p->scx.slice == __builtin_preserve_enum_value(*(enum scx_public_consts *)SCX_SLICE_INF, 1))
		vtime_now += p->scx.weight;
	insert(p, 7, enq_flags);
}

SEC("struct_ops/simple_dispatch") void simple_dispatch(s32 cpu, struct task_struct *prev)
{
	scx_bpf_dsq_move_to_local(7);
}

SEC("?struct_ops.s/simple_init_task") s32 simple_init_task(struct task_struct *p, struct scx_init_task_args *args)
{
	return p->comm[0] == 'x';
}

SEC("struct_ops.s/simple_init") s32 simple_init(void)
{
	return scx_bpf_create_dsq(7, -1);
}

SEC("struct_ops/simple_exit") void simple_exit(struct scx_exit_info *info)
{
	exit_record.kind = info->kind;
	exit_record.text[0] = *info->reason;
}

SEC(".struct_ops.link")
struct sched_ext_ops simple_ops = {
	.select_cpu = simple_select_cpu,
	.enqueue = simple_enqueue,
	.dispatch = simple_dispatch,
	.init_task = simple_init_task,
	.init = simple_init,
	.exit = simple_exit,
	.timeout_ms = 5000,
	.name = "simple",
};

char _license[] SEC("license") = "GPL";
