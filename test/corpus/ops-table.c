// A table of operations for the kernel.

#include "bpf.h"

struct ops { int (*init)(void *sk); void (*release)(void *sk); char name[16]; __u32 flags; int (*optional)(int); };
SEC("struct_ops/init") int my_init(void *ctx) { return 0; }
SEC("struct_ops/release") void my_release(void *ctx) { }
SEC(".struct_ops.link") struct ops mine = { .init = (void *)my_init, .release = (void *)my_release, .name = "mine", .flags = 3 };
SEC("?.struct_ops") struct ops other = { .release = (void *)my_release };

char LICENSE[] SEC("license") = "GPL";
