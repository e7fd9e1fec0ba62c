// A switch that becomes a table of values.

#include "bpf.h"

SEC("tc") int prog(__u32 *ctx) {
	switch (*ctx) { case 0: return 10; case 1: return 77; case 2: return 3; case 3: return 1000; case 4: return 4; case 5: return 99; case 6: return 12; default: return 0; }
}

char LICENSE[] SEC("license") = "GPL";
