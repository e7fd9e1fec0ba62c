// Prototypes: no parameters, arrays and functions that decay to pointers, qualifiers, an enum and a bool as results.
#define SEC(name) __attribute__((section(name), used))
#define __noinline __attribute__((noinline))

typedef unsigned long long __u64;

enum verdict { NO, YES, MAYBE = -1 };

typedef int (*visitor_t)(int key, void *arg);

struct list {
	int items[4];
	visitor_t visit;
};

static volatile int ticks;

__noinline int tick(void)
{
	return ++ticks;
}

__noinline int sum(const int values[4], volatile int *restrict last)
{
	*last = values[3];
	return values[0] + values[1];
}

__noinline enum verdict judge(struct list *const *list, const __u64 flags)
{
	return flags > 7 ? MAYBE : list && *list;
}

__noinline _Bool is_odd(unsigned char c, short s)
{
	return (c + s) & 1;
}

__noinline void forget(char **names)
{
	names[0] = 0;
}

SEC("tc") int prog(struct list *l)
{
	char *name = "x";

	forget(&name);
	return tick() + sum(l->items, &l->items[2]) + judge(&l, 1) + is_odd(l->items[1], 2) + (name == 0);
}

char _license[] SEC("license") = "GPL";
