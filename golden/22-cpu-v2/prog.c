// -mcpu=v2: jumps on < and <=, still no 32-bit arithmetic; xadd.
// CFLAGS: -mcpu=v2
#define SEC(name) __attribute__((section(name), used))

typedef unsigned int __u32;
typedef unsigned long long __u64;

__u64 counter;
static __u32 words[4];

SEC("cgroup/skb") int prog(__u32 *ctx)
{
	__u32 len = ctx[0], proto = ctx[4];
	int diff = (int)(len - proto);

	if (len < 64)
		return 0;
	if (diff <= -100)
		__sync_fetch_and_add(&counter, len);
	__sync_fetch_and_add(&words[proto & 3], 1);
	return diff >> 2;
}

char _license[] SEC("license") = "GPL";
