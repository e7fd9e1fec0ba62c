// Maps of maps: inner definition shared by a struct tag, and an anonymous one; initial values with a hole.
#define SEC(name) __attribute__((section(name), used))
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name
#define __array(name, val) typeof(val) *name[]

struct inner_map {
	__uint(type, 2); /* BPF_MAP_TYPE_ARRAY */
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, int);
} inner1 SEC(".maps"), inner2 SEC(".maps");

struct {
	__uint(type, 12); /* BPF_MAP_TYPE_ARRAY_OF_MAPS */
	__uint(max_entries, 4);
	__type(key, int);
	__array(values, struct inner_map);
} outer SEC(".maps") = {
	.values = { &inner1, 0, &inner2 },
};

struct {
	__uint(type, 13); /* BPF_MAP_TYPE_HASH_OF_MAPS */
	__uint(max_entries, 8);
	__uint(key_size, sizeof(int));
	__array(values, struct {
		__uint(type, 1); /* BPF_MAP_TYPE_HASH */
		__uint(max_entries, 2);
		__type(key, long);
		__type(value, char[16]);
	});
} by_name SEC(".maps");

static void *(*const bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;

SEC("tc") int look(void *skb)
{
	int key = 2;
	void *inner = bpf_map_lookup_elem(&outer, &key);
	int *value;

	if (!inner)
		return 0;
	key = 0;
	value = bpf_map_lookup_elem(inner, &key);
	if (!value)
		return 0;
	return *value + (bpf_map_lookup_elem(&by_name, &key) != 0);
}

char _license[] SEC("license") = "GPL";
