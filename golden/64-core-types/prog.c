// CO-RE questions about types: all five kinds, for structs, unions, enums, typedefs of every depth, flavours, forward
// declarations, and what has no body at all.
#define SEC(name) __attribute__((section(name), used))

typedef unsigned int __u32;
typedef unsigned long long __u64;

struct plain {
	int a;
	long b;
};

struct plain___v2 {
	int a;
	long b, c;
};

union either {
	int a;
	char b[12];
};

enum mode { MODE_OFF, MODE_ON };

enum wide { WIDE = 1ULL << 40 };

typedef struct plain plain_t;
typedef const plain_t const_plain_t;
typedef struct {
	__u64 cookie;
	struct plain *next;
} anonymous_t;
typedef union {
	int i;
	float f;
} anonymous_union_t;
typedef enum { LOW, HIGH } level_t;
typedef int (*handler_t)(struct plain *p, enum mode mode);
typedef int function_t(int a);
typedef struct plain *plain_ptr_t;
typedef __u64 numbers_t[5];
typedef __u64 stamp_t;

#define local_id(type) __builtin_btf_type_id(*(type *)0, 0)
#define target_id(type) __builtin_btf_type_id(*(type *)0, 1)
#define exists(type) __builtin_preserve_type_info(*(type *)0, 0)
#define size(type) __builtin_preserve_type_info(*(type *)0, 1)
#define matches(type) __builtin_preserve_type_info(*(type *)0, 2)

__u64 ids[12];
__u32 sizes[8];

SEC("raw_tp/sys_enter") int type_ids(void *ctx)
{
	ids[0] = local_id(struct plain);
	ids[1] = target_id(struct plain___v2);
	ids[2] = local_id(union either);
	ids[3] = target_id(enum mode);
	ids[4] = local_id(plain_t);
	ids[5] = target_id(anonymous_t);
	ids[6] = local_id(level_t);
	ids[7] = target_id(handler_t);
	ids[8] = local_id(__u32);
	ids[9] = target_id(stamp_t);
	ids[10] = local_id(numbers_t);
	ids[11] = target_id(const_plain_t);
	return 0;
}

SEC("raw_tp/sys_exit") int type_infos(void *ctx)
{
	int n = exists(struct plain) + exists(union either) * 2 + exists(enum wide) * 3;

	n += exists(handler_t) * 4 + exists(function_t) * 5 + exists(struct plain___v2) * 6;
	n += matches(struct plain___v2) * 7 + matches(union either) * 8 + matches(enum mode) * 9;
	n += matches(plain_ptr_t) * 10 + matches(anonymous_union_t) * 11 + matches(level_t) * 12;
	sizes[0] = size(struct plain___v2);
	sizes[1] = size(union either);
	sizes[2] = size(enum wide);
	sizes[3] = size(const_plain_t);
	sizes[4] = size(anonymous_union_t);
	sizes[5] = size(handler_t);
	sizes[6] = size(numbers_t);
	sizes[7] = size(level_t);
	return n;
}

char _license[] SEC("license") = "GPL";
