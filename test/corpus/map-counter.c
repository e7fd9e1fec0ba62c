// A map whose __ulong is not the first use of __COUNTER__.

#include "bpf.h"

static const int first = __COUNTER__, second = __COUNTER__;
struct { __uint(type, 30); __uint(max_entries, 8); __type(value, __u32); __ulong(map_extra, 3); } bloom SEC(".maps");
struct { __uint(type, 30); __uint(max_entries, 8); __type(value, __u32); __ulong(map_extra, 0x100000000); } wide SEC(".maps");
SEC("tc") int prog(void *ctx) { __u32 k = first; return map_lookup(&bloom, &k) && map_lookup(&wide, &k) + second; }

char LICENSE[] SEC("license") = "GPL";
