// CO-RE in several functions and sections.

#include "bpf.h"

struct s { int a, b, c; struct s *next; } __core; struct r { struct s *first; int n; } __core;
__noinline static int walk(struct s *s) { int v; read_kernel(&v, 4, &s->b); return v; }
SEC("kprobe/a") int pa(struct r *r) { struct s *s; read_kernel(&s, 8, &r->first); return walk(s); }
SEC("kprobe/b") int pb(struct r *r) { int n; read_kernel(&n, 4, &r->n); return n + walk((void *)r); }

char LICENSE[] SEC("license") = "GPL";
