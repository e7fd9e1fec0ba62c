// How long tasks wait for a processor: task storage, a histogram in .bss, a filter by cgroup.

#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct { __uint(type, BPF_MAP_TYPE_TASK_STORAGE); __uint(map_flags, BPF_F_NO_PREALLOC); __type(key, int); __type(value, __u64); } since SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_CGROUP_ARRAY); __type(key, __u32); __type(value, __u32); __uint(max_entries, 1); } group SEC(".maps");
const volatile bool by_group;
__u64 slots[32];

static int enqueue(struct task_struct *task)
{
	__u64 *at;
	if (by_group && !bpf_current_task_under_cgroup(&group, 0))
		return 0;
	at = bpf_task_storage_get(&since, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (at)
		*at = bpf_ktime_get_ns();
	return 0;
}

SEC("tp_btf/sched_wakeup") int BPF_PROG(woken, struct task_struct *task) { return enqueue(task); }
SEC("tp_btf/sched_wakeup_new") int BPF_PROG(born, struct task_struct *task) { return enqueue(task); }
SEC("tp_btf/sched_switch") int BPF_PROG(switched, bool preempt, struct task_struct *prev, struct task_struct *next)
{
	__u64 *at, delta;
	__u32 slot;
	if (prev->__state == 0)
		enqueue(prev);
	at = bpf_task_storage_get(&since, next, 0, 0);
	if (!at || !*at)
		return 0;
	delta = (bpf_ktime_get_ns() - *at) / 1000;
	for (slot = 0; slot < 31 && delta > 1; slot++)
		delta >>= 1;
	__sync_fetch_and_add(&slots[slot & 31], 1);
	*at = 0;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
