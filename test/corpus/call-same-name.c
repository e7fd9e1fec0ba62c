// Many sections, and several programs in one.

#include "bpf.h"

SEC("kprobe/f0") int k0(void *ctx) { return 0; }
SEC("kprobe/f1") int k1(void *ctx) { return 1; }
SEC("kprobe/f2") int k2(void *ctx) { return 2; }
SEC("kprobe/f3") int k3(void *ctx) { return 3; }
SEC("kprobe/f0") int k4(void *ctx) { return 4; }
SEC("kprobe/f1") int k5(void *ctx) { return 5; }
SEC("kprobe/f2") int k6(void *ctx) { return 6; }
SEC("kprobe/f3") int k7(void *ctx) { return 7; }
SEC("kprobe/f0") int k8(void *ctx) { return 8; }
SEC("kprobe/f1") int k9(void *ctx) { return 9; }
SEC("kprobe/f2") int k10(void *ctx) { return 10; }
SEC("kprobe/f3") int k11(void *ctx) { return 11; }

char LICENSE[] SEC("license") = "GPL";
