// Line info of two files: an inlined and a called function of a header.
#include "parse.h"

#define SEC(name) __attribute__((section(name), used))

struct xdp_md {
	unsigned int data;
	unsigned int data_end;
};

SEC("xdp") int prog(struct xdp_md *ctx)
{
	struct cursor c = {
		.pos = (void *)(long)ctx->data,
		.end = (void *)(long)ctx->data_end,
	};
	int kind = parse_byte(&c);

	if (kind == 4)
		return parse_word(&c) & 7;
	return kind < 0 ? 1 : 2;
}

char _license[] SEC("license") = "GPL";
