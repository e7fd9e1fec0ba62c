// Prototypes: variadic, without arguments, and the same one twice.

#include "bpf.h"

extern int ext1(int) __ksym; extern int ext2(int) __ksym; int (*held)(int); void (*none)(); int (*var)(const char *, ...);
SEC("tc") int prog(int *ctx) { return ext1(ctx[0]) + ext2(ctx[1]) + (held != 0) + (none != 0) + (var != 0); }

char LICENSE[] SEC("license") = "GPL";
