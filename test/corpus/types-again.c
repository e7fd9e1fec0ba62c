// A struct that is first met behind two pointers, and again where no pointer is in between.

#include "bpf.h"

struct group { int a; };
struct unit { const struct group **groups; volatile struct group *one; };
struct net { struct unit unit; const struct group *table[4]; };
SEC("tc") int prog(struct net *net) { return net->unit.groups != 0; }

char LICENSE[] SEC("license") = "GPL";
