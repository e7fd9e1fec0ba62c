// Values that the compiler computes: sizes, offsets and alignments, enumerators made of others, lengths of arrays,
// initialisers by expression, narrowed and negative ones.
#define SEC(name) __attribute__((section(name), used))

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef long long __s64;

enum bits {
	BIT_A = 1 << 0,
	BIT_B = 1 << 4,
	BIT_ALL = BIT_A | BIT_B,
	BIT_NEXT,
	BIT_LAST = 'z',
	BIT_NOT = ~BIT_ALL,
};

enum sizes { HEADER = sizeof(__u64) + 2, BODY = 3 * HEADER };

struct packet {
	__u8 header[HEADER];
	__u16 body[BODY / 2];
	enum bits flags : BIT_B >> 2;
	__u8 tail[sizeof(struct { char c; __u64 v; }) - 6];
} __attribute__((packed, aligned(2)));

union register_file {
	__u64 full[2];
	struct {
		__u32 low, high;
	} half[sizeof(__u64[2]) / sizeof(__u32[2])];
	_Bool flags[16];
};

const __u32 sizes[] = { sizeof(struct packet), sizeof(union register_file), __builtin_offsetof(struct packet, tail), _Alignof(struct packet) };
__s64 minimum = -0x7fffffffffffffffLL - 1;
__u64 maximum = ~0ULL;
__u8 narrowed = (__u8)0x1ff;
short negative = -(1 << 15);
enum bits state = BIT_ALL | 1 << 6;
enum bits not_all = BIT_NOT;
const char letters[4] = { 'a', 'a' + 1, '\n', '\377' };
float half = 1.0 / 2, tiny = 1e-45f;
double third = 1.0 / 4 + 0.08203125;
_Bool yes = 5 > 3;
union register_file file = { .half = { [1] = { .high = 1u << 31 } } };
struct packet packet = { .header = "0123456789", .body = { [3] = 0xbeef }, .flags = 5 };

SEC("tc") long prog(int *ctx)
{
	return sizes[ctx[0] & 3] + narrowed + state + packet.flags + file.full[1] + minimum + yes;
}

char _license[] SEC("license") = "GPL";
