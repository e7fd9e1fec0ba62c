// Weak, hidden and static, of functions, variables and externs, in the same and in other sections, called, loaded and
// stored as callbacks.
#define SEC(name) __attribute__((section(name), used))
#define __weak __attribute__((weak))
#define __hidden __attribute__((visibility("hidden")))
#define __noinline __attribute__((noinline))

static long (*const bpf_loop)(unsigned int n, void *fn, void *ctx, unsigned long flags) = (void *)181;

int __weak weak_zero;
int __weak weak_value = 4;
const int __weak weak_const = 5;
int __hidden hidden_zero;
int __hidden hidden_value = 6;
const volatile long __hidden hidden_const = 7;
static volatile int static_value = 8;
static volatile const char static_text[3] = "ab";
SEC(".data.custom") int __weak custom_weak = 9;
SEC(".rodata.custom") const int __hidden custom_hidden = 10;
SEC(".bss.custom") int __weak custom_zero;

__weak int weak_callback(unsigned int i, int *ctx)
{
	*ctx += weak_value;
	return 0;
}

__hidden __noinline int hidden_callback(unsigned int i, int *ctx)
{
	*ctx += hidden_value;
	return i > 3;
}

static int static_callback(unsigned int i, int *ctx)
{
	*ctx -= static_value;
	return 1;
}

static __noinline int in_text(int a)
{
	weak_zero = a;
	hidden_zero += a;
	return a + weak_const + hidden_const;
}

SEC("tc") static __noinline int beside(int a)
{
	return custom_weak + custom_hidden + a;
}

SEC("tc") __hidden __noinline int hidden_beside(int a)
{
	custom_zero += a;
	return in_text(a) + 1;
}

SEC("tc") __weak int weak_prog(int *ctx)
{
	int sum = static_text[1];

	bpf_loop(2, weak_callback, &sum, 0);
	bpf_loop(3, hidden_callback, &sum, 0);
	bpf_loop(4, static_callback, &sum, 0);
	return beside(sum) + hidden_beside(ctx[0]) + in_text(ctx[1]);
}

SEC("tc") int prog(int *ctx)
{
	return weak_prog(ctx) + hidden_beside(2);
}

char _license[] SEC("license") = "GPL";
