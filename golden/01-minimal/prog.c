// The smallest program: one function, no map, no data but the license.
#define SEC(name) __attribute__((section(name), used))

SEC("socket") int prog(void *ctx)
{
	return 0;
}

char _license[] SEC("license") = "GPL";
