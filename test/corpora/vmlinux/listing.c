// Iterators: tasks and the maps of the kernel, printed into a file.

#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

static const char header[] = "   pid  threads name\n";
__u32 seen;

SEC("iter/task") int tasks(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	__u64 args[3];
	if (!task) {
		BPF_SEQ_PRINTF(seq, "%u tasks\n", seen);
		return 0;
	}
	if (ctx->meta->seq_num == 0)
		bpf_seq_write(seq, header, sizeof(header) - 1);
	seen++;
	BPF_SEQ_PRINTF(seq, "%6d %8d %s\n", task->pid, task->signal->nr_threads, task->comm);
	return 0;
}

SEC("iter/bpf_map") int maps(struct bpf_iter__bpf_map *ctx)
{
	struct bpf_map *map = ctx->map;
	if (map)
		BPF_SEQ_PRINTF(ctx->meta->seq, "%4u %-16s %6d\n", map->id, map->name, map->max_entries);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
