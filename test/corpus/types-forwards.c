// Several structs that stay forward declarations.

#include "bpf.h"

struct z1 { int a; }; struct z2 { int b; }; struct z3 { int c; }; union z4 { int d; };
struct refs { struct z3 *three; struct z1 *one; union z4 *four; struct z2 *two; struct nowhere *none; };
SEC("tc") int prog(struct refs *r) { return r->one != 0; }

char LICENSE[] SEC("license") = "GPL";
