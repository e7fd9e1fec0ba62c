// Alignment asked for: of variables, members and types, in every kind of section.
#define SEC(name) __attribute__((section(name), used))
#define __aligned(n) __attribute__((aligned(n)))

typedef int line_t __aligned(64);

struct counter {
	char tag;
	long value __aligned(32);
};

struct slot {
	short a;
	char b;
} __aligned(8);

char first = 1;
int second __aligned(128) = 2;
char third = 3;
char zero;
struct counter counter;
struct slot slots[3];
line_t padded;
const char one = 1;
const long two __aligned(16) = 2;
char custom SEC(".data.custom") __aligned(4) = 4;

SEC("tc") int prog(void *ctx)
{
	return second + counter.value + slots[1].b + padded;
}

char _license[] SEC("license") = "GPL";
