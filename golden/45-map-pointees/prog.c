// Structs reached from a map are complete, also where a pointer leads on; the same structs pruned elsewhere.
#define SEC(name) __attribute__((section(name), used))
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name
#define __array(name, val) typeof(val) *name[]

typedef unsigned int __u32;
typedef unsigned long long __u64;

struct third {
	int x;
};

struct second {
	struct third *third;
	const struct third *thirds[2];
};

struct first {
	struct second second;
	struct second *more;
	struct first *next;
	enum { COLD, WARM = 20 } heat;
};

typedef struct first first_t;

struct elsewhere {
	first_t *f;
	struct third *t;
};

struct inner {
	__uint(type, 9); /* BPF_MAP_TYPE_LRU_HASH */
	__uint(max_entries, 3);
	__type(key, first_t);
	__type(value, struct third *);
};

struct {
	__uint(type, 13); /* BPF_MAP_TYPE_HASH_OF_MAPS */
	__uint(max_entries, 3);
	__type(key, const volatile __u32);
	__array(values, struct inner);
} table SEC(".maps");

struct {
	__uint(type, 2); /* BPF_MAP_TYPE_ARRAY */
	__uint(max_entries, 3);
	__type(key, __u32);
	__type(value, struct { first_t first[2]; struct elsewhere *other; });
	__uint(map_flags, 0x400 | 0x80); /* BPF_F_MMAPABLE | BPF_F_RDONLY_PROG */
} state SEC(".maps");

static void *(*const bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;

SEC("perf_event") int sample(struct elsewhere *e)
{
	__u32 key = e->f->heat;
	struct first *f = bpf_map_lookup_elem(&state, &key);

	if (!f)
		return 0;
	return bpf_map_lookup_elem(&table, &key) != 0;
}

struct elsewhere last;
char _license[] SEC("license") = "GPL";
