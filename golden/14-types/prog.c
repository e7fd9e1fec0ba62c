// The shapes of C types: bit-fields, unions, anonymous members, enums, floats, chains of typedefs, nested arrays.
#define SEC(name) __attribute__((section(name), used))

typedef unsigned char __u8;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef __u32 handle_t;
typedef const volatile handle_t *handle_ref_t;

enum state { IDLE, RUNNING = 10, STOPPED };
enum signed_state { LOST = -1, FOUND };
enum wide { NARROW, HUGE_FLAG = 1ULL << 40 };
enum tiny { ONE_BYTE = 1 } __attribute__((packed));

struct header {
	__u8 version : 4;
	__u8 ihl : 4;
	__u8 tos;
	__u32 flags : 3;
	__u32 : 0;
	__u32 offset : 13;
	enum state state : 2;
	__u64 whole;
};

union value {
	__u64 number;
	char text[8];
	struct {
		__u32 low;
		__u32 high;
	};
};

struct tree {
	struct tree *left, *right;
	union value values[2][3];
	struct {
		int depth;
		union {
			long key;
			void *ptr;
		};
	} info;
	enum wide wide;
	enum { NOT_SEEN, SEEN } mark;
	handle_ref_t handle;
	int (*compare)(const struct tree *a, const struct tree *b);
	void (*log)(const char *fmt, ...);
	float ratio;
	double precise;
	_Bool leaf;
	enum tiny tiny;
	__int128 big;
	long double longest;
	char rest[];
};

struct packed {
	__u8 tag;
	__u32 word;
	__u64 at __attribute__((aligned(16)));
} __attribute__((packed));

struct header header;
struct tree tree;
struct packed packed = { 1, 2, 3 };
enum signed_state signed_state = LOST;
enum { FIRST, SECOND } anon = SECOND;
const char *volatile label;
int *restrict walker;
struct {
	int x, y;
} anonymous;
unsigned short ushort_;
signed char schar;

SEC("tc") int use(union value *v, handle_t h)
{
	return v->low + h + header.ihl;
}

char _license[] SEC("license") = "GPL";
