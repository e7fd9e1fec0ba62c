// A packet parser of the usual kind: bounds checks, a bounded loop over extension headers, counters by protocol.
#define SEC(name) __attribute__((section(name), used))
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name
#define bpf_htons(x) __builtin_bswap16(x)

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef __u16 __be16;

struct xdp_md {
	__u32 data;
	__u32 data_end;
	__u32 data_meta;
};

struct ethhdr {
	__u8 h_dest[6];
	__u8 h_source[6];
	__be16 h_proto;
} __attribute__((packed));

struct ipv6hdr {
	__u8 priority : 4, version : 4;
	__u8 flow_lbl[3];
	__be16 payload_len;
	__u8 nexthdr;
	__u8 hop_limit;
	__u8 addrs[32];
};

struct opt {
	__u8 nexthdr;
	__u8 len;
};

enum xdp_action { XDP_ABORTED, XDP_DROP, XDP_PASS };

struct {
	__uint(type, 6); /* BPF_MAP_TYPE_PERCPU_ARRAY */
	__uint(max_entries, 256);
	__type(key, __u32);
	__type(value, __u64);
} by_proto SEC(".maps");

static void *(*const bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;

static __attribute__((noinline)) int skip_options(struct xdp_md *ctx, int offset, int proto)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;

#pragma clang loop unroll(disable)
	for (int i = 0; i < 6; i++) {
		struct opt *opt = data + (offset & 0x3ff);

		if (proto != 0 && proto != 43 && proto != 60)
			return proto;
		if ((void *)(opt + 1) > end)
			return -1;
		proto = opt->nexthdr;
		offset += 8 + opt->len * 8;
	}
	return -1;
}

SEC("xdp") enum xdp_action count(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct ipv6hdr *ip6;
	__u64 *n;
	int proto;

	ip6 = data + sizeof(*eth);
	if ((void *)(ip6 + 1) > end)
		return XDP_DROP;
	if (eth->h_proto != bpf_htons(0x86dd) || ip6->version != 6)
		return XDP_PASS;
	proto = skip_options(ctx, sizeof(*eth) + sizeof(*ip6), ip6->nexthdr);
	if (proto < 0)
		return XDP_ABORTED;
	n = bpf_map_lookup_elem(&by_proto, &proto);
	if (n)
		*n += 1;
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
