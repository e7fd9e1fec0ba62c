// -mcpu=v4: a dense switch becomes a jump table of its own section and gotox.
// CFLAGS: -mcpu=v4
#define SEC(name) __attribute__((section(name), used))

typedef unsigned int __u32;

static long (*const bpf_ktime_get_ns)(void) = (void *)5;
static long (*const bpf_get_prandom_u32)(void) = (void *)7;
static long (*const bpf_get_smp_processor_id)(void) = (void *)8;

int last;

SEC("syscall") int prog(__u32 *ctx)
{
	switch (ctx[0]) {
	case 0: last = bpf_ktime_get_ns(); break;
	case 1: last += 3; break;
	case 2: last ^= ctx[1]; break;
	case 3: last = bpf_get_prandom_u32(); break;
	case 4: last *= 5; break;
	case 5: last = bpf_get_smp_processor_id(); break;
	case 6: last -= ctx[2]; break;
	case 7: last |= 8; break;
	case 8: last &= 1023; break;
	case 9: last = ctx[3]; break;
	case 10: last >>= 2; break;
	case 11: last <<= 3; break;
	case 12: last = ~last; break;
	case 13: last = -last; break;
	default: return 1;
	}
	return 0;
}

char _license[] SEC("license") = "GPL";
