// Weak and hidden at once, of everything that has a symbol: functions, programs, variables, maps, operations, externs.
#define SEC(name) __attribute__((section(name), used))
#define __ksym __attribute__((section(".ksyms")))
#define __weak __attribute__((weak))
#define __hidden __attribute__((visibility("hidden")))
#define __noinline __attribute__((noinline))
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name

typedef unsigned int __u32;

static void *(*const bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;
static long (*const bpf_loop)(__u32 n, void *fn, void *ctx, unsigned long flags) = (void *)181;

struct ops {
	int (*run)(int *ctx);
	char name[4];
};

struct one_slot {
	__uint(type, 2); /* BPF_MAP_TYPE_ARRAY */
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, long);
} weak_map SEC(".maps") __weak, hidden_map SEC(".maps") __hidden, both_map SEC(".maps") __weak __hidden;

extern int weak_extern(int a) __weak;
extern int hidden_extern(int a) __hidden;
extern int both_extern(int a) __weak __hidden;
extern int both_variable __weak __hidden;
extern int both_kfunc(int a) __ksym __weak __hidden;
extern const void both_ksym __ksym __weak __hidden;

int both_zero __weak __hidden;
int both_value __weak __hidden = 1;
const volatile int both_const __weak __hidden = 2;
SEC(".data.both") int both_custom __weak __hidden = 3;

__weak __hidden int both_function(int a)
{
	both_zero += a;
	return a + both_value;
}

__weak __hidden int both_callback(__u32 i, void *ctx)
{
	return both_const + both_custom;
}

SEC("tc") __weak __hidden int both_beside(int *ctx)
{
	bpf_loop(2, both_callback, 0, 0);
	return both_function(ctx[0]);
}

SEC("?tc") __hidden int hidden_beside(int *ctx)
{
	return both_extern ? both_extern(1) + weak_extern(2) + hidden_extern(3) : both_beside(ctx);
}

SEC("tc") int prog(int *ctx)
{
	__u32 key = 0;
	int sum = hidden_beside(ctx);

	if (bpf_map_lookup_elem(&weak_map, &key) && bpf_map_lookup_elem(&hidden_map, &key))
		sum++;
	if (both_kfunc && bpf_map_lookup_elem(&both_map, &key))
		sum += both_kfunc(4);
	if (&both_variable && &both_ksym)
		sum += both_variable;
	return sum;
}

SEC("struct_ops") __weak int run(int *ctx)
{
	return both_function(0);
}

SEC(".struct_ops.link") struct ops weak_ops __weak = { .run = run, .name = "one" };
SEC(".struct_ops.link") struct ops both_ops __weak __hidden = { .run = run, .name = "two" };

char _license[] SEC("license") = "GPL";
