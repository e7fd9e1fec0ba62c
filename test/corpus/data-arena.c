// Globals of an arena.

#include "bpf.h"

#define __arena __attribute__((address_space(1)))
struct { __uint(type, 33); __uint(map_flags, 0x400); __uint(max_entries, 4); } arena SEC(".maps");
int __arena shared; __u64 __arena filled = 8; static int __arena own;
SEC("syscall") int prog(void *ctx) { shared++; own = shared; return filled; }

char LICENSE[] SEC("license") = "GPL";
