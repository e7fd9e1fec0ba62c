// Structs that are only pointed to, and one that comes back.

#include "bpf.h"

struct far { int x; struct far *self; }; struct later { struct far *f; int z; }; struct deep { struct later *l; struct never *n; union nope *u; const struct far *const *cc; };
struct holder { struct deep *d; struct later *l[2]; int (*fn)(struct far *, struct unseen *); };
__noinline int f1(struct holder *h) { return h->l[0] != 0; }
__noinline int f2(struct later *l) { return l->z; }
SEC("tc") int prog(struct holder *h) { return f1(h) + f2(h->l[1]); }

char LICENSE[] SEC("license") = "GPL";
