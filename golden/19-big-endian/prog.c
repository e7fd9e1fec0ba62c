// Big endian: header, instructions (register nibbles swap), line info.
// CFLAGS: -target bpfeb
#define SEC(name) __attribute__((section(name), used))

typedef unsigned short __u16;
typedef unsigned int __u32;

struct xdp_md {
	__u32 data;
	__u32 data_end;
};

struct ethhdr {
	unsigned char dest[6];
	unsigned char source[6];
	__u16 proto;
};

SEC("xdp") int filter(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;

	if ((void *)(eth + 1) > end)
		return 1;
	if (eth->proto == 0x0800 && eth->source[0] != 0xff)
		return 2;
	return __builtin_bswap16(eth->proto) > 1500 ? 1 : 0;
}

char _license[] SEC("license") = "GPL";
