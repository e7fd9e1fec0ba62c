// Declaration and type tags everywhere.

#include "bpf.h"

struct tagged { int plain; int marked __tag("member") __tag("second"); struct tagged __attribute__((btf_type_tag("user"))) *next; } __tag("whole");
typedef int number __tag("typedef"); int global_one __tag("var") = 3; static number local_one __tag("static") = 4;
__noinline int tagged_fn(struct tagged *t __tag("arg:nonnull"), int n __tag("b") __tag("c")) __tag("fn") { return t->marked + n; }
SEC("tc") int prog(struct tagged *t) { int __attribute__((btf_type_tag("a"))) __attribute__((btf_type_tag("b"))) *p = &t->plain; return tagged_fn(t, *p) + global_one + local_one++; }

char LICENSE[] SEC("license") = "GPL";
