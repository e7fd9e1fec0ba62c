// A type tag behind a pointer that is pruned: the tag's record comes last of all, with the struct that it belongs to.
#define SEC(name) __attribute__((section(name), used))
#define __kptr __attribute__((btf_type_tag("kptr")))
#define __rcu __attribute__((btf_type_tag("rcu")))

struct node {
	int value;
	struct node __kptr *first;
	struct node __kptr __rcu **second;
};

struct holder {
	struct node __rcu **nodes;
	struct node *plain;
};

SEC("tc") int prog(struct holder *h, struct node *n)
{
	return h->plain == n;
}

char _license[] SEC("license") = "GPL";
