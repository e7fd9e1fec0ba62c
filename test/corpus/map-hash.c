// A hash map, counted up.

#include "bpf.h"

struct { __uint(type, 1); __uint(max_entries, 64); __type(key, __u32); __type(value, __u64); } counts SEC(".maps");
SEC("tracepoint/sched/sched_switch") int count(void *ctx) {
	__u32 key = pid_tgid() >> 32;
	__u64 one = 1, *value = map_lookup(&counts, &key);
	if (value) __sync_fetch_and_add(value, 1); else map_update(&counts, &key, &one, 0);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
