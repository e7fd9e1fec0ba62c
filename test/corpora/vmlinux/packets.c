// A classifier and an XDP program that share maps, a tail call and a sub-program with tables.

#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct prefix { __u32 bits; __u8 address[4]; };
struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __uint(max_entries, 4); __uint(key_size, 4); __uint(value_size, 4); } stages SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_LPM_TRIE); __uint(max_entries, 1024); __uint(map_flags, BPF_F_NO_PREALLOC); __type(key, struct prefix); __type(value, __u32); } routes SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_DEVMAP_HASH); __uint(max_entries, 16); __type(key, __u32); __type(value, struct bpf_devmap_val); } devices SEC(".maps");
struct inner { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 8); __type(key, __u32); __type(value, __u64); } counters SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS); __uint(max_entries, 8); __type(key, __u32); __array(values, struct inner); } tenants SEC(".maps") = { .values = { [1] = &counters } };
static const __u8 weights[16] = { 3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3 };

static __noinline int weigh(__u32 tenant, __u32 slot)
{
	void *inner = bpf_map_lookup_elem(&tenants, &tenant);
	__u64 *count;
	slot &= 7;
	count = inner ? bpf_map_lookup_elem(inner, &slot) : 0;
	if (!count)
		return -1;
	*count += weights[slot * 2 & 15];
	return 0;
}

SEC("xdp") int ingress(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	if ((void *)(ip + 1) > end || eth->h_proto != __builtin_bswap16(0x0800))
		return XDP_PASS;
	weigh(1, ip->tos);
	bpf_tail_call(ctx, &stages, ip->ihl & 3);
	return bpf_redirect_map(&devices, ctx->ingress_ifindex, XDP_PASS);
}

SEC("tc") int egress(struct __sk_buff *skb)
{
	struct prefix route = { 32 };
	__builtin_memcpy(route.address, &skb->priority, 4);
	return bpf_map_lookup_elem(&routes, &route) ? 0 : weigh(skb->mark, skb->tc_index);
}

char LICENSE[] SEC("license") = "GPL";
