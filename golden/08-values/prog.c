// Initial values of every kind: scalars, arrays, nested structs, a union, strings, enums, a bool, raw bytes.
#define SEC(name) __attribute__((section(name), used))

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef signed long long __s64;

enum color { RED, GREEN = 5, BLUE };

enum big { SMALL = 1, LARGE = 0x123456789ULL };

struct point {
	short x, y;
};

struct shape {
	char name[8];
	enum color color;
	struct point corners[3];
	union {
		__u64 id;
		__u8 raw[8];
	};
	_Bool filled;
	void *next;
	int tail[];
};

_Bool on = 1;
char letter = 'A';
signed char negative = -3;
__u16 port = 0x1f90;
__s64 lowest = -9223372036854775807LL - 1;
__u64 highest = 0xffffffffffffffffULL;
enum color favourite = BLUE;
enum big huge = LARGE;
int grid[2][3] = { { 1, 2, 3 }, { 4 } };
const char *const nowhere = 0;
char text[16] = "tab\tquote\"";
char exact[3] = "abc";
struct shape shape = {
	.name = "square",
	.color = GREEN,
	.corners = { { 1, -1 }, { 0, 2 } },
	.id = 0x8000000000000001ULL,
	.filled = 1,
};
const struct point origin = { 0, 0 };
const struct point unit = { .y = 1 };
__u8 key[] = { 0xde, 0xad, 0xbe, 0xef };
struct point empty[2];

SEC("tc") int use(void *ctx)
{
	return on + grid[1][0] + shape.corners[1].y;
}

char _license[] SEC("license") = "GPL";
