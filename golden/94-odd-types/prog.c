// Types off the beaten track: vectors, modes, 128 bits, booleans in bit-fields, flexible arrays with elements, _Alignas,
// pointers that restrict, enums of one byte, arrays without length, structs without members, C's own names for them.
#define SEC(name) __attribute__((section(name), used))

typedef unsigned char __u8;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef int vec4 __attribute__((vector_size(16)));
typedef __u8 bytes8 __attribute__((vector_size(8)));
typedef int word_t __attribute__((mode(DI)));
typedef unsigned short half_t __attribute__((aligned(4)));
typedef __int128 i128;

struct empty {};

enum tiny { TINY_NO, TINY_YES } __attribute__((packed));

struct odd {
	vec4 v;
	bytes8 b;
	word_t w;
	i128 wide;
	unsigned __int128 uwide;
	half_t half;
	_Bool on : 1, off : 1;
	enum tiny tiny : 2;
	signed char sc : 3;
	struct empty nothing;
	enum tiny whole[3];
	_Alignas(16) char text[4];
	int *restrict one;
	const void *const *const volatile two;
	_Atomic int count;
	long double big;
};

struct flexible {
	__u32 n;
	struct {
		__u8 key;
		__u32 value;
	} rows[];
};

struct odd odd = { .v = { 1, 2, 3, 4 }, .wide = -1, .on = 1, .tiny = TINY_YES, .sc = -2, .text = "abc" };
struct flexible flexible = { .n = 2, .rows = { { 1, 10 }, { 2, 20 } } };
const volatile __u64 long_name_of_a_setting_that_no_loader_would_ever_cut = 0xfedcba9876543210;
volatile signed int signed_word = -1;
long unsigned int reversed;
unsigned plain_unsigned;
short int short_int = 7;
char unsigned uc = 'x';

SEC("tc") long prog(struct odd *restrict o, struct flexible *f)
{
	return o->w + f->rows[1].value + odd.sc + flexible.n + reversed + plain_unsigned + short_int + uc + signed_word;
}

char _license[] SEC("license") = "GPL";
