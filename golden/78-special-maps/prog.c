// Maps with rules of their own: bloom filter, LPM trie, ring buffers both ways, storages of tasks, sockets, inodes and
// cgroups, queues, sockets, devices, and the members that few maps have.
#define SEC(name) __attribute__((section(name), used))
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name
#define __array(name, val) typeof(val) *name[]

typedef unsigned char __u8;
typedef unsigned int __u32;
typedef unsigned long long __u64;

struct bpf_dynptr {
	__u64 __opaque[2];
} __attribute__((aligned(8)));

struct prefix {
	__u32 prefixlen;
	__u8 address[4];
};

struct totals {
	__u64 packets, bytes;
};

struct {
	__uint(type, 30); /* BPF_MAP_TYPE_BLOOM_FILTER */
	__type(value, __u64);
	__uint(max_entries, 1000);
	__uint(map_extra, 3); /* hash functions */
} seen SEC(".maps");

struct {
	__uint(type, 11); /* BPF_MAP_TYPE_LPM_TRIE */
	__type(key, struct prefix);
	__type(value, struct totals);
	__uint(map_flags, 1); /* BPF_F_NO_PREALLOC */
	__uint(max_entries, 64);
} routes SEC(".maps");

struct {
	__uint(type, 27); /* BPF_MAP_TYPE_RINGBUF */
	__uint(max_entries, 64 * 1024);
} down SEC(".maps");

struct {
	__uint(type, 31); /* BPF_MAP_TYPE_USER_RINGBUF */
	__uint(max_entries, 4096);
} up SEC(".maps");

#define STORAGE(name, number) \
	struct { \
		__uint(type, number); \
		__uint(map_flags, 1); \
		__type(key, int); \
		__type(value, struct totals); \
	} name SEC(".maps")

STORAGE(by_task, 29); /* BPF_MAP_TYPE_TASK_STORAGE */
STORAGE(by_sk, 24); /* BPF_MAP_TYPE_SK_STORAGE */
STORAGE(by_inode, 28); /* BPF_MAP_TYPE_INODE_STORAGE */
STORAGE(by_cgroup, 32); /* BPF_MAP_TYPE_CGRP_STORAGE */

struct {
	__uint(type, 22); /* BPF_MAP_TYPE_QUEUE */
	__type(value, __u32);
	__uint(max_entries, 10);
} fifo SEC(".maps");

struct {
	__uint(type, 23); /* BPF_MAP_TYPE_STACK */
	__uint(value_size, 12);
	__uint(max_entries, 10);
} lifo SEC(".maps");

struct {
	__uint(type, 18); /* BPF_MAP_TYPE_SOCKHASH */
	__uint(key_size, 4);
	__uint(value_size, 8);
	__uint(max_entries, 16);
} sockets SEC(".maps");

struct {
	__uint(type, 25); /* BPF_MAP_TYPE_DEVMAP_HASH */
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 8);
	__uint(pinning, 1); /* LIBBPF_PIN_BY_NAME */
} devices SEC(".maps");

struct {
	__uint(type, 13); /* BPF_MAP_TYPE_HASH_OF_MAPS */
	__type(key, __u64);
	__uint(max_entries, 2);
	__array(values, struct {
		__uint(type, 27);
		__uint(max_entries, 4096);
	});
} rings SEC(".maps") = { .values = {} };

static long (*const bpf_map_push_elem)(void *map, const void *value, __u64 flags) = (void *)87;
static long (*const bpf_map_peek_elem)(void *map, void *value) = (void *)89;
static void *(*const bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;
static void *(*const bpf_ringbuf_reserve)(void *ringbuf, __u64 size, __u64 flags) = (void *)131;
static void (*const bpf_ringbuf_submit)(void *data, __u64 flags) = (void *)132;
static long (*const bpf_user_ringbuf_drain)(void *map, void *callback, void *ctx, __u64 flags) = (void *)209;
static void *(*const bpf_get_current_task_btf)(void) = (void *)158;
static void *(*const bpf_task_storage_get)(void *map, void *task, void *value, __u64 flags) = (void *)156;
static long (*const bpf_dynptr_read)(void *dst, __u32 len, const struct bpf_dynptr *src, __u32 offset, __u64 flags) = (void *)201;

static long drain(struct bpf_dynptr *ptr, struct totals *sum)
{
	__u64 bytes = 0;

	bpf_dynptr_read(&bytes, sizeof(bytes), ptr, 0, 0);
	sum->packets++;
	sum->bytes += bytes;
	return 0;
}

SEC("tp_btf/task_newtask") int prog(__u64 *ctx)
{
	struct prefix key = { .prefixlen = 32, .address = { 10, 0, 0, 1 } };
	struct totals *t = bpf_map_lookup_elem(&routes, &key), sum = {};
	__u64 *slot;

	if (bpf_map_peek_elem(&seen, &ctx[1]))
		bpf_map_push_elem(&seen, &ctx[1], 0);
	bpf_map_push_elem(&fifo, &key, 0);
	bpf_user_ringbuf_drain(&up, drain, &sum, 0);
	if (t)
		t->bytes += sum.bytes;
	t = bpf_task_storage_get(&by_task, bpf_get_current_task_btf(), 0, 1);
	if (t)
		t->packets += sum.packets;
	slot = bpf_ringbuf_reserve(&down, 8, 0);
	if (!slot)
		return 1;
	*slot = sum.bytes;
	bpf_ringbuf_submit(slot, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
