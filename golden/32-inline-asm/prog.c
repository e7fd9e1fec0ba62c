// Inline assembly: one record for the whole blob; jumps inside it, a wide constant, byte loads of the packet.
#define SEC(name) __attribute__((section(name), used))

typedef unsigned int __u32;
typedef unsigned long long __u64;

struct __sk_buff {
	__u32 len;
	__u32 pkt_type;
};

SEC("socket") int prog(struct __sk_buff *skb)
{
	__u64 value;
	__u32 len = skb->len;

	asm volatile("r6 = %[skb]\n"
		     "r0 = *(u16 *)skb[12]\n"
		     "if r0 != 0x86dd goto 1f\n"
		     "r0 = 0xffffffff00000000 ll\n"
		     "w0 = -w0\n"
		     "r0 = le32 r0\n"
		     "1:\n"
		     "%[value] = r0\n"
		     : [value] "=r"(value)
		     : [skb] "r"(skb)
		     : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "memory");
	return value > len ? (int)value : 0;
}

char _license[] SEC("license") = "GPL";
