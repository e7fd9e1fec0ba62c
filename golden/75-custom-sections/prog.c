// Data sections by name: suffixes of the four known ones, all zero and not, const and not, sparse ones, and names with
// further dots. Private variables in .bss.A, as programs with locks and trees have them.
#define SEC(name) __attribute__((section(name), used))
#define IN(name) __attribute__((section(name)))
#define private(name) __attribute__((section(".bss." #name))) __attribute__((aligned(8))) static volatile

typedef unsigned char __u8;
typedef unsigned int __u32;
typedef unsigned long long __u64;

struct point {
	short x, y;
	char *name;
};

int in_data IN(".data.first") = 3;
__u64 zero_in_data IN(".data.first");
__u8 odd IN(".data.first") = 255;
struct point points[2] IN(".data.first") = { [1] = { .x = -1 } };
int only_zero IN(".data.zero");
int dotted IN(".data.a.b.c") = 1;
const int constant IN(".rodata.first") = 4;
const volatile __u64 tunable IN(".rodata.first");
int writable IN(".rodata.second") = 5;
volatile int never IN(".rodata.second") = 6;
int zero IN(".bss.first");
char wide_zero[100] IN(".bss.first") __attribute__((aligned(16)));
private(A) int lock_a;
private(A) __u8 list_a[16];
private(B) int lock_b;
static volatile int count IN(".data.hits") = 1;
static volatile const __u32 table[4] IN(".rodata.tables") = { 1, 2, 4, 8 };
int plain_in_data IN(".data") = 11;
int zero_in_plain_data IN(".data");
int zero_in_bss IN(".bss");
const int plain_in_rodata IN(".rodata") = 12;

SEC("tc") int prog(int *ctx)
{
	in_data += constant;
	zero_in_data += tunable;
	points[0].x = writable;
	writable = never;
	lock_a++;
	list_a[3] = 1;
	lock_b = list_a[4];
	count += table[ctx[0] & 3];
	return only_zero + dotted + zero + wide_zero[99] + zero_in_bss + plain_in_data + plain_in_rodata;
}

char _license[] SEC("license") = "GPL";
