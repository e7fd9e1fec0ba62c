// A ring buffer and an event.

#include "bpf.h"

struct event { __u32 pid; __u64 when; char text[24]; };
struct { __uint(type, 27); __uint(max_entries, 4096); } events SEC(".maps");
const struct event *unused __attribute__((unused));
SEC("kprobe/do_exit") int prog(void *ctx) {
	struct event *e = ring_reserve(&events, sizeof(*e), 0);
	if (!e) return 0;
	e->pid = pid_tgid() >> 32; e->when = ktime(); ring_submit(e, 0);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
