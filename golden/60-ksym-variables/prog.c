// Variables of the kernel: typed ones that are read, untyped ones whose address alone is known, weak ones, an array.
#define SEC(name) __attribute__((section(name), used))
#define __ksym __attribute__((section(".ksyms")))
#define __weak __attribute__((weak))

typedef unsigned int __u32;
typedef unsigned long long __u64;

struct rq {
	__u32 cpu;
	__u64 clock;
};

static void *(*const bpf_per_cpu_ptr)(const void *ptr, __u32 cpu) = (void *)153;
static void *(*const bpf_this_cpu_ptr)(const void *ptr) = (void *)154;

extern const struct rq runqueues __ksym;
extern const int bpf_prog_active __ksym;
extern const struct rq fake_queues __ksym __weak;
extern const unsigned long __per_cpu_offset[64] __ksym;
extern const void bpf_link_fops __ksym;
extern const void bpf_map_fops __ksym __weak;
extern const void _stext __ksym;
extern const void never_mentioned __ksym;

__u64 addresses[4];
__u32 last;

SEC("raw_tp/sys_enter") int read_variables(void *ctx)
{
	struct rq *rq = bpf_per_cpu_ptr(&runqueues, 1);

	last = rq ? rq->cpu : -1;
	last += *(int *)bpf_this_cpu_ptr(&bpf_prog_active);
	if (&fake_queues)
		last += fake_queues.clock;
	return __per_cpu_offset[2] != 0;
}

SEC("raw_tp/sys_exit") int take_addresses(void *ctx)
{
	addresses[0] = (__u64)&bpf_link_fops;
	addresses[1] = (__u64)&bpf_map_fops;
	addresses[2] = (__u64)&_stext;
	addresses[3] = (__u64)&runqueues.clock;
	return &bpf_map_fops ? 0 : 1;
}

char _license[] SEC("license") = "GPL";
