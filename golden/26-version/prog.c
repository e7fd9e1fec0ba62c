// A version section, a license of another name that stands first, and an old-style map definition.
#define SEC(name) __attribute__((section(name), used))

struct bpf_map_def {
	unsigned int type;
	unsigned int key_size;
	unsigned int value_size;
	unsigned int max_entries;
	unsigned int map_flags;
};

char __license[] SEC("license") = "GPL v2";
unsigned int _version SEC("version") = 0x060c00;

struct bpf_map_def SEC("maps") table = {
	.type = 2, /* BPF_MAP_TYPE_ARRAY */
	.key_size = 4,
	.value_size = 8,
	.max_entries = 32,
};

static void *(*const bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;

SEC("kprobe/sys_write") int bump(void *ctx)
{
	unsigned int key = 3;
	long *value = bpf_map_lookup_elem(&table, &key);

	if (value)
		*value += 1;
	return 0;
}
