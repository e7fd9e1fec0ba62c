// Maps given by sizes: perf event array, ring buffer, LPM trie, stack trace, bloom filter with map_extra, NUMA node.
#define SEC(name) __attribute__((section(name), used))
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name
#define __ulong(name, val) enum { __unique_##name = val } name

typedef unsigned int __u32;
typedef unsigned long long __u64;

struct {
	__uint(type, 4); /* BPF_MAP_TYPE_PERF_EVENT_ARRAY */
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
	__uint(max_entries, 0);
} events SEC(".maps");

struct {
	__uint(type, 27); /* BPF_MAP_TYPE_RINGBUF */
	__uint(max_entries, 256 * 1024);
} rb SEC(".maps");

struct {
	__uint(type, 11); /* BPF_MAP_TYPE_LPM_TRIE */
	__uint(map_flags, 1); /* BPF_F_NO_PREALLOC */
	__uint(key_size, 8);
	__uint(value_size, 16);
	__uint(max_entries, 10000);
} routes SEC(".maps");

struct {
	__uint(type, 7); /* BPF_MAP_TYPE_STACK_TRACE */
	__uint(key_size, 4);
	__uint(value_size, 127 * 8);
	__uint(max_entries, 64);
} stacks SEC(".maps");

struct {
	__uint(type, 30); /* BPF_MAP_TYPE_BLOOM_FILTER */
	__type(value, __u64);
	__uint(max_entries, 1000);
	__uint(map_extra, 3);
	__uint(numa_node, 0);
	__uint(map_flags, 4); /* BPF_F_NUMA_NODE */
} seen SEC(".maps");

static long (*const bpf_perf_event_output)(void *ctx, void *map, __u64 flags, void *data, __u64 size) = (void *)25;
static long (*const bpf_get_stackid)(void *ctx, void *map, __u64 flags) = (void *)27;
static void *(*const bpf_ringbuf_reserve)(void *rb, __u64 size, __u64 flags) = (void *)131;
static void (*const bpf_ringbuf_submit)(void *data, __u64 flags) = (void *)132;

SEC("raw_tp/sched_switch") int on_switch(void *ctx)
{
	long id = bpf_get_stackid(ctx, &stacks, 0);
	long *slot;

	if (id < 0)
		return 0;
	slot = bpf_ringbuf_reserve(&rb, sizeof(*slot), 0);
	if (slot) {
		*slot = id;
		bpf_ringbuf_submit(slot, 0);
	} else {
		bpf_perf_event_output(ctx, &events, 0xffffffffULL, &id, sizeof(id));
	}
	return 0;
}

char _license[] SEC("license") = "GPL";
