// Bit-fields in big endian: read through a helper, as libbpf's BPF_CORE_READ_BITFIELD_PROBED does, and written.
// CFLAGS: -target bpfeb
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

/* The field stands at the end of the value that it is copied to. */
#define READ_PROBED(s, field) ({ \
	__u64 value = 0; \
	bpf_probe_read_kernel((void *)&value + (8 - info((s)->field, 1)), info((s)->field, 1), \
			      (const void *)(s) + info((s)->field, 0)); \
	value <<= info((s)->field, 4); \
	if (info((s)->field, 3)) \
		value = ((__s64)value) >> info((s)->field, 5); \
	else \
		value = value >> info((s)->field, 5); \
	value; \
})

/* A bit-field of one byte, replaced in place. */
#define WRITE_BITFIELD(s, field, new) ({ \
	__u32 size = info((s)->field, 1) * 8, up = info((s)->field, 4), down = info((s)->field, 5); \
	__u8 *at = (void *)(s) + info((s)->field, 0); \
	__u32 shift = down - up, mask = (~0ULL << down) >> up; \
	*at = (*at & ~mask) | (((__u64)(new) << shift) & mask) | (size & 128); \
})

SEC("raw_tp/sys_enter") __u64 probed(struct flags *f)
{
	__u64 sum = READ_PROBED(f, high);

	sum = sum * 31 + READ_PROBED(f, level);
	sum = sum * 31 + READ_PROBED(f, long_one);
	return sum * 31 + READ_PROBED(f, whole);
}

SEC("raw_tp/sys_exit") int write(struct owner *o)
{
	struct flags___old *old = (void *)o;

	WRITE_BITFIELD(o, rows[1].low, 5);
	if (info(old->level, 2))
		WRITE_BITFIELD(old, level, o->id);
	return 0;
}

char _license[] SEC("license") = "GPL";
