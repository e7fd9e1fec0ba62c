// Initial values that are local symbols: relocations against the section with the offset in place.
#define SEC(name) __attribute__((section(name), used))
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name
#define __array(name, val) typeof(val) *name[]
#define __hidden __attribute__((visibility("hidden")))
#define __weak __attribute__((weak))

static long (*const bpf_tail_call)(void *ctx, void *map, unsigned int index) = (void *)12;

SEC("tc") int first(void *ctx)
{
	return 1;
}

static SEC("tc") int tail(void *ctx)
{
	return 2;
}

static struct inner {
	__uint(type, 2); /* BPF_MAP_TYPE_ARRAY */
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, long);
} inner_a SEC(".maps"), inner_b SEC(".maps");

struct {
	__uint(type, 12); /* BPF_MAP_TYPE_ARRAY_OF_MAPS */
	__uint(max_entries, 2);
	__type(key, int);
	__array(values, struct inner);
} outer __hidden SEC(".maps") = { .values = { &inner_b, &inner_a } };

struct {
	__uint(type, 3); /* BPF_MAP_TYPE_PROG_ARRAY */
	__uint(max_entries, 2);
	__type(key, int);
	__array(values, int(void *));
} jumps __weak SEC(".maps") = { .values = { tail, first } };

SEC("tc") int entry(void *ctx)
{
	bpf_tail_call(ctx, &jumps, 0);
	bpf_tail_call(ctx, &outer, 1);
	return 0;
}

char _license[] SEC("license") = "GPL";
