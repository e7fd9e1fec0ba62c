// Programs that replace a function of another program, and optional ones, of which a loader leaves out what it is not
// asked for. A code path that cannot be reached ends in a call of __bpf_trap.
#define SEC(name) __attribute__((section(name), used))
#define __noinline __attribute__((noinline))

struct xdp_md {
	unsigned int data;
	unsigned int data_end;
};

struct iphdr;

__noinline int parse(struct xdp_md *ctx)
{
	return ctx->data_end - ctx->data > 14;
}

SEC("freplace/parse_packet") int replacement(struct xdp_md *ctx)
{
	return parse(ctx) + 1;
}

SEC("?freplace/") int replace_unnamed(struct xdp_md *ctx)
{
	return 0;
}

SEC("freplace") int replace_later(struct iphdr *ip)
{
	return ip != 0;
}

SEC("?xdp") int optional(struct xdp_md *ctx)
{
	return parse(ctx);
}

SEC("xdp") int required(struct xdp_md *ctx)
{
	return 2;
}

SEC("?xdp.frags/devmap") int optional_frags(struct xdp_md *ctx)
{
	switch (ctx->data & 3) {
	case 0:
		return 1;
	case 1:
		return parse(ctx);
	case 2:
		return 3;
	case 3:
		return 0;
	}
	__builtin_unreachable();
}

SEC("?fentry.s/bpf_fentry_test1") int trapped(unsigned long long *ctx)
{
	if (ctx[0] == 3)
		__builtin_trap();
	return 0;
}

char _license[] SEC("license") = "GPL";
