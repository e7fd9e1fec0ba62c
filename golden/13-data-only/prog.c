// No function at all: no .BTF.ext, and an empty .text.
#define SEC(name) __attribute__((section(name), used))
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name

struct config {
	int enabled;
	char name[12];
};

struct {
	__uint(type, 1); /* BPF_MAP_TYPE_HASH */
	__type(key, int);
	__type(value, struct config);
	__uint(max_entries, 4);
} configs SEC(".maps");

struct config fallback = { 1, "default" };
const long version = 3;

char _license[] SEC("license") = "GPL";
