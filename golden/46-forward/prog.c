// Names without a body: a struct, a union and an enum nobody defines, and a union that is only pruned.
#define SEC(name) __attribute__((section(name), used))

struct opaque;
union hidden;

union pruned {
	int a;
	long b;
};

struct handle {
	struct opaque *opaque;
	union hidden *hidden;
	const union pruned *pruned;
	struct local_name *local;
};

struct opaque *handles[4];

SEC("tc") int prog(struct handle *h, union hidden *u)
{
	return h->opaque == 0 && (void *)u == h;
}

char _license[] SEC("license") = "GPL";
