// Instructions that C has no words for: may_goto, long jumps, packet loads, address space casts, load-acquire and
// store-release, sign-extending moves and loads, byte swaps, atomics of both widths.
// CFLAGS: -mcpu=v4
#define SEC(name) __attribute__((section(name), used))

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;

struct __sk_buff {
	__u32 len;
};

__u64 counter;
__u32 word;
signed char small;

SEC("socket") int packet_loads(struct __sk_buff *skb)
{
	int result;

	asm volatile("r6 = %[skb]\n\t"
		     "r0 = *(u8 *)skb[12]\n\t"
		     "r7 = r0\n\t"
		     "r0 = *(u16 *)skb[r7]\n\t"
		     "r7 += r0\n\t"
		     "r0 = *(u32 *)skb[r7]\n\t"
		     "%[result] = r0"
		     : [result] "=r"(result) : [skb] "r"(skb) : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7");
	return result;
}

SEC("syscall") int loops(__u64 *ctx)
{
	__u64 i = 0;

	asm volatile("may_goto +3\n\t"
		     "%[i] += 1\n\t"
		     "if %[i] > 1000 goto +1\n\t"
		     "gotol -4"
		     : [i] "+r"(i));
	asm volatile("r6 = %[i]\n\t"
		     "r6 = addr_space_cast(r6, 1, 0)\n\t"
		     "r7 = (s8)r6\n\t"
		     "w7 = (s16)w7\n\t"
		     "r7 = bswap16 r7\n\t"
		     "r7 = be64 r7\n\t"
		     "r6 s/= -3\n\t"
		     "w6 s%%= w7\n\t"
		     "r6 s>>= 63\n\t"
		     "%[i] = r6"
		     : [i] "+r"(i) : : "r6", "r7");
	return i;
}

SEC("syscall") long atomics(__u64 *ctx)
{
	__u64 old = __atomic_load_n(&counter, __ATOMIC_ACQUIRE);

	__atomic_store_n(&word, old, __ATOMIC_RELEASE);
	old += __atomic_load_n(&word, __ATOMIC_ACQUIRE);
	old += __sync_fetch_and_or(&counter, ctx[0]);
	old += __sync_val_compare_and_swap(&word, 3, ctx[1]);
	old += __sync_lock_test_and_set(&counter, 9);
	__atomic_fetch_and(&word, ctx[2], __ATOMIC_RELAXED);
	return old + small + (short)old + __builtin_bswap32(old);
}

char _license[] SEC("license") = "GPL";
