// Weak and hidden functions: symbols of their own binding, global in BTF, never resolved in place.
#define SEC(name) __attribute__((section(name)))
#define __weak __attribute__((weak))
#define __hidden __attribute__((visibility("hidden")))
#define __noinline __attribute__((noinline))

long calls;

__weak int policy(int a)
{
	calls++;
	return a > 3;
}

__hidden __noinline int helper(int a)
{
	calls += 2;
	return a - 1;
}

__weak __noinline int both(int a)
{
	return helper(a) + 4;
}

__weak SEC("tc") int prog(int *ctx)
{
	return policy(ctx[0]) + both(ctx[1]);
}

SEC("tc") int twice(int *ctx)
{
	return prog(ctx) + prog(ctx + 1);
}

char _license[] SEC("license") = "GPL";
