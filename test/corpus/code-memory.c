// Copies, swaps and fields of every size.

#include "bpf.h"

struct packet { __u8 a; __u16 b; __u32 c; __u64 d; } __attribute__((packed)); struct whole { __u64 v[5]; };
SEC("tc") int prog(struct packet *p) { struct whole w = {}; __builtin_memcpy(&w, p, 15); p->b = __builtin_bswap16(p->b); p->c = __builtin_bswap32(p->c); p->d = __builtin_bswap64(p->d); __builtin_memset(&w.v[3], 0, 16); return w.v[1] + p->a + w.v[4]; }

char LICENSE[] SEC("license") = "GPL";
