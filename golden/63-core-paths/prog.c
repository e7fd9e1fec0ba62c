// Paths of CO-RE accesses: rows of rows, anonymous members in arrays, unions, typedefs of everything, pointers to
// arrays, objects counted from a pointer, and parts whose index is no constant.
#define SEC(name) __attribute__((section(name), used))
#define __core __attribute__((preserve_access_index))

typedef unsigned char __u8;
typedef unsigned int __u32;
typedef unsigned long long __u64;

typedef __u32 row_t[4];

typedef struct {
	row_t rows[3];
	union {
		__u64 word;
		struct {
			__u32 low;
			union {
				__u32 high;
				__u8 bytes[4];
			};
		};
	};
} __core grid_t;

typedef grid_t grids_t[2];

union choice {
	__u32 number;
	grid_t grid;
	struct {
		__u8 tag;
		__u8 body[7];
	} parts[3];
} __core;

struct outer {
	int id;
	grids_t grids;
	const volatile union choice choices[2];
	union choice *chosen;
	struct {
		int x;
		struct {
			int y, z;
		} inner;
	} named[2];
	struct outer *const *peers;
} __core;

typedef struct outer outer_t;
typedef union {
	__u64 whole;
	__u32 half[2];
} __core word_t;

SEC("raw_tp/sys_enter") long nested(outer_t *o, word_t *w)
{
	long sum = o->grids[1].rows[2][3];

	sum = sum * 3 + o->grids[0].bytes[2];
	sum = sum * 3 + o->choices[1].grid.high;
	sum = sum * 3 + o->choices[0].parts[2].body[6];
	sum = sum * 3 + o->named[1].inner.z;
	sum = sum * 3 + o[2].named[0].x;
	sum = sum * 3 + o->chosen->grid.word;
	sum = sum * 3 + o->chosen[4].parts[1].tag;
	sum = sum * 3 + (*o->peers)->id;
	sum = sum * 3 + w->half[1];
	return sum * 3 + w->whole;
}

SEC("raw_tp/sys_exit") long indexed(struct outer *o, __u32 i)
{
	long sum = o->grids[i & 1].rows[2][i & 3];

	sum += o[i].named[1].inner.y;
	sum += o->chosen[i].number;
	return sum + (long)&o->grids[1].rows[i & 1];
}

char _license[] SEC("license") = "GPL";
