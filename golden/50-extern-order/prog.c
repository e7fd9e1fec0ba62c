// Extern variables stand in the order of variables like all others: here one before a map and one before the license.
#define SEC(name) __attribute__((section(name), used))
#define __uint(name, val) int (*name)[val]

extern unsigned int CONFIG_HZ __attribute__((section(".kconfig")));
extern const int bpf_prog_active __attribute__((section(".ksyms")));
int before = 1;
int after;

struct {
	__uint(type, 27); /* BPF_MAP_TYPE_RINGBUF */
	__uint(max_entries, 4096);
} ring SEC(".maps");

static long (*const bpf_ringbuf_output)(void *rb, void *data, unsigned long long size, unsigned long long flags) = (void *)130;

SEC("syscall") int prog(int *ctx)
{
	before += CONFIG_HZ;
	bpf_ringbuf_output(&ring, ctx, 4, 0);
	after = (long)&bpf_prog_active;
	return 0;
}

char _license[] SEC("license") = "GPL";
