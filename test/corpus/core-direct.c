// CO-RE: direct loads.

#include "bpf.h"

struct sock { __u16 family; __u32 addr; __u64 cookie; } __core; struct ctx { struct sock *sk; __u8 flag; } __core;
SEC("cgroup_skb/ingress") int prog(struct ctx *c) { return c->sk->family + c->sk->addr + c->sk->cookie + c->flag; }

char LICENSE[] SEC("license") = "GPL";
