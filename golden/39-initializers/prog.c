// Initial values in depth: bit-fields, members of anonymous parts, unions by a later member, rows of structs.
#define SEC(name) __attribute__((section(name), used))

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;

enum level { LOW = -2, MID, HIGH = 9 };

struct flags {
	__u8 a : 3;
	__u8 b : 5;
	__u16 c : 9;
	__u32 wide : 20;
	int sign : 4;
	__u64 long_one : 40;
};

struct rule {
	char name[6];
	struct {
		enum level level;
		union {
			__u32 word;
			__u16 halves[2];
			struct {
				__u8 first, second;
			} bytes;
		};
	};
	_Bool set[3];
} __attribute__((packed));

struct flags flags = { .a = 5, .b = 17, .c = 300, .wide = 0xabcde, .sign = -3, .long_one = 0x123456789a };
struct rule rules[3] = {
	{ .name = "first", .level = HIGH, .word = 0x01020304, .set = { 1, 0, 1 } },
	{ .name = "last!!", .level = LOW, .halves = { 1, 2 } },
	{ .bytes = { 3, 4 }, .set = { 0, 1 } },
};
const struct flags none = {};
char lines[2][8] = { "one", "two" };
__u16 sparse[6] = { 0, 0, 7 };
double ratio = 0.5;

SEC("tc") int prog(void *ctx)
{
	return flags.wide + flags.sign + rules[1].level + rules[2].bytes.second;
}

char _license[] SEC("license") = "GPL";
