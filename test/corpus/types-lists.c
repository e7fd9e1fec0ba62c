// Structs that refer to each other, anonymous ones and flexible arrays.

#include "bpf.h"

struct b; struct a { struct b *b; struct { struct a *next, *prev; } links; }; struct b { struct a inside; struct a *up; union { struct { int i; }; long l; }; int count; __u64 rest[]; };
struct b things[2]; typedef struct { int v; } unnamed; unnamed u; typedef union { int i; float f; } mixed; mixed m; enum { LONELY = 5 } lonely;
SEC("tc") int prog(struct b *p) { things[1].count = p->count + p->rest[1]; return u.v + m.i + lonely + p->inside.links.next->b->i; }

char LICENSE[] SEC("license") = "GPL";
