// Which programs start, and whose children they are: a ring buffer and a walk over kernel structs.

#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct event { __u32 pid, parent; __u64 start; __u32 args; char comm[16]; char name[64]; };
struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 1 << 18); } events SEC(".maps");
__u64 lost;

SEC("tp_btf/sched_process_exec") int BPF_PROG(started, struct task_struct *task, pid_t old, struct linux_binprm *binary)
{
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event) {
		__sync_fetch_and_add(&lost, 1);
		return 0;
	}
	event->pid = task->tgid;
	event->parent = BPF_CORE_READ(task, real_parent, tgid);
	event->start = BPF_CORE_READ(task, start_time);
	event->args = BPF_CORE_READ(binary, argc);
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	bpf_core_read_str(event->name, sizeof(event->name), &binary->filename);
	bpf_ringbuf_submit(event, 0);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
