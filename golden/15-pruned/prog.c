// Which structs come along with a pointer: a pointer member does not pull in what it points at, unless something
// else does. One forward declaration is left at the end.
#define SEC(name) __attribute__((section(name), used))

struct never_defined;

struct inner {
	int a;
	struct never_defined *opaque;
};

struct pruned {
	int unseen;
};

struct later {
	long b;
	struct inner *inner;
};

struct in_array {
	int c;
};

struct in_proto {
	int d;
};

typedef struct {
	int anonymous;
} anon_t;

typedef struct later later_t;

struct holder {
	const struct pruned *pruned;
	later_t *later;
	struct in_array *array[2];
	int (*call)(struct in_proto *p);
	anon_t *anon;
	struct holder *self;
	struct inner whole;
};

SEC("tc") int first(struct holder *h)
{
	return h->whole.a;
}

SEC("tc") int second(struct later *l)
{
	return l->b != 0;
}

char _license[] SEC("license") = "GPL";
