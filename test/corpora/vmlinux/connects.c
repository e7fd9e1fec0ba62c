// Which addresses are connected to: kprobe, kretprobe, unions of addresses, fields that a bit decides.

#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct flow { union { __u32 v4; __u8 v6[16]; } from, to; __u16 port; __u16 family; };
struct { __uint(type, BPF_MAP_TYPE_LRU_HASH); __uint(max_entries, 4096); __type(key, __u32); __type(value, struct sock *); } sockets SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_PERCPU_HASH); __uint(max_entries, 4096); __type(key, struct flow); __type(value, __u64); } flows SEC(".maps");
__u64 only_six;

static __noinline int note(struct sock *sk, __u16 family)
{
	struct flow flow = { .family = family };
	__u64 one = 1, *count;
	if (family == 2) {
		BPF_CORE_READ_INTO(&flow.from.v4, sk, __sk_common.skc_rcv_saddr);
		BPF_CORE_READ_INTO(&flow.to.v4, sk, __sk_common.skc_daddr);
	} else {
		BPF_CORE_READ_INTO(&flow.from.v6, sk, __sk_common.skc_v6_rcv_saddr.in6_u.u6_addr8);
		BPF_CORE_READ_INTO(&flow.to.v6, sk, __sk_common.skc_v6_daddr.in6_u.u6_addr8);
		only_six += BPF_CORE_READ_BITFIELD_PROBED(sk, __sk_common.skc_ipv6only);
	}
	flow.port = __builtin_bswap16(BPF_CORE_READ(sk, __sk_common.skc_dport));
	count = bpf_map_lookup_elem(&flows, &flow);
	if (count)
		*count += 1;
	else
		bpf_map_update_elem(&flows, &flow, &one, BPF_NOEXIST);
	return 0;
}

SEC("kprobe/tcp_v4_connect") int BPF_KPROBE(connect_four, struct sock *sk)
{
	__u32 thread = bpf_get_current_pid_tgid();
	bpf_map_update_elem(&sockets, &thread, &sk, 0);
	return 0;
}

SEC("kretprobe/tcp_v4_connect") int BPF_KRETPROBE(connected_four, int result)
{
	__u32 thread = bpf_get_current_pid_tgid();
	struct sock **sk = bpf_map_lookup_elem(&sockets, &thread);
	if (sk && !result)
		note(*sk, 2);
	bpf_map_delete_elem(&sockets, &thread);
	return 0;
}

SEC("fexit/tcp_v6_connect") int BPF_PROG(connected_six, struct sock *sk, struct sockaddr *address, int length, int result)
{
	return result ? 0 : note(sk, 10);
}

char LICENSE[] SEC("license") = "GPL";
