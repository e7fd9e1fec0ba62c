// Big endian: maps, data of all widths, bit-fields, relocations with addends, 64-bit immediates, a subprogram.
// CFLAGS: -target bpfeb
#define SEC(name) __attribute__((section(name), used))
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name
#define __array(name, val) typeof(val) *name[]

typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;

enum wide { SMALL = 1, LARGE = 0x1122334455667788ULL };

struct mixed {
	__u16 half;
	__u32 low : 5, high : 27;
	__u64 full;
	__u32 list[2];
};

struct inner {
	__uint(type, 2); /* BPF_MAP_TYPE_ARRAY */
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct mixed);
} inner SEC(".maps");

struct {
	__uint(type, 12); /* BPF_MAP_TYPE_ARRAY_OF_MAPS */
	__uint(max_entries, 2);
	__type(key, int);
	__array(values, struct inner);
} outer SEC(".maps") = { .values = { 0, &inner } };

struct mixed mixed = { .half = 0x1234, .low = 9, .high = 70000, .full = 0x0102030405060708ULL, .list = { 1, 2 } };
static volatile __u32 first = 0xdeadbeef, second = 0xcafe;
const volatile enum wide wide = LARGE;

static void *(*const bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;

static __attribute__((noinline)) __u64 mix(__u64 x)
{
	return x * 0x9e3779b97f4a7c15ULL + second;
}

SEC("tc") int prog(void *ctx)
{
	int key = 1;
	void *map = bpf_map_lookup_elem(&outer, &key);

	if (!map)
		return 0;
	mixed.full = mix(mixed.list[1]);
	return wide == LARGE ? first : mix(mixed.half);
}

char _license[] SEC("license") = "GPL";
