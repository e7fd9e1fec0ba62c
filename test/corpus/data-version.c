// A version, and a license of another shape.

#include "bpf.h"

const char _lic[] __attribute__((section("license"), used)) = "Dual BSD/GPL"; __u32 _version SEC("version") = 0x50a00;
SEC("kprobe/x") int prog(void *ctx) { return 0; }
