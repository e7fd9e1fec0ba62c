// A struct that looks like an old map definition, in a section of data.

#include "bpf.h"

struct def { unsigned type, size; } d SEC(".data.defs") = { 1, 2 };
SEC("tc") int prog(void *ctx) { return d.size; }

char LICENSE[] SEC("license") = "GPL";
