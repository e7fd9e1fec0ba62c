// Alignments that the types do not ask for.

#include "bpf.h"

char one = 1; int big __attribute__((aligned(64))) = 2; char two = 3; struct { char c; int i; } __attribute__((packed)) tight = { 4, 5 }; __u64 after = 6;
char buffer[33] __attribute__((aligned(16))); char tail; __attribute__((aligned(32))) static const volatile char wide[5] = "wide";
SEC("tc") int prog(void *ctx) { buffer[one] = two; tail++; return big + tight.i + after + wide[one & 3]; }

char LICENSE[] SEC("license") = "GPL";
