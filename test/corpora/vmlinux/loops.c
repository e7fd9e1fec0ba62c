// Loops that call back, timers, and a user ring buffer: functions whose address is taken.

#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct element { struct bpf_timer timer; struct bpf_spin_lock lock; __u64 sum; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 4); __type(key, int); __type(value, struct element); } elements SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_USER_RINGBUF); __uint(max_entries, 4096); } commands SEC(".maps");
struct span { __u64 from, to, sum; };

static int add(__u32 index, struct span *span)
{
	span->sum += span->from + index;
	return span->from + index >= span->to;
}

static int fired(void *map, int *key, struct element *element)
{
	bpf_spin_lock(&element->lock);
	element->sum++;
	bpf_spin_unlock(&element->lock);
	bpf_timer_start(&element->timer, 1000000, 0);
	return 0;
}

static long command(struct bpf_dynptr *data, void *ctx)
{
	__u64 *span = ctx;
	bpf_dynptr_read(span, 8, data, 0, 0);
	return 0;
}

static long each(struct bpf_map *map, const int *key, struct element *element, struct span *span)
{
	span->sum += element->sum;
	return 0;
}

SEC("fentry/bpf_prog_test_run_syscall") int BPF_PROG(run)
{
	struct span span = { 1, 100 };
	int key = 0;
	struct element *element = bpf_map_lookup_elem(&elements, &key);
	bpf_loop(1000, add, &span, 0);
	bpf_for_each_map_elem(&elements, each, &span, 0);
	bpf_user_ringbuf_drain(&commands, command, &span.sum, 0);
	if (element) {
		bpf_timer_init(&element->timer, &elements, 1);
		bpf_timer_set_callback(&element->timer, fired);
		bpf_timer_start(&element->timer, 1000, 0);
	}
	return span.sum;
}

char LICENSE[] SEC("license") = "GPL";
