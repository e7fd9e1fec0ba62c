// Static, weak and hidden maps.

#include "bpf.h"

static struct { __uint(type, 2); __uint(max_entries, 1); __type(key, __u32); __type(value, __u32); } mine SEC(".maps");
struct { __uint(type, 2); __uint(max_entries, 1); __type(key, __u32); __type(value, __u32); } faint SEC(".maps") __weak;
struct { __uint(type, 2); __uint(max_entries, 1); __type(key, __u32); __type(value, __u32); } secret SEC(".maps") __hidden;
SEC("tc") int prog(void *ctx) { __u32 k = 0; return (map_lookup(&mine, &k) != 0) + (map_lookup(&faint, &k) != 0) + (map_lookup(&secret, &k) != 0); }

char LICENSE[] SEC("license") = "GPL";
