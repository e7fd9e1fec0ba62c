// -mcpu=v1: no 32-bit arithmetic, only signed and unsigned > and >= jumps, 64-bit immediates for negative ints.
// CFLAGS: -mcpu=v1
#define SEC(name) __attribute__((section(name), used))

struct ctx {
	int a, b;
	unsigned int u;
	unsigned short port;
};

SEC("tc") int prog(struct ctx *ctx)
{
	int sum = ctx->a + ctx->b;

	if (sum < 10)
		return -1;
	if (ctx->u < 1000)
		return ctx->u * 3;
	if (ctx->port >= 1024 && ctx->a <= ctx->b)
		return sum / (ctx->u | 1u);
	return __builtin_bswap32(ctx->u) % 7;
}

char _license[] SEC("license") = "GPL";
