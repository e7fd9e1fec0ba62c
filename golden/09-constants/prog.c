// Constants that the compiler makes: string literals, mergeable constants, initialisers of locals.
#define SEC(name) __attribute__((section(name), used))

typedef unsigned int __u32;
typedef unsigned long long __u64;

static long (*const bpf_trace_printk)(const char *fmt, __u32 size, ...) = (void *)6;
static long (*const bpf_strncmp)(const char *s1, __u32 s1_sz, const char *s2) = (void *)182;
static long (*const bpf_ktime_get_ns)(void) = (void *)5;

struct pair {
	__u64 a, b;
};

static const struct pair pairs[] = { { 1, 2 }, { 3, 4 }, { 5, 6 } };
static const __u32 four[4] = { 10, 20, 30, 40 };
static const char name[] = "swapper/0";

SEC("kprobe/do_nanosleep") int nap(void *ctx)
{
	__u64 now = bpf_ktime_get_ns();
	char comm[16] = "nothing";

	if (bpf_strncmp(comm, sizeof(comm), name) == 0)
		return 1;
	if (bpf_strncmp(comm, sizeof(comm), "kworker") == 0)
		return 2;
	bpf_trace_printk("nap %d\n", 8, four[now & 3]);
	bpf_trace_printk("pair %d\n", 9, pairs[now % 3].b);
	return bpf_strncmp(comm, sizeof(comm), "kworker") != 0;
}

char _license[] SEC("license") = "GPL";
