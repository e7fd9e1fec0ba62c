// Arguments of all kinds.

#include "bpf.h"

struct pair { __u32 a, b; }; typedef int (*handler)(struct pair *, int);
__noinline int five(int a, long b, struct pair *c, const char *d, __u64 e) { return a + b + c->a + d[0] + e; }
__noinline static struct pair *pick(struct pair *p, handler unused_handler) { return p->a ? p : 0; }
__noinline void nothing(void) { asm volatile("" ::: "memory"); }
SEC("tc") int prog(struct pair *p) { char t[4] = "abc"; struct pair *q = pick(p, 0); nothing(); return five(1, 2, p, t, 4) + (q ? q->b : 0); }

char LICENSE[] SEC("license") = "GPL";
