// Externs and what they bring along: functions of one prototype, two whose address is passed on as a callback; types that
// only an extern mentions; names used in a subprogram alone; pointers in a struct of operations to the same prototypes.
#define SEC(name) __attribute__((section(name), used))
#define __ksym __attribute__((section(".ksyms")))
#define __kconfig __attribute__((section(".kconfig")))
#define __weak __attribute__((weak))
#define __noinline __attribute__((noinline))
#define __tag(x) __attribute__((btf_decl_tag(x)))

typedef unsigned int u32;
typedef unsigned long u64;

struct only_extern {
	int a;
	struct pruned *p;
};

struct pruned {
	long b;
};

enum how { HOW_NOT, HOW_SO };
typedef enum how how_t;
typedef int (*compare_t)(const void *a, const void *b);

struct list_ops {
	int (*compare)(const void *a, const void *b);
	void (*free)(struct pruned *p);
	int (*count)(void);
	char name[8];
};

extern int kernel_compare(const void *left, const void *right) __ksym __tag("kfunc");
extern int kernel_compare_fast(const void *left, const void *right) __ksym __weak __tag("kfunc") __tag("fast");
extern int kernel_sort(void *base, u32 n, compare_t compare, how_t how) __ksym;
extern void kernel_free(struct pruned *p) __ksym __weak;
extern const struct only_extern kernel_table[3] __ksym;
extern const volatile u32 CONFIG_LEVEL __kconfig;
extern how_t kernel_how __ksym;

int numbers[4] = { 4, 3, 2, 1 };

static int count(void)
{
	return CONFIG_LEVEL;
}

static __noinline long table_sum(int i)
{
	return kernel_table[i & 1].a + kernel_how;
}

SEC("syscall") int sort(void *ctx)
{
	compare_t compare = kernel_compare_fast ? kernel_compare_fast : kernel_compare;

	if (kernel_compare_fast)
		kernel_compare_fast(&numbers[0], &numbers[1]);
	return kernel_sort(numbers, 4, compare, HOW_SO) + table_sum(1) + count();
}

SEC("struct_ops") int ops_count(void)
{
	if (kernel_free)
		kernel_free(0);
	return count() + kernel_compare(numbers, numbers + 2);
}

SEC(".struct_ops.link")
struct list_ops ops = {
	.count = ops_count,
	.name = "sorted",
};

char _license[] SEC("license") = "GPL";
