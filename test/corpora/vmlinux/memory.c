// Page faults of processes: uprobes, a bloom filter, a queue, and a string in a map.

#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct { __uint(type, BPF_MAP_TYPE_BLOOM_FILTER); __uint(max_entries, 1000); __type(value, __u64); __uint(map_extra, 3); } seen SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_QUEUE); __uint(max_entries, 64); __type(value, struct fault { __u64 address; int pid; char name[16]; }); } faults SEC(".maps");
__u64 again SEC(".data.counters");
const char label[] SEC(".rodata.label") = "fault";

SEC("kprobe/handle_mm_fault") int BPF_KPROBE(fault, struct vm_area_struct *area, unsigned long address)
{
	struct fault fault = { address, BPF_CORE_READ(area, vm_mm, owner, tgid) };
	bpf_get_current_comm(fault.name, sizeof(fault.name));
	if (!bpf_map_peek_elem(&seen, &address))
		again++;
	bpf_map_push_elem(&seen, &address, 0);
	bpf_map_push_elem(&faults, &fault, BPF_EXIST);
	bpf_trace_printk(label, sizeof(label), address);
	return 0;
}

SEC("uprobe//usr/lib/libc.so.6:malloc") int BPF_KPROBE(allocated, size_t size) { return size > 1 << 20; }
SEC("uretprobe") int BPF_KRETPROBE(result, void *pointer) { return !pointer; }

char LICENSE[] SEC("license") = "GPL";
