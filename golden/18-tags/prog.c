// Declaration tags on variables, functions, parameters, types and members; type tags on pointees.
#define SEC(name) __attribute__((section(name), used))
#define __tag(x) __attribute__((btf_decl_tag(x)))
#define __type_tag(x) __attribute__((btf_type_tag(x)))
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name

struct node {
	int plain;
	int counted __tag("counter") __tag("exclusive");
	struct node __type_tag("kptr") *next;
} __tag("owner:list");

typedef int id_t __tag("opaque");

struct {
	__uint(type, 2); /* BPF_MAP_TYPE_ARRAY */
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct node);
} nodes SEC(".maps") __tag("map tag");

int plain __tag("contains:node:next") __tag("second");
int __type_tag("percpu") __type_tag("user") *cursor;

__attribute__((noinline)) __tag("exported") int check(struct node *n __tag("arg:nonnull"), id_t id __tag("arg:id") __tag("arg:second"))
{
	return n ? n->counted == id : 0;
}

SEC("tc") int prog(struct node *ctx)
{
	plain = check(ctx, 5);
	return cursor ? *cursor : 0;
}

char _license[] SEC("license") = "GPL";
