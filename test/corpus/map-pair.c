// Two variables of one anonymous struct, and two of a named one.

#include "bpf.h"

struct { __uint(type, 1); __uint(max_entries, 8); __type(key, __u64); __type(value, __u8); } left SEC(".maps"), right SEC(".maps");
struct named { __uint(type, 2); __uint(max_entries, 8); __type(key, __u32); __type(value, __u8); };
struct named up SEC(".maps"), down SEC(".maps");
SEC("tc") int prog(void *ctx) { __u64 k = 1; __u32 j = 0; return map_lookup(&right, &k) && map_lookup(&down, &j); }

char LICENSE[] SEC("license") = "GPL";
