// -mcpu=v1: CO-RE where no instruction is 32 bits wide, so that results are shifted and jumps compare 64 bits.
// CFLAGS: -mcpu=v1
#define SEC(name) __attribute__((section(name), used))
#define __core __attribute__((preserve_access_index))

typedef unsigned int __u32;
typedef unsigned long long __u64;

enum state { STATE_RUN = -3, STATE_STOP = 5 };
enum wide { WIDE = 1ULL << 33 };

struct inner {
	short level;
	int word;
} __core;

struct outer {
	int pid;
	struct inner rows[3];
	unsigned int low : 4, high : 20;
} __core;

SEC("kprobe/one") int loads(struct outer *o)
{
	if (o->pid < 0 || o->rows[2].level > 7)
		return o->rows[1].word;
	o->rows[0].level = -1;
	return o->rows[o->pid & 1].word;
}

SEC("kprobe/two") int infos(struct outer *o)
{
	int sum = __builtin_preserve_field_info(o->high, 4) + __builtin_preserve_field_info(o->high, 5);

	if (!__builtin_preserve_field_info(o->rows, 2))
		return __builtin_preserve_type_info(*(struct inner *)0, 1);
	if (__builtin_preserve_enum_value(*(enum state *)STATE_RUN, 1) == (__u64)sum)
		return __builtin_preserve_enum_value(*(enum state *)STATE_STOP, 0);
	return sum + (__builtin_preserve_enum_value(*(enum wide *)WIDE, 1) >> 32) +
	       __builtin_btf_type_id(*(struct outer *)0, 1);
}

char _license[] SEC("license") = "GPL";
