// Literals of wide characters.

#include "bpf.h"

__noinline static int use(const void *p, int i) { return ((const char *)p)[i]; }
SEC("tc") int prog(int *ctx) { int i = *ctx & 3; return use(L"wide", i) + use(u"half", i) + use(U"full", i) + use("plain", i); }

char LICENSE[] SEC("license") = "GPL";
