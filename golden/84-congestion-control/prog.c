// A congestion control of TCP, as one writes it: struct_ops with CO-RE access to the socket, kernel functions, flavours
// for older kernels, bit-fields of the kernel, a setting, and a function shared by two algorithms.
#define SEC(name) __attribute__((section(name), used))
#define __core __attribute__((preserve_access_index))
#define __ksym __attribute__((section(".ksyms")))
#define __kconfig __attribute__((section(".kconfig")))
#define __weak __attribute__((weak))
#define __noinline __attribute__((noinline))

typedef unsigned char __u8;
typedef unsigned int __u32;
typedef unsigned long long __u64;

enum tcp_ca_state { TCP_CA_Open, TCP_CA_Disorder, TCP_CA_CWR, TCP_CA_Recovery, TCP_CA_Loss };

enum tcp_ca_event { CA_EVENT_TX_START, CA_EVENT_CWND_RESTART };

struct sock {
	unsigned long sk_pacing_rate;
	__u32 sk_pacing_status;
} __core;

struct inet_connection_sock {
	struct sock icsk_sk;
	__u8 icsk_ca_state : 5, icsk_ca_initialized : 1, icsk_ca_setsockopt : 1, icsk_ca_dst_locked : 1;
	__u64 icsk_ca_priv[13];
} __core;

struct tcp_sock {
	struct inet_connection_sock inet_conn;
	__u32 snd_cwnd;
	__u32 snd_cwnd_cnt;
	__u32 snd_ssthresh;
	__u32 prior_cwnd;
} __core;

struct tcp_sock___old {
	__u32 snd_cwnd_used;
} __core;

struct rate_sample;

struct tcp_congestion_ops {
	__u32 (*ssthresh)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, __u32 ack, __u32 acked);
	void (*set_state)(struct sock *sk, __u8 new_state);
	void (*cwnd_event)(struct sock *sk, enum tcp_ca_event ev);
	void (*cong_control)(struct sock *sk, __u32 ack, int flag, const struct rate_sample *rs);
	__u32 (*undo_cwnd)(struct sock *sk);
	void (*init)(struct sock *sk);
	char name[16];
	__u32 flags;
};

struct private {
	__u32 losses, beta;
};

extern __u32 tcp_slow_start(struct tcp_sock *tp, __u32 acked) __ksym;
extern void tcp_cong_avoid_ai(struct tcp_sock *tp, __u32 w, __u32 acked) __ksym;
extern __u32 tcp_reno_undo_cwnd(struct sock *sk) __ksym __weak;
extern int CONFIG_HZ __kconfig;

char _license[] SEC("license") = "GPL";

const volatile __u32 beta = 717;
__u64 calls[TCP_CA_Loss + 1];

static inline struct private *private_of(const struct sock *sk)
{
	return (void *)((struct inet_connection_sock *)sk)->icsk_ca_priv;
}

static __noinline int state_of(struct inet_connection_sock *icsk)
{
	return __builtin_preserve_field_info(icsk->icsk_ca_state, 5) - __builtin_preserve_field_info(icsk->icsk_ca_state, 4);
}

SEC("struct_ops") void toy_init(struct sock *sk)
{
	struct private *p = private_of(sk);

	p->beta = beta * CONFIG_HZ / 1000;
	calls[TCP_CA_Open]++;
}

SEC("struct_ops") __u32 toy_ssthresh(struct sock *sk)
{
	struct tcp_sock *tp = (struct tcp_sock *)sk;
	struct tcp_sock___old *old = (void *)sk;

	if (__builtin_preserve_field_info(old->snd_cwnd_used, 2))
		return old->snd_cwnd_used;
	tp->prior_cwnd = tp->snd_cwnd;
	return tp->snd_cwnd * private_of(sk)->beta / 1024;
}

SEC("struct_ops") void toy_avoid(struct sock *sk, __u32 ack, __u32 acked)
{
	struct tcp_sock *tp = (struct tcp_sock *)sk;

	if (tp->snd_cwnd < tp->snd_ssthresh)
		acked = tcp_slow_start(tp, acked);
	if (acked)
		tcp_cong_avoid_ai(tp, tp->snd_cwnd, acked);
}

SEC("struct_ops") void toy_state(struct sock *sk, __u8 new_state)
{
	if (new_state == __builtin_preserve_enum_value(*(enum tcp_ca_state *)TCP_CA_Loss, 1))
		private_of(sk)->losses += state_of((void *)sk);
	if (new_state <= TCP_CA_Loss)
		calls[new_state]++;
}

SEC("struct_ops") __u32 toy_undo(struct sock *sk)
{
	if (tcp_reno_undo_cwnd)
		return tcp_reno_undo_cwnd(sk);
	return ((struct tcp_sock *)sk)->prior_cwnd;
}

SEC(".struct_ops")
struct tcp_congestion_ops toy = {
	.init = toy_init,
	.ssthresh = toy_ssthresh,
	.cong_avoid = toy_avoid,
	.set_state = toy_state,
	.undo_cwnd = toy_undo,
	.name = "bpf_toy",
};

SEC(".struct_ops.link")
struct tcp_congestion_ops toy_linked = {
	.ssthresh = toy_ssthresh,
	.cong_avoid = toy_avoid,
	.undo_cwnd = toy_undo,
	.flags = 1,
	.name = "bpf_toy_linked",
};
