// A profiler: stacks, a perf event, and a map of counters.

#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct stack_key { __u32 pid; __s64 kernel, user; char comm[TASK_COMM_LEN]; };
struct { __uint(type, BPF_MAP_TYPE_STACK_TRACE); __uint(key_size, sizeof(__u32)); __uint(value_size, 127 * sizeof(__u64)); __uint(max_entries, 16384); } stacks SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_HASH); __type(key, struct stack_key); __type(value, __u64); __uint(max_entries, 16384); } counts SEC(".maps");
const volatile bool kernel_only, user_only, with_idle;

SEC("perf_event") int sample(struct bpf_perf_event_data *ctx)
{
	struct stack_key key = {};
	__u64 one = 1, *count;
	key.pid = bpf_get_current_pid_tgid() >> 32;
	if (!with_idle && !key.pid)
		return 0;
	key.kernel = user_only ? -1 : bpf_get_stackid(ctx, &stacks, 0);
	key.user = kernel_only ? -1 : bpf_get_stackid(ctx, &stacks, BPF_F_USER_STACK);
	bpf_get_current_comm(&key.comm, sizeof(key.comm));
	count = bpf_map_lookup_elem(&counts, &key);
	if (count)
		__sync_fetch_and_add(count, 1);
	else
		bpf_map_update_elem(&counts, &key, &one, BPF_NOEXIST);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
