// CO-RE questions about enumerators: of 32 and 64 bits, signed and unsigned, the lowest and the highest values, in
// enums without a name, and in flavours.
#define SEC(name) __attribute__((section(name), used))

typedef unsigned long long __u64;

enum small { SMALL_ZERO, SMALL_ONE, SMALL_MAX = 0xffffffff };
enum negative { NEG_LOW = -2147483647 - 1, NEG_ONE = -1, NEG_HIGH = 2147483647 };
enum wide { WIDE_ONE = 1, WIDE_TOP = 0x8000000000000000ULL, WIDE_MAX = 0xffffffffffffffffULL };
enum wide_negative { WIDE_LOW = -0x7fffffffffffffffLL - 1, WIDE_NEG = -5000000000LL, WIDE_POS = 5000000000LL };
enum packed { TINY = 200 } __attribute__((packed));
enum small___old { SMALL_ONE___old = 11, SMALL_TWO___old = 12 };
typedef enum { LEVEL_LOW = 3, LEVEL_HIGH } level_t;
typedef enum wide wide_t;

#define exists(type, value) __builtin_preserve_enum_value(*(type *)value, 0)
#define value(type, value) __builtin_preserve_enum_value(*(type *)value, 1)

__u64 values[16];

SEC("raw_tp/sys_enter") int all_values(void *ctx)
{
	values[0] = value(enum small, SMALL_ZERO);
	values[1] = value(enum small, SMALL_MAX);
	values[2] = value(enum negative, NEG_LOW);
	values[3] = value(enum negative, NEG_ONE);
	values[4] = value(enum negative, NEG_HIGH);
	values[5] = value(enum wide, WIDE_ONE);
	values[6] = value(enum wide, WIDE_TOP);
	values[7] = value(enum wide, WIDE_MAX);
	values[8] = value(enum wide_negative, WIDE_LOW);
	values[9] = value(enum wide_negative, WIDE_NEG);
	values[10] = value(enum wide_negative, WIDE_POS);
	values[11] = value(enum packed, TINY);
	values[12] = value(enum small___old, SMALL_TWO___old);
	values[13] = value(level_t, LEVEL_HIGH);
	values[14] = value(wide_t, WIDE_TOP);
	return 0;
}

SEC("raw_tp/sys_exit") int which_exist(void *ctx)
{
	if (exists(enum small___old, SMALL_ONE___old))
		return value(enum small___old, SMALL_ONE___old);
	if (!exists(enum small, SMALL_ONE) || !exists(level_t, LEVEL_LOW))
		return exists(enum wide, WIDE_MAX);
	return exists(enum wide_negative, WIDE_NEG) + exists(enum negative, NEG_ONE) + exists(wide_t, WIDE_ONE);
}

char _license[] SEC("license") = "GPL";
