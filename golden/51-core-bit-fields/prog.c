// CO-RE of bit-fields in big endian: shifts count from the other end. Typedefs of structs as roots, two functions that
// share access strings, a flavour, and a forward-declared struct.
// CFLAGS: -target bpfeb
#define SEC(name) __attribute__((section(name), used))
#define __core __attribute__((preserve_access_index))

char _license[] SEC("license") = "GPL";

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;

struct absent;

struct bits {
	__u8 a : 3;
	__u8 b : 5;
	__u16 c : 9;
	int d : 12;
	__u64 e : 33;
	enum { NONE, SOME } f : 2;
} __core;

struct bits___old {
	int d;
	struct absent *absent;
} __core;

typedef struct bits bits_t;

struct shell {
	bits_t rows[2][3];
	const volatile bits_t *next;
} __core;

static __attribute__((noinline)) long fields(bits_t *t)
{
	long sum = __builtin_preserve_field_info(t->b, 4);

	sum += __builtin_preserve_field_info(t->c, 4) * 3;
	sum += __builtin_preserve_field_info(t->d, 4) * 5;
	sum += __builtin_preserve_field_info(t->d, 5) * 7;
	sum += __builtin_preserve_field_info(t->e, 0) * 11;
	sum += __builtin_preserve_field_info(t->e, 1) * 13;
	sum += __builtin_preserve_field_info(t->f, 3) * 17;
	return sum;
}

SEC("raw_tp/sys_enter") int prog(struct shell *s)
{
	struct bits___old *old = (void *)s;

	if (__builtin_preserve_type_info(*(struct bits___old *)0, 0))
		return old->absent != 0;
	if (__builtin_preserve_field_info(s->rows[1][2].d, 2))
		return fields(&s->rows[1][2]);
	return __builtin_preserve_field_info(s->next->e, 5);
}
