// Function addresses in code: callbacks of bpf_loop, static and global.
#define SEC(name) __attribute__((section(name), used))

typedef unsigned int __u32;
typedef unsigned long long __u64;

static long (*const bpf_loop)(__u32 n, void *callback, void *ctx, __u64 flags) = (void *)181;

static __u64 sum;

struct state {
	__u64 acc;
	__u32 step;
};

static long add(__u32 i, struct state *s)
{
	s->acc += i * s->step;
	return s->acc > 1000;
}

long count(__u32 i, void *ctx)
{
	sum++;
	return 0;
}

SEC("fentry/do_exit") int run(void *ctx)
{
	struct state s = { .step = 3 };

	bpf_loop(100, add, &s, 0);
	bpf_loop(10, count, 0, 0);
	sum += s.acc;
	return 0;
}

char _license[] SEC("license") = "GPL";
