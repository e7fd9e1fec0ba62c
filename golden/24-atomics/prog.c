// Atomic instructions, 32 and 64 bits wide: add, and, or, xor with and without fetch, exchange, compare and exchange.
#define SEC(name) __attribute__((section(name), used))

typedef unsigned int __u32;
typedef unsigned long long __u64;

__u64 wide;
__u32 narrow;

SEC("tp_btf/sched_switch") int prog(__u64 *ctx)
{
	__u64 old = __sync_fetch_and_add(&wide, ctx[0]);
	__u32 prev;

	__sync_fetch_and_add(&narrow, 1);
	__atomic_fetch_add(&wide, 2, __ATOMIC_RELAXED);
	__atomic_fetch_or(&narrow, 4, __ATOMIC_RELAXED);
	old += __sync_fetch_and_and(&wide, 0xff);
	old ^= __sync_fetch_and_or(&wide, ctx[1]);
	old -= __sync_fetch_and_xor(&wide, old);
	old += __sync_lock_test_and_set(&wide, old);
	prev = __sync_val_compare_and_swap(&narrow, 1, 2);
	prev += __atomic_exchange_n(&narrow, prev, __ATOMIC_RELAXED);
	__sync_fetch_and_sub(&narrow, prev);
	return __sync_val_compare_and_swap(&wide, old, prev);
}

char _license[] SEC("license") = "GPL";
