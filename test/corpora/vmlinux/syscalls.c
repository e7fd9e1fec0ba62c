// System calls by ksyscall, with kconfig and a weak kernel symbol.

#include "vmlinux.h"
#define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + (c))
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 512); __type(key, __u32); __type(value, __u64); } calls SEC(".maps");
extern int LINUX_KERNEL_VERSION __kconfig;
extern unsigned CONFIG_HZ __kconfig __weak;
extern const int jiffies_missing __ksym __weak;
__u64 rate;

SEC("ksyscall/unlinkat") int BPF_KSYSCALL(unlinking, int folder, const char *path, int flags)
{
	__u32 slot = flags & 511;
	__u64 *count = bpf_map_lookup_elem(&calls, &slot);
	if (count)
		__sync_fetch_and_add(count, 1);
	if (LINUX_KERNEL_VERSION >= KERNEL_VERSION(5, 8, 0) && &jiffies_missing)
		rate = jiffies_missing / (CONFIG_HZ ? CONFIG_HZ : 100);
	return 0;
}

SEC("kretsyscall/unlinkat") int BPF_KRETPROBE(unlinked, long result)
{
	bpf_printk("unlinkat: %ld", result);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
