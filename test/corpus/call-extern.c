// Names that another object defines.

#include "bpf.h"

extern int elsewhere(int x); extern int shared_counter; extern __weak int perhaps(void);
SEC("tc") int prog(int *ctx) { shared_counter++; if (perhaps) return perhaps(); return elsewhere(*ctx); }

char LICENSE[] SEC("license") = "GPL";
