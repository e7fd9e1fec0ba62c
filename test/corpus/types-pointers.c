// Pointers to everything, qualifiers and typedef chains.

#include "bpf.h"

typedef __u32 t1; typedef const t1 t2; typedef volatile t2 *t3; typedef t3 t4[3]; struct q { t4 chain; const void *restrict cv; char *const *volatile *ppp; void (*f)(void); int (*(*ff)(int))(char); int (*arr)[5]; };
struct q q; const char *const null_text = 0; void *nothing; int *const fixed = 0;
SEC("tc") int prog(struct q *p) { return p->arr != 0 && q.f && nothing; }

char LICENSE[] SEC("license") = "GPL";
