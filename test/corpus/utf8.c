// Names and texts beyond ASCII.

#include "bpf.h"

char greeting[] = "grüße"; struct größe { int länge; } g;
SEC("tc") int prog(void *ctx) { trace("čau %d", 8, 1); return greeting[1] + g.länge; } // ∞

char LICENSE[] SEC("license") = "GPL";
