// Types that are one record and types that are not: equal pointers, arrays and prototypes, equal anonymous structs,
// typedefs of one spelling in several scopes, names shared by a struct, an enum and a variable.
#define SEC(name) __attribute__((section(name), used))
#define __noinline __attribute__((noinline))

typedef unsigned int __u32;

struct node {
	__u32 value;
};
enum node_kind { node, leaf };
typedef struct {
	int x;
} a_t;
typedef struct {
	int x;
} b_t;
typedef int (*op_t)(__u32 *, __u32);

struct ops {
	op_t one;
	int (*two)(__u32 *p, __u32 n);
	__u32 *three[2];
	__u32 *four[2];
	enum node_kind kind;
	struct {
		int x;
	} five, six;
};

struct ops ops;
a_t a;
b_t b;
__u32 *pointers[2];
const __u32 *constants[2];
enum node_kind kinds[2] = { leaf, node };

__noinline int add(__u32 *p, __u32 n)
{
	return *p + n;
}

__noinline int sub(__u32 *p, __u32 n)
{
	return *p - n;
}

SEC("tc") int prog(struct node *node)
{
	return add(&node->value, 1) ^ sub(&node->value, 2);
}

char _license[] SEC("license") = "GPL";
