// Variables of every section and linkage, read and written by one program.
#define SEC(name) __attribute__((section(name), used))
#define __hidden __attribute__((visibility("hidden")))
#define __weak __attribute__((weak))

typedef unsigned char __u8;
typedef unsigned int __u32;
typedef unsigned long long __u64;

__u32 limit = 1000;
__u64 total;
const volatile __u32 target = 7;
static volatile __u32 last = 3;
static __u64 seen[2];
__weak int level = -1;
__hidden __u64 secret = 0x1122334455667788ULL;
__weak __u8 flag;
int tuned SEC(".data.tuned") = 5;
static volatile int tuned_local SEC(".data.tuned") = 6;
const volatile long frozen SEC(".rodata.frozen") = 8;
__u32 percpu SEC(".data.zero");
__u64 scratch SEC(".bss.scratch");
int odd SEC("oddments") = 9;
static volatile const __u8 small = 1;

SEC("tc") int touch(void *ctx)
{
	__u32 i = target & 1;

	total += limit;
	last++;
	seen[i] += secret;
	if (frozen)
		level += tuned + tuned_local + odd;
	flag ^= small;
	scratch = seen[1 - i];
	return percpu;
}

char _license[] SEC("license") = "GPL";
