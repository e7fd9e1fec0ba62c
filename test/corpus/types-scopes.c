// A struct that a parameter list declares is not the one of that name outside, and each list has its own.

#include "bpf.h"

struct calls {
  int (*in)(struct sock *);
  int (*out)(struct sock *, int);
  int (*open)(union sock *);
  int (*close)(struct refs *);
};
struct refs { struct sock *one; };
SEC("tc") int prog(struct calls *c, struct refs *r) { return c->in != 0 && r->one != 0; }
struct calls calls;
struct sock *peer;

char LICENSE[] SEC("license") = "GPL";
