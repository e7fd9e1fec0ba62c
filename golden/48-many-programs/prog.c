// Programs of many types whose sections share names, prefixes and tails, with line info for each.
#define SEC(name) __attribute__((section(name), used))

static volatile int runs;

static __attribute__((noinline)) int bump(int by)
{
	runs += by;
	return runs;
}

SEC("kprobe") int a(void *ctx)
{
	return bump(1);
}

SEC("kprobe.multi/tcp_*") int b(void *ctx)
{
	return bump(2);
}

SEC("?kprobe") int c(void *ctx)
{
	return bump(3);
}

SEC("fentry.s/bpf_fentry_test1") int d(void *ctx)
{
	return bump(4);
}

SEC("usdt/./urandom_read:urand:read_without_sema") int e(void *ctx)
{
	return bump(5);
}

SEC("iter/task") int f(void *ctx)
{
	return bump(6);
}

SEC("kprobe") int g(void *ctx)
{
	return bump(7);
}

SEC("cgroup_skb/ingress") int h(void *ctx)
{
	return bump(8) & 1;
}

char _license[] SEC("license") = "GPL";
