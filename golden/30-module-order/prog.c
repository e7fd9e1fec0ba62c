// Module order is neither declaration order nor order of use; unused variables stay, unused statics vanish.
#define SEC(name) __attribute__((section(name), used))
#define __uint(name, val) int (*name)[val]

typedef unsigned int __u32;

int unused_zero;
int unused_one = 1;
static int gone = 2;
extern int declared;
static volatile int late_static = 3;
static volatile int early_static = 4;
const int unused_const = 5;
int tentative;

static struct {
	__uint(type, 27); /* BPF_MAP_TYPE_RINGBUF */
	__uint(max_entries, 4096);
} ring SEC(".maps");

static long (*const bpf_ringbuf_output)(void *rb, void *data, unsigned long long size, unsigned long long flags) = (void *)130;

int called_first(int a);
static int called_second(int a);

SEC("tc") int prog(__u32 *ctx)
{
	tentative = early_static;
	return called_second(ctx[0]) + called_first(ctx[1]);
}

static __attribute__((noinline)) int called_second(int a)
{
	return bpf_ringbuf_output(&ring, (void *)&late_static, sizeof(late_static), a);
}

__attribute__((noinline)) int called_first(int a)
{
	declared += a;
	return called_second(a) + late_static;
}

int declared = 6;
char _license[] SEC("license") = "GPL";
