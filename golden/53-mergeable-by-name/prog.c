// Constants in a section given by name: clang makes up to four sections of that one name, by how they may merge.
#define SEC(name) __attribute__((section(name), used))
#define IN(name) __attribute__((section(name)))

typedef unsigned int __u32;

static const char word[] IN(".rodata.foo") = "word";
static const __u32 quad[4] IN(".rodata.foo") = { 1, 2, 3, 4 };
static const __u32 octet[8] IN(".rodata.foo") = { 8, 7, 6, 5, 4, 3, 2, 1 };
static volatile const int plain IN(".rodata.foo") = 11;

SEC("tc") int prog(__u32 *ctx)
{
	__u32 i = ctx[0] & 3;

	return word[i] + quad[i] + octet[i + 1] + plain;
}

char _license[] SEC("license") = "GPL";
