// Hash, array, LRU and per-CPU maps with key and value types: scalars, typedefs, structs, an array.
#define SEC(name) __attribute__((section(name), used))
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name

typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef unsigned short __u16;

enum {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_LRU_HASH = 9,
};

struct flow {
	__u32 saddr;
	__u32 daddr;
	__u16 port[2];
};

struct stats {
	__u64 packets;
	__u64 bytes;
	struct flow last;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct flow);
	__type(value, struct stats);
	__uint(map_flags, 1);
} flows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 256);
} counters SEC(".maps");

struct {
	__type(key, int);
	__type(value, __u64[4]);
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16);
	__uint(pinning, 1);
} recent SEC(".maps");

static struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct stats);
} scratch SEC(".maps");

static void *(*const bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;
static long (*const bpf_map_update_elem)(void *map, const void *key, const void *value, __u64 flags) = (void *)2;

SEC("xdp") int count(void *ctx)
{
	__u32 zero = 0;
	struct stats *s = bpf_map_lookup_elem(&scratch, &zero);
	__u64 *n;

	if (!s)
		return 1;
	s->packets++;
	bpf_map_update_elem(&flows, &s->last, s, 0);
	n = bpf_map_lookup_elem(&counters, &zero);
	if (n)
		*n += s->bytes;
	n = bpf_map_lookup_elem(&recent, &zero);
	if (n)
		n[3] = 7;
	return 2;
}

char _license[] SEC("license") = "GPL";
