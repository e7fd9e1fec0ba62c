// Paths that do not return.

#include "bpf.h"

extern void panic_now(void) __ksym __attribute__((noreturn));
SEC("tc") int prog(int *ctx) { if (*ctx > 3) panic_now(); return *ctx; }

char LICENSE[] SEC("license") = "GPL";
