// A struct_ops map: data whose pointers to functions are relocated.
#define SEC(name) __attribute__((section(name), used))

struct sock;

struct tcp_congestion_ops {
	void (*init)(struct sock *sk);
	unsigned int (*ssthresh)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, unsigned int ack, unsigned int acked);
	unsigned int flags;
	char name[16];
	void *owner;
};

SEC("struct_ops/toy_init") void toy_init(struct sock *sk)
{
}

static SEC("struct_ops") unsigned int toy_ssthresh(struct sock *sk)
{
	return 2;
}

SEC("struct_ops") void toy_avoid(struct sock *sk, unsigned int ack, unsigned int acked)
{
}

SEC(".struct_ops.link") struct tcp_congestion_ops toy = {
	.init = toy_init,
	.ssthresh = toy_ssthresh,
	.flags = 5,
	.name = "bpf_toy",
};

SEC(".struct_ops") struct tcp_congestion_ops toy_old = {
	.init = toy_init,
	.cong_avoid = toy_avoid,
	.name = "bpf_toy_old",
};

char _license[] SEC("license") = "GPL";
