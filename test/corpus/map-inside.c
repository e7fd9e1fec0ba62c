// A map of maps with a named inner definition and none stored.

#include "bpf.h"

struct inner_def { __uint(type, 2); __uint(max_entries, 3); __type(key, __u32); __type(value, __u64); };
struct { __uint(type, 13); __uint(max_entries, 7); __type(key, __u64); __array(values, struct inner_def); } outer SEC(".maps");
SEC("tc") int prog(void *ctx) { __u64 k = 9; void *m = map_lookup(&outer, &k); __u32 i = 0; __u64 *v; if (!m) return 0; v = map_lookup(m, &i); return v ? *v : 1; }

char LICENSE[] SEC("license") = "GPL";
