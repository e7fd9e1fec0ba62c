// An inner map whose anonymous struct the outer one shares.

#include "bpf.h"

struct { __uint(type, 2); __uint(max_entries, 1); __type(key, __u32); __type(value, __u32); } inner SEC(".maps");
struct { __uint(type, 12); __uint(max_entries, 4); __type(key, __u32); __array(values, typeof(inner)); } outer SEC(".maps") = { .values = { 0, &inner, &inner } };
SEC("xdp") int prog(void *ctx) { __u32 k = 1; void *m = map_lookup(&outer, &k); return m ? 2 : 1; }

char LICENSE[] SEC("license") = "GPL";
