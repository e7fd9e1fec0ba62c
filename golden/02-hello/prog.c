// A string of a static local, its address in code, and a helper call.
#define SEC(name) __attribute__((section(name), used))

static long (*const bpf_trace_printk)(const char *fmt, unsigned int size, ...) = (void *)6;

SEC("tracepoint/syscalls/sys_enter_openat") int hello(void *ctx)
{
	static const char fmt[] = "Hello, %d!\n";

	bpf_trace_printk(fmt, sizeof(fmt), 42);
	return 0;
}

char _license[] SEC("license") = "GPL";
