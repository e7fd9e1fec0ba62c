// Exceptions: a callback that catches them, functions that never return, a program for each way to throw.
#define SEC(name) __attribute__((section(name), used))
#define __ksym __attribute__((section(".ksyms")))
#define __noinline __attribute__((noinline))
#define __noreturn __attribute__((noreturn))
#define __hidden __attribute__((visibility("hidden")))
#define __exception_cb(name) __attribute__((btf_decl_tag("exception_callback:" #name)))

typedef unsigned long long __u64;

extern void bpf_throw(__u64 cookie) __ksym __noreturn;
extern void bpf_exit(void) __ksym __noreturn;

int caught;

__noinline int catch_it(__u64 cookie)
{
	caught = cookie;
	return cookie + 7;
}

static __noinline _Noreturn void fail(int code)
{
	if (code > 3)
		bpf_throw(code);
	bpf_throw(caught);
}

__noinline int divide(int a, int b)
{
	if (!b)
		fail(2);
	return a / (unsigned int)b;
}

SEC("tc") __exception_cb(catch_it) int thrower(int *ctx)
{
	return divide(ctx[0], ctx[1]);
}

SEC("tc") __noreturn int always(int *ctx)
{
	bpf_throw(64);
}

SEC("?tc") int sometimes(int *ctx)
{
	if (ctx[2])
		bpf_exit();
	for (;;)
		asm volatile("r1 += 1" ::: "r1");
}

char _license[] SEC("license") = "GPL";
