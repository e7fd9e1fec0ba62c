// Jump tables in big endian, of a subprogram and of a program, with one block for several values.
// CFLAGS: -target bpfeb -mcpu=v4
#define SEC(name) __attribute__((section(name), used))
#define __noinline __attribute__((noinline))

typedef unsigned int __u32;

static long (*const bpf_ktime_get_ns)(void) = (void *)5;
static long (*const bpf_get_prandom_u32)(void) = (void *)7;
static long (*const bpf_get_smp_processor_id)(void) = (void *)8;
static long (*const bpf_get_current_pid_tgid)(void) = (void *)14;

int last;

#define CASES(n) \
	case n + 0: last = bpf_ktime_get_ns(); break; \
	case n + 1: last += 3 + n; break; \
	case n + 2: last ^= ctx[1]; break; \
	case n + 3: last = bpf_get_prandom_u32(); break; \
	case n + 4: last *= 5 + n; break; \
	case n + 5: case n + 7: last = bpf_get_smp_processor_id(); break; \
	case n + 6: last -= ctx[2]; break; \
	case n + 8: last |= 8 + n; break; \
	case n + 9: last &= 1023; break; \
	case n + 10: last = ctx[3]; break; \
	case n + 11: last >>= 2; break; \
	case n + 12: last = bpf_get_current_pid_tgid(); break; \
	case n + 13: last = ~last; break; \
	case n + 14: last = -last; break;

static __noinline int in_text(__u32 *ctx, __u32 value)
{
	switch (value) {
	CASES(100)
	default: return 7;
	}
	return last;
}

SEC("syscall") int first(__u32 *ctx)
{
	if (ctx[4] > 5)
		return in_text(ctx, ctx[5]);
	switch (ctx[0]) {
	CASES(0)
	default: return 1;
	}
	return 0;
}

SEC("tc") int second(__u32 *ctx)
{
	switch (ctx[7]) {
	CASES(40)
	}
	return in_text(ctx, 7);
}

char _license[] SEC("license") = "GPL";
