// CO-RE of bit-fields whose storage unit clang takes from its own record layout, narrower than the C type's alignment:
// the operands are clang's, loaders do not compare them.
#define SEC(name) __attribute__((section(name), used))
#define __core __attribute__((preserve_access_index))

typedef unsigned int __u32;
typedef unsigned long long __u64;

struct narrow {
	__u64 id : 27;
} __core;

struct raised {
	int low : 15;
	__u32 word __attribute__((aligned(32)));
	unsigned short high : 5;
} __core;

SEC("raw_tp/sys_exit") long prog(struct narrow *n, struct raised *r)
{
	long sum = __builtin_preserve_field_info(n->id, 1);

	sum = sum * 100 + __builtin_preserve_field_info(n->id, 4);
	sum = sum * 100 + __builtin_preserve_field_info(r->low, 1);
	sum = sum * 100 + __builtin_preserve_field_info(r->high, 0);
	return sum * 100 + __builtin_preserve_field_info(r->high, 5);
}

char _license[] SEC("license") = "GPL";
