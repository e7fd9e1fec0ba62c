// A 64-bit attribute, flags, pinning and node.

#include "bpf.h"

struct { __uint(type, 30); __uint(max_entries, 100); __type(value, __u32); __ulong(map_extra, 3); } bloom SEC(".maps");
struct { __uint(type, 33); __uint(map_flags, 0x400); __uint(max_entries, 10); __ulong(map_extra, 0x100000000000); } arena SEC(".maps");
struct { __uint(type, 1); __uint(max_entries, 1); __uint(key_size, 4); __uint(value_size, 8); __uint(pinning, 1); __uint(map_flags, 5); } pinned SEC(".maps");
SEC("syscall") int prog(void *ctx) { __u32 k = 0; return map_lookup(&pinned, &k) != 0; }

char LICENSE[] SEC("license") = "GPL";
