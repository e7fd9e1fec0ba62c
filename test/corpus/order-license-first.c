// The license before everything.

#include "bpf.h"

char _license[] SEC("license") = "GPL"; int x = 3; static const char *nothing;
SEC("tc") int prog(void *ctx) { static char buf[6] = "local"; return x + buf[x & 3]; }
int y;
