// The shortest programs.

#include "bpf.h"

SEC("tc") int a(void *ctx) { return 0; }
SEC("xdp") int b(void *ctx) { return 2; }
SEC("socket") void c(void) { }

char LICENSE[] SEC("license") = "GPL";
