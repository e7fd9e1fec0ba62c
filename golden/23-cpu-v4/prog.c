// -mcpu=v4: signed division and modulo, sign-extending moves and loads, bswap, stores of immediates.
// CFLAGS: -mcpu=v4
#define SEC(name) __attribute__((section(name), used))

typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;

struct ctx {
	signed char c;
	short s;
	int i;
	long l;
	__u64 u;
};

struct out {
	char byte;
	short half;
	int word;
	long dword;
};

struct out out;
volatile long results[8];

SEC("tc") int prog(struct ctx *ctx)
{
	results[0] = ctx->c;
	results[1] = ctx->s;
	results[2] = ctx->i;
	results[3] = ctx->l / 7;
	results[4] = ctx->l % (ctx->i | 1);
	results[5] = __builtin_bswap64(ctx->u);
	results[6] = __builtin_bswap32((__u32)ctx->u) + __builtin_bswap16((__u16)ctx->u);
	results[7] = (signed char)ctx->l + (short)ctx->u + (int)(ctx->u >> 3);
	out.byte = 1;
	out.half = -2;
	out.word = 3;
	out.dword = -4;
	return ctx->i / ctx->s + (ctx->i % 3);
}

char _license[] SEC("license") = "GPL";
