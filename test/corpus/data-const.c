// Constants that LLVM may merge.

#include "bpf.h"

static const __u32 four[4] = { 1, 2, 4, 8 }; static const __u64 pair[2] = { 5, 6 }; static const char name[] = "merge"; static const __u16 w[] = { 'w', 'i', 'd', 'e', 0 }; static const __u32 three[3] = { 7, 8, 9 };
SEC("tc") int prog(__u32 *ctx) { __u32 i = *ctx & 1; return four[i] + pair[i] + name[i] + w[i] + three[i]; }

char LICENSE[] SEC("license") = "GPL";
