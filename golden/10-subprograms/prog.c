// Subprograms: static and global, in .text, in the program's own section and in another one.
#define SEC(name) __attribute__((section(name)))
#define __noinline __attribute__((noinline))

typedef unsigned int __u32;

struct pkt {
	__u32 len;
	__u32 mark;
};

static __noinline int local_text(int a, int b)
{
	return a * b + 1;
}

__noinline int global_text(struct pkt *p)
{
	return p ? (int)p->len : 0;
}

static __noinline SEC("tc") int local_tc(__u32 n)
{
	return n ^ 0x55;
}

__noinline SEC("tc") int global_tc(__u32 n)
{
	return local_tc(n) + local_text(n, 3);
}

static __noinline SEC("cgroup_skb/egress") int elsewhere(struct pkt *p)
{
	return p->mark & 1;
}

SEC("tc") int entry(struct pkt *p)
{
	return local_text(p->len, 2) + global_text(p) + local_tc(p->mark) + global_tc(p->len) + elsewhere(p);
}

char _license[] SEC("license") = "GPL";
