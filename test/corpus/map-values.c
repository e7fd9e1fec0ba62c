// Keys and values that are structs, arrays and unions with kernel pointers.

#include "bpf.h"

struct task_struct; struct bpf_timer { __u64 : 64; __u64 : 64; } __attribute__((aligned(8)));
struct bpf_spin_lock { __u32 val; };
union either { __u32 word; __u8 bytes[4]; };
struct value { struct bpf_spin_lock lock; struct bpf_timer timer; struct task_struct __kptr *task; union either e; char name[16]; };
struct key { __u16 port; __u8 proto; __u8 pad; __u32 addr[4]; };
struct { __uint(type, 1); __uint(max_entries, 16); __type(key, struct key); __type(value, struct value); } state SEC(".maps");
struct { __uint(type, 2); __uint(max_entries, 2); __type(key, int); __type(value, __u64[5]); } table SEC(".maps");
SEC("tc") int prog(struct key *ctx) { struct value *v = map_lookup(&state, ctx); int z = 0; __u64 *t = map_lookup(&table, &z); return v && t ? v->e.bytes[1] + t[3] : 0; }

char LICENSE[] SEC("license") = "GPL";
