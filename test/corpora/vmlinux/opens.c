// Who opens which file: two tracepoints that meet in a map, and a perf buffer.

#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct opening { const char *path; int flags; };
struct event { __u32 pid, uid; int result, flags; char comm[TASK_COMM_LEN]; char path[128]; };
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 10240); __type(key, __u32); __type(value, struct opening); } pending SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY); __uint(key_size, sizeof(__u32)); __uint(value_size, sizeof(__u32)); } events SEC(".maps");
const volatile pid_t only_pid = 0;
const volatile bool only_failed = false;

SEC("tracepoint/syscalls/sys_enter_openat") int enter(struct trace_event_raw_sys_enter *ctx)
{
	__u64 id = bpf_get_current_pid_tgid();
	__u32 thread = id;
	struct opening request = { (const char *)ctx->args[1], (int)ctx->args[2] };
	if (only_pid && only_pid != id >> 32)
		return 0;
	bpf_map_update_elem(&pending, &thread, &request, BPF_ANY);
	return 0;
}

SEC("tracepoint/syscalls/sys_exit_openat") int leave(struct trace_event_raw_sys_exit *ctx)
{
	struct event event = {};
	__u32 thread = bpf_get_current_pid_tgid();
	struct opening *request = bpf_map_lookup_elem(&pending, &thread);
	if (!request)
		return 0;
	event.result = ctx->ret;
	if (!only_failed || event.result < 0) {
		event.pid = bpf_get_current_pid_tgid() >> 32;
		event.uid = bpf_get_current_uid_gid();
		event.flags = request->flags;
		bpf_get_current_comm(event.comm, sizeof(event.comm));
		bpf_probe_read_user_str(event.path, sizeof(event.path), request->path);
		bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, &event, sizeof(event));
	}
	bpf_map_delete_elem(&pending, &thread);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
