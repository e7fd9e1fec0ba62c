// Pruned structs that something completes later: a parameter, a result, a variable, an array, an embedded member.
// Aliases stand in between: typedefs of structs and of pointers, qualifiers on every level.
#define SEC(name) __attribute__((section(name), used))
#define __noinline __attribute__((noinline))

struct by_param {
	int a;
};
struct by_result {
	int b;
};
struct by_variable {
	int c;
};
struct by_array {
	int d;
};
struct by_member {
	int e;
};
struct by_typedef {
	struct by_param *again;
	int f;
};
struct never {
	int g;
};
union choice {
	struct never *never;
	long h;
};

typedef struct by_typedef alias_t;
typedef const alias_t const_alias_t;
typedef struct by_variable *variable_p;
typedef variable_p *variable_pp;

struct outer {
	struct by_param *param;
	struct by_result *const result;
	variable_p variable;
	variable_pp variables;
	const volatile struct by_array *array;
	struct by_member **member;
	const_alias_t *alias;
	union choice *choice;
	struct never *never[2];
	struct {
		struct outer *parent;
		struct by_result *result;
	} inner;
};

struct wrap {
	struct by_member member;
	alias_t alias;
};

struct by_variable variable = { 3 };
struct by_array arrays[2];
const struct outer *root;
alias_t *volatile aliased;

SEC("tc") int first(const struct outer *o)
{
	return o->inner.parent != 0;
}

__noinline struct by_result *find(struct by_param **p)
{
	return (void *)p;
}

SEC("tc") int second(struct wrap *w, union choice *c)
{
	return find((void *)w) != 0 && c->h;
}

char _license[] SEC("license") = "GPL";
