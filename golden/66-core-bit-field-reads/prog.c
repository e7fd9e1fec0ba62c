// Bit-fields by the recipe of four relocations, as libbpf's BPF_CORE_READ_BITFIELD makes it: byte offset, byte size,
// left shift, signedness and right shift; in a nested row, and of a flavour.
#define SEC(name) __attribute__((section(name), used))
#define __core __attribute__((preserve_access_index))

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef long long __s64;

struct flags {
	__u64 stamp;
	__u8 low : 3;
	__u8 high : 4;
	__u16 middle : 11;
	int level : 7;
	__u64 long_one : 37;
	__u32 whole : 32;
} __core;

struct flags___old {
	int level : 5;
} __core;

struct owner {
	int id;
	struct flags rows[2];
} __core;

static long (*const bpf_probe_read_kernel)(void *dst, __u32 size, const void *from) = (void *)113;

#define info(field, kind) __builtin_preserve_field_info(field, kind)

/* How libbpf reads a bit-field: where, how wide, and how far to shift up and down again. */
#define READ_BITFIELD(s, field) ({ \
	const void *at = (const void *)(s) + info((s)->field, 0); \
	__u64 value; \
	asm volatile("" : "+r"(at)); \
	switch (info((s)->field, 1)) { \
	case 1: value = *(const __u8 *)at; break; \
	case 2: value = *(const __u16 *)at; break; \
	case 4: value = *(const __u32 *)at; break; \
	case 8: value = *(const __u64 *)at; break; \
	} \
	value <<= info((s)->field, 4); \
	if (info((s)->field, 3)) \
		value = ((__s64)value) >> info((s)->field, 5); \
	else \
		value = value >> info((s)->field, 5); \
	value; \
})


SEC("raw_tp/sys_enter") __u64 direct(struct flags *f)
{
	__u64 sum = READ_BITFIELD(f, low);

	sum = sum * 31 + READ_BITFIELD(f, middle);
	sum = sum * 31 + READ_BITFIELD(f, level);
	return sum * 31 + READ_BITFIELD(f, long_one);
}

SEC("raw_tp/sys_exit") __u64 nested(struct owner *o)
{
	struct flags___old *old = (void *)o;

	if (info(old->level, 2))
		return READ_BITFIELD(old, level);
	return READ_BITFIELD(o, rows[1].high);
}

char _license[] SEC("license") = "GPL";
