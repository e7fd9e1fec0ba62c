// The mergeable sections by entry size, wide strings, and a local's initialiser too large for them.
#define SEC(name) __attribute__((section(name), used))

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;

static const __u8 bytes4[4] = { 9, 8, 7, 6 };
static const __u16 halves8[4] = { 100, 200, 300, 400 };
static const __u64 longs32[4] = { 1, 10, 100, 1000 };
static const __u16 wide[] = u"wide";
static const __u32 wider[] = U"wider";
static const char narrow[] = "narrow";
static const char zero_inside[] = "a\0b";
static const __u32 three[3] = { 33, 44, 55 };

struct table {
	__u32 rows[9];
};

SEC("tc") int prog(__u32 *ctx)
{
	__u32 i = ctx[0] & 3;
	struct table local = { { 5, 4, 3, 2, 1, 0, 7, 8, 9 } };
	volatile struct table *copy = &local;

	return bytes4[i] + halves8[i] + longs32[i] + wide[i] + wider[i] + narrow[i] + zero_inside[i] +
	       three[i % 3] + copy->rows[i];
}

char _license[] SEC("license") = "GPL";
