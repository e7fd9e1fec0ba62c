// A program array with initial programs, in two sections.
#define SEC(name) __attribute__((section(name), used))
#define __uint(name, val) int (*name)[val]
#define __array(name, val) typeof(val) *name[]

struct xdp_md {
	unsigned int data;
	unsigned int data_end;
};

static long (*const bpf_tail_call)(void *ctx, void *map, unsigned int index) = (void *)12;

int drop(struct xdp_md *ctx);
int pass(struct xdp_md *ctx);

struct {
	__uint(type, 3); /* BPF_MAP_TYPE_PROG_ARRAY */
	__uint(max_entries, 4);
	__uint(key_size, sizeof(int));
	__array(values, int(struct xdp_md *));
} jumps SEC(".maps") = {
	.values = { [1] = drop, [3] = pass },
};

SEC("xdp") int drop(struct xdp_md *ctx)
{
	return 1;
}

SEC("xdp.frags") int pass(struct xdp_md *ctx)
{
	return 2;
}

SEC("xdp") int entry(struct xdp_md *ctx)
{
	bpf_tail_call(ctx, &jumps, ctx->data & 3);
	return 0;
}

char _license[] SEC("license") = "GPL";
