// -mcpu=v4 turns a switch over values into a private table in .rodata; jumps of 32-bit and 64-bit width.
// CFLAGS: -mcpu=v4
#define SEC(name) __attribute__((section(name), used))

SEC("lsm/file_open") long weigh(unsigned long long *ctx)
{
	unsigned int kind = ctx[0];

	switch (kind) {
	case 0:
		return 12;
	case 1:
		return -7;
	case 2:
		return 1 << 20;
	case 3:
		return 99;
	case 4:
		return 31337;
	case 5:
		return 4;
	default:
		return (long)ctx[1] > (int)kind ? 1 : 0;
	}
}

char _license[] SEC("license") = "GPL";
