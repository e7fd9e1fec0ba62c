// Line records: equal neighbours, a statement over several lines, macros, tabs, quotes and backslashes in the text.
#define SEC(name) __attribute__((section(name), used))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

static long (*const bpf_trace_printk)(const char *fmt, unsigned int size, ...) = (void *)6;

struct ctx {
	int a, b, c;
	unsigned long ids[4];
};

static const char fmt[] = "x=\"%d\"\\t";

SEC("tc") int prog(struct ctx *ctx)
{
	int best = MAX(ctx->a, ctx->b),	other	=	ctx->c;	/* "tabs" and \back\slashes */
	unsigned long sum = 0;

#pragma unroll
	for (int i = 0; i < 4; i++) sum += ctx->ids[i] * ctx->ids[i];
	if (best > other &&
	    sum != 0) {
		bpf_trace_printk(fmt,
				 sizeof(fmt),
				 best, "\ttab\n");
	}
	return best + other + (int)sum; // back at the café
}

char _license[] SEC("license") = "GPL";
