// Constants of 32 and 64 bits.

#include "bpf.h"

SEC("tc") int prog(__u64 *ctx) { ctx[0] = 0x1122334455667788ULL; ctx[1] = 0xffffffff; ctx[2] = -1; ctx[3] = 0x80000000; ctx[4] = 1ULL << 40; return (int)ctx[5] == -2147483647 - 1; }

char LICENSE[] SEC("license") = "GPL";
