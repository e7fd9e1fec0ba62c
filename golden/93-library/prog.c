// A library for other programs: no license and no program, functions and variables for all, a map, CO-RE and a kfunc in
// .text, and wide map members for small numbers.
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name
#define CONCAT_(a, b) a##b
#define CONCAT(a, b) CONCAT_(a, b)
#define __ulong(name, val) enum { CONCAT(__unique_value, __COUNTER__) = val } name
#define SEC(name) __attribute__((section(name), used))
#define __core __attribute__((preserve_access_index))
#define __hidden __attribute__((visibility("hidden")))
#define __weak __attribute__((weak))
#define __ksym __attribute__((section(".ksyms")))

typedef unsigned int __u32;
typedef unsigned long long __u64;

struct task_struct {
	int pid, tgid;
	__u64 start_time;
} __core;

struct {
	__uint(type, 30); /* BPF_MAP_TYPE_BLOOM_FILTER */
	__type(value, __u32);
	__uint(max_entries, 100);
	__ulong(map_extra, 3);
} seen SEC(".maps");

static long (*const bpf_map_push_elem)(void *map, const void *value, __u64 flags) = (void *)87;
static long (*const bpf_map_peek_elem)(void *map, void *value) = (void *)89;

extern __u32 library_user(__u32 pid);
extern __u64 bpf_cpu_time_counter(void) __ksym __weak;

__u64 calls;
__hidden __u32 last;
const volatile __u32 sample = 10;

static int is_new(__u32 pid)
{
	if (!bpf_map_peek_elem(&seen, &pid))
		return 0;
	return bpf_map_push_elem(&seen, &pid, 0) == 0;
}

int library_check(struct task_struct *t)
{
	__u32 pid = t->pid;

	calls++;
	if (t->tgid != pid || !is_new(pid))
		return 0;
	last = library_user(pid);
	return last % sample;
}

__weak __u64 library_age(struct task_struct *t)
{
	return (bpf_cpu_time_counter ? bpf_cpu_time_counter() : 0) - t->start_time;
}
