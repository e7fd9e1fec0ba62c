// Key and value structs that no program names but through pointers are complete all the same.
#define SEC(name) __attribute__((section(name), used))
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name

typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef unsigned short __u16;
typedef __u16 __be16;

struct addr {
	union {
		__u32 v4;
		__u32 v6[4];
	};
	__be16 port;
	__u16 family : 4, spare : 12;
};

struct node;

struct bucket {
	struct node *first;
	struct addr peer;
	__u64 hist[4][2];
	void (*fn)(struct addr *a, int how);
};

struct node {
	struct node *next;
	struct bucket *home;
};

typedef enum { OPEN = 1, CLOSED } phase_t;

struct {
	__uint(type, 1); /* BPF_MAP_TYPE_HASH */
	__uint(max_entries, 64);
	__type(key, struct addr);
	__type(value, struct bucket);
} buckets SEC(".maps");

struct {
	__uint(type, 2); /* BPF_MAP_TYPE_ARRAY */
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, phase_t);
} phases SEC(".maps");

struct {
	__uint(type, 1); /* BPF_MAP_TYPE_HASH */
	__uint(max_entries, 1);
	__type(key, struct { int cpu; char name[4]; });
	__type(value, const struct node *);
} inline_key SEC(".maps");

static void *(*const bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;
static long (*const bpf_map_delete_elem)(void *map, const void *key) = (void *)3;

SEC("sockops") int on_op(struct addr *a)
{
	struct bucket *b = bpf_map_lookup_elem(&buckets, a);
	int zero = 0;
	phase_t *p;

	if (!b)
		return 0;
	b->hist[2][1] += 1;
	p = bpf_map_lookup_elem(&phases, &zero);
	if (p && *p == CLOSED)
		bpf_map_delete_elem(&buckets, a);
	return bpf_map_delete_elem(&inline_key, b);
}

char _license[] SEC("license") = "GPL";
